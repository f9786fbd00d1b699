// The first code that runs in a guest process: it takes away what belongs to the host, puts the kernel in its place and
// waits for a program.

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
import { endEarly } from "./ending.ts";
import { SystemErrors } from "./errors.ts";
import { type BootArguments, NodeInternals } from "./internals.ts";
import { KernelClient } from "./kernel-client.ts";
import { lockDown } from "./lock-down.ts";
import { prepareMainScripts } from "./main-script.ts";
import { ModuleSources } from "./module-sources.ts";
import { NameCache } from "./name-cache.ts";
import { installRefusedModules } from "./refused-modules.ts";
import { takeCollector } from "./settle.ts";
import { installSqlite } from "./sqlite/install.ts";
import { cleanGlobals, runProgram } from "./start.ts";
import { installWasi } from "./wasi/install.ts";

export default function boot(args: BootArguments): void {
  const node = new NodeInternals(args);
  const kernel = new KernelClient(node);
  const errors = new SystemErrors(node);
  const collect = takeCollector(node);
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
  lockDown(node, (fd) => kernel.ask<string>("handleType", fd));
  overrideLoader(node, names, new ModuleSources(kernel, names, brought));
  installReport();
  errors.showCallers(node);
  installWatching(node, kernel);
  installTcp(node, sockets, Socket);
  installUdp(node, sockets);
  installCares(node, kernel);
  endEarly(node);
  let isWaiting = true;
  let prepare = (): void => {
    prepare = () => {};
    cleanGlobals(node);
    prepareMainScripts(node);
  };
  kernel.on("rest", collect);
  kernel.on("start", (...values) => {
    isWaiting = false;
    kernel.release();
    prepare();
    runProgram(node, kernel, values);
  });
  kernel.hold();
  // A program that is here already comes with the next turn's input.
  setImmediate(() =>
    setImmediate(() => {
      if (!isWaiting) return;
      prepare();
      collect();
    }),
  );
}
