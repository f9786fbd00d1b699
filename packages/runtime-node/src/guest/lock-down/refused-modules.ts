// Modules that are not available in a VM. Packages load them just to look (is this a worker of a cluster? is there a
// debugger?), so they load and answer; their operations fail and say what to use instead.

import type { Internals, NodeInternals } from "../internals.ts";

function refuse(what: string, instead: string): () => never {
  return () => {
    throw Object.assign(new Error(`${what} is not available in a VM: ${instead}`), {
      code: "ERR_ACCESS_DENIED",
    });
  };
}

const nothing = (): undefined => undefined;

/** Source: Node's lib/internal/cluster/primary.js. */
function cluster(node: NodeInternals): object {
  const { EventEmitter } = node.module("events") as { EventEmitter: new () => object };
  const fork = refuse(
    "cluster",
    "one guest cannot give its connections away; start servers of their own with child_process.fork()",
  );
  return Object.assign(new EventEmitter(), {
    isWorker: false,
    isMaster: true,
    isPrimary: true,
    Worker: fork,
    workers: {},
    settings: {},
    SCHED_NONE: 1,
    SCHED_RR: 2,
    schedulingPolicy: 2,
    setupPrimary: nothing,
    setupMaster: nothing,
    fork,
    disconnect: nothing,
  });
}

/** Source: Node's lib/inspector.js. */
function inspector(): Internals {
  const refused = refuse("inspector", "a VM has no debugger; use console.log or --trace-uncaught");
  return {
    open: refused,
    close: nothing,
    url: nothing,
    waitForDebugger: refused,
    console: {},
    Session: class Session {
      constructor() {
        refused();
      }
    },
    Network: {},
    NetworkResources: { put: nothing },
    DOMStorage: {},
  };
}

/** Source: Node's lib/trace_events.js. */
const traceEvents = (): Internals => ({
  createTracing: refuse(
    "trace_events",
    "its file would be the host's; use diagnostics_channel or perf_hooks",
  ),
  getEnabledCategories: nothing,
});

export function installRefusedModules(node: NodeInternals): void {
  node.provideModule("cluster", cluster(node));
  const debuggerModule = inspector();
  node.provideModule("inspector", debuggerModule);
  node.provideModule("inspector/promises", { ...debuggerModule });
  node.provideModule("trace_events", traceEvents());
  // The REPL asks the debugger for names and previews.
  node.module("internal/util/inspector").sendInspectorCommand = (_use: unknown, onError: () => unknown) =>
    onError();
}
