// Puts the kernel in the place of the host, in one thread of a guest: what would reach the host becomes a call to the
// kernel, or is denied.

import { FsBinding } from "./bindings/fs/binding.ts";
import { installBlob } from "./bindings/fs/blob.ts";
import { installFsDir } from "./bindings/fs/dir.ts";
import { installWatching } from "./bindings/fs/watching.ts";
import { installCares } from "./bindings/net/cares-wrap.ts";
import { createListeningStreamClass } from "./bindings/net/listening-stream.ts";
import { installPipe } from "./bindings/net/pipe-wrap.ts";
import { createSocketStreamClass } from "./bindings/net/socket-stream.ts";
import { Sockets } from "./bindings/net/sockets.ts";
import { installTcp } from "./bindings/net/tcp-wrap.ts";
import { installUdp } from "./bindings/net/udp-wrap.ts";
import { installCredentials } from "./bindings/process/credentials.ts";
import { installOs } from "./bindings/process/os.ts";
import { installProcessMethods } from "./bindings/process/process-methods.ts";
import { installProcessWrap } from "./bindings/process/process-wrap.ts";
import { installReport } from "./bindings/process/report.ts";
import { installSignals } from "./bindings/process/signal-wrap.ts";
import { installSpawnSync } from "./bindings/process/spawn-sync.ts";
import { createStreamClass } from "./bindings/streams/stream-handle.ts";
import { installStreamPipe } from "./bindings/streams/stream-pipe.ts";
import { installTty } from "./bindings/streams/tty-wrap.ts";
import type { SystemErrors } from "./errors.ts";
import type { NodeInternals } from "./internals.ts";
import { createInterrupts } from "./interrupts.ts";
import type { KernelClient } from "./kernel-client.ts";
import { rememberNatives } from "./lock-down/deny-rest.ts";
import { lockDown } from "./lock-down/lock-down.ts";
import { installRefusedModules } from "./lock-down/refused-modules.ts";
import { installModules, overrideLoader } from "./modules/binding.ts";
import { BroughtFiles } from "./modules/brought-files.ts";
import { ModuleCodes } from "./modules/module-codes.ts";
import { ModuleSources } from "./modules/module-sources.ts";
import { NameCache } from "./modules/name-cache.ts";
import { installSqlite } from "./sqlite/install.ts";
import type { Workers } from "./threads/workers.ts";
import { installWasi } from "./wasi/install.ts";

export function virtualize(
  node: NodeInternals,
  kernel: KernelClient,
  errors: SystemErrors,
  workers: Workers,
): void {
  // Loading the internals causes a warning; program/start.ts restores the listener.
  process.removeAllListeners("warning");
  const Stream = createStreamClass(node, kernel);

  // Node's own JavaScript must not refuse what is for the kernel to decide; its C++ side keeps refusing.
  node.replaceExports("internal/process/permission", {
    isEnabled: () => false,
    isAuditMode: () => false,
    has: () => true,
    drop: () => {},
    availableFlags: () => [],
  });
  const denyRest = rememberNatives(node);
  const installInterrupts = node.isMainThread ? createInterrupts(node, kernel) : () => {};
  const brought = new BroughtFiles(kernel);
  const names = new NameCache(kernel, brought);
  new FsBinding(node, kernel, errors, names).install();
  installFsDir(node, kernel, errors);
  installModules(node, kernel, names, brought);
  installProcessMethods(node, kernel, errors);
  installCredentials(node, kernel, errors);
  installBlob(node, kernel, errors);
  installSignals(node, kernel);
  installOs(node, kernel);
  const sockets = new Sockets(kernel);
  const Socket = createListeningStreamClass(sockets, createSocketStreamClass(node, sockets, Stream));
  installPipe(node, sockets, Socket);
  installProcessWrap(node, kernel);
  installSpawnSync(node, kernel);
  installTty(node, kernel, errors, Stream);
  installStreamPipe(node, kernel);
  denyRest();
  installRefusedModules(node);
  installSqlite(node, kernel);
  installWasi(node, kernel);
  lockDown(node, workers, (fd) => kernel.ask<string>("handleType", fd));
  installInterrupts();
  overrideLoader(node, names, new ModuleSources(kernel, names, brought), new ModuleCodes(kernel));
  installReport();
  installWatching(node, kernel);
  installTcp(node, sockets, Socket);
  installUdp(node, sockets);
  installCares(node, kernel);
}
