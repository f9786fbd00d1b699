// The first code that runs in a guest process, and in each of its threads: it takes away what belongs to the host,
// puts the kernel in its place and waits for a program.

import { SystemErrors } from "./errors.ts";
import { type BootArguments, NodeInternals } from "./internals.ts";
import { KernelClient } from "./kernel-client.ts";
import { mainLine } from "./kernel-line.ts";
import { compileModule } from "./modules/module-codes.ts";
import { releaseArgv0 } from "./program/argv0.ts";
import { endEarly } from "./program/ending.ts";
import { prepareMainScripts } from "./program/main-script.ts";
import { takeCollector } from "./program/settle.ts";
import { cleanGlobals, runProgram } from "./program/start.ts";
import { SharedCount } from "./threads/shared-count.ts";
import { bootThread } from "./threads/thread-boot.ts";
import { Workers } from "./threads/workers.ts";
import { virtualize } from "./virtualize.ts";

export default function boot(args: BootArguments): void {
  if (args.thread) bootThread(args, args.thread);
  else bootProcess(args);
}

function bootProcess(args: BootArguments): void {
  const node = new NodeInternals(args);
  releaseArgv0(node);
  const changes = new SharedCount();
  const kernel = new KernelClient(node, mainLine(node), changes);
  const errors = new SystemErrors(node);
  const collect = takeCollector(node);
  const workers = new Workers(node, kernel, { code: args.code!, changes });
  virtualize(node, kernel, errors, workers);
  errors.showCallers(node);
  endEarly(node);
  let isWaiting = true;
  let prepare = (): void => {
    prepare = () => {};
    cleanGlobals(node);
    prepareMainScripts(node);
  };
  kernel.on("rest", collect);
  kernel.on("compile", (text) => kernel.post("compiled", compileModule(node, text as Uint8Array)));
  kernel.on("start", (...values) => {
    isWaiting = false;
    kernel.release();
    prepare();
    runProgram(node, kernel, workers, values);
  });
  kernel.hold();
  // If the program is already here, it is read in the next turn of the event loop.
  setImmediate(() =>
    setImmediate(() => {
      if (!isWaiting) return;
      prepare();
      collect();
    }),
  );
}
