// Puts the kernel in the place of the host, in one thread of a guest: what reaches the host becomes a call of the kernel, or
// is denied.

import { installBlob } from "./bindings/blob.ts";
import { installCares } from "./bindings/cares-wrap.ts";
import { installCredentials } from "./bindings/credentials.ts";
import { FsBinding } from "./bindings/fs.ts";
import { installFsDir } from "./bindings/fs-dir.ts";
import { createListeningStreamClass } from "./bindings/listening-stream.ts";
import { installModules, overrideLoader } from "./bindings/modules.ts";
import { installOs } from "./bindings/os.ts";
import { installPipe } from "./bindings/pipe-wrap.ts";
import { installProcessMethods } from "./bindings/process-methods.ts";
import { installProcessWrap } from "./bindings/process-wrap.ts";
import { installReport } from "./bindings/report.ts";
import { installSignals } from "./bindings/signal-wrap.ts";
import { createSocketStreamClass, Sockets } from "./bindings/socket-stream.ts";
import { installSpawnSync } from "./bindings/spawn-sync.ts";
import { createStreamClass } from "./bindings/stream-handle.ts";
import { installStreamPipe } from "./bindings/stream-pipe.ts";
import { installTcp } from "./bindings/tcp-wrap.ts";
import { installTty } from "./bindings/tty-wrap.ts";
import { installUdp } from "./bindings/udp-wrap.ts";
import { installWatching } from "./bindings/watching.ts";
import { BroughtFiles } from "./brought-files.ts";
import { rememberNatives } from "./deny-rest.ts";
import type { SystemErrors } from "./errors.ts";
import type { NodeInternals } from "./internals.ts";
import { createInterrupts } from "./interrupts.ts";
import type { KernelClient } from "./kernel-client.ts";
import { lockDown } from "./lock-down.ts";
import { ModuleCodes } from "./module-codes.ts";
import { ModuleSources } from "./module-sources.ts";
import { NameCache } from "./name-cache.ts";
import { installRefusedModules } from "./refused-modules.ts";
import { installSqlite } from "./sqlite/install.ts";
import type { Workers } from "./threads/workers.ts";
import { installWasi } from "./wasi/install.ts";

export function virtualize(
  node: NodeInternals,
  kernel: KernelClient,
  errors: SystemErrors,
  workers: Workers,
): void {
  // Loading the internals warns of itself; start.ts puts the listener back.
  process.removeAllListeners("warning");
  const Stream = createStreamClass(node, kernel);

  // Node's own JavaScript is not to refuse what the kernel decides; its C++ side keeps refusing.
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
