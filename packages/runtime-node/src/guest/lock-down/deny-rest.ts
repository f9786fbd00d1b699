// Deny by default: what was not replaced in a virtual binding is denied, so that a function that a new Node adds
// cannot reach the host before somebody has reviewed it.

import type { Native, NodeInternals } from "../internals.ts";
import { gut } from "./lock-down.ts";

/** The virtual bindings, with the members that stay native because they hold nothing of the host. */
const VIRTUAL: Readonly<Record<string, readonly string[]>> = {
  credentials: [],
  fs: [],
  fs_dir: [],
  modules: ["parsePackageJSON", "setLazyPathHelpers"],
  os: ["isBigEndian"],
  pipe_wrap: ["PipeConnectWrap"],
  process_methods: [
    "availableMemory",
    "constrainedMemory",
    "cpuUsage",
    "getActiveResourcesInfo",
    "hrtime",
    "hrtimeBigInt",
    "memoryUsage",
    "patchProcessObject",
    "resourceUsage",
    "rss",
    "setEmitWarningSync",
    "threadCpuUsage",
    "uptime",
  ],
  process_wrap: [],
  signal_wrap: [],
  spawn_sync: [],
  tty_wrap: [],
};

/**
 * Remembers which functions are native now. @returns a function that denies those that still are but must not be. A
 * class that was replaced also loses its methods, as there may be an object of it that is older than the replacement
 */
export function rememberNatives(node: NodeInternals): () => void {
  const remembered = Object.entries(VIRTUAL).map(([name, keep]) => {
    const binding = node.binding(name);
    const members = Object.entries(binding).filter(
      ([key, value]) => typeof value === "function" && !keep.includes(key),
    );
    return { name, binding, members };
  });
  return () => {
    for (const { name, binding, members } of remembered) {
      for (const [key, native] of members) {
        gut(native as Native, `${name}.${key}`);
        if (binding[key] === native) binding[key] = missing(`${name}.${key}`);
      }
    }
  };
}

function missing(name: string): Native {
  return function unsupported() {
    const error = new Error(`ENOSYS: function not implemented, ${name}`);
    throw Object.assign(error, { errno: -38, code: "ENOSYS", syscall: name });
  };
}
