// Nothing of the host stays within reach: what is not virtual is denied, and Node's internals become inaccessible.
// Objects are changed in place, so that whoever got hold of one earlier has the changed one. What is done and why each
// line is needed: the package's README, "Walls".

import type { Internals, Native, NodeInternals } from "../internals.ts";
import type { Workers } from "../threads/workers.ts";
import { oldBinding } from "./old-bindings.ts";
import { refuseAddon } from "./refuse-addon.ts";

/** What error messages suggest instead, by the beginning of the name. */
const INSTEAD: Readonly<Record<string, string>> = {
  heap_utils: "heap snapshots hold what is not the VM's; use v8.getHeapStatistics()",
  profiler: "coverage needs the debugger",
  "v8.setFlagsFromString": "give V8's options on node's command line",
  "v8.setHeap": "heap snapshots hold what is not the VM's; use v8.getHeapStatistics()",
  "v8.st": "a VM has no profiler; use perf_hooks",
  "process.execve": "start the program with child_process, and end with it",
  "crypto.setEngine": "OpenSSL's engines are native code of the host",
  "crypto.setFipsCrypto": "OpenSSL's configuration is the host's",
};

function denied(name: string): Error {
  const [, instead] = Object.entries(INSTEAD).find(([start]) => name.startsWith(start)) ?? [];
  const text = `${name} is not available in a VM${instead ? `: ${instead}` : ""}`;
  return Object.assign(new Error(text), { code: "ERR_ACCESS_DENIED" });
}

function deny(name: string): Native {
  return () => {
    throw denied(name);
  };
}

/** Replaces the functions of a binding, and the methods of its classes, by ones that deny. */
function denyAll(name: string, binding: Internals, keep: readonly string[] = []): void {
  for (const key of Object.getOwnPropertyNames(binding)) {
    const { value, configurable } = Object.getOwnPropertyDescriptor(binding, key)!;
    if (typeof value !== "function" || keep.includes(key)) continue;
    gut(value, `${name}.${key}`);
    if (configurable) binding[key] = deniedClass(`${name}.${key}`);
  }
}

/** Removes the methods of a class, also for existing objects. */
export function gut(native: Native, name: string): void {
  const prototype = native.prototype as Internals | undefined;
  if (!prototype) return;
  for (const method of Object.getOwnPropertyNames(prototype)) {
    const found = Object.getOwnPropertyDescriptor(prototype, method)!;
    if (method === "constructor" || !found.configurable || typeof found.value !== "function") continue;
    prototype[method] = deny(`${name}.${method}`);
  }
}

/** A function that denies both when called and when constructed. */
function deniedClass(name: string): Native {
  return function refused() {
    throw denied(name);
  };
}

/** Bindings of which only the members named here stay. */
const DENIED_BINDINGS: Readonly<Record<string, readonly string[]>> = {
  ffi: [],
  heap_utils: [],
  internal_only_v8: [],
  mksnapshot: [
    "setSerializeCallback",
    "setDeserializeCallback",
    "setDeserializeMainFunction",
    "isBuildingSnapshotBuffer",
  ],
  profiler: [],
  report: ["shouldReportOnUncaughtException"],
  watchdog: [],
  // Only Node's library has the key to its constructor, and the only file it knows is that of --localstorage-file.
  webstorage: ["Storage"],
  fs_event_wrap: [],
  tcp_wrap: ["TCPConnectWrap"],
  udp_wrap: ["SendWrap"],
  cares_wrap: [
    "canonicalizeIP",
    "convertIpv6StringToBuffer",
    "strerror",
    "GetAddrInfoReqWrap",
    "GetNameInfoReqWrap",
    "QueryReqWrap",
  ],
  inspector: [
    "consoleCall",
    "setConsoleExtensionInstaller",
    "isEnabled",
    "registerAsyncHook",
    "setupNetworkTracking",
    "asyncTaskScheduled",
    "asyncTaskCanceled",
    "asyncTaskStarted",
    "asyncTaskFinished",
  ],
};

const DENIED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  blob: ["createBlobFromFilePath"],
  crypto: ["setEngine", "setFipsCrypto"],
  process_methods: [
    "_debugEnd",
    "_debugProcess",
    "_getActiveHandles",
    "_getActiveRequests",
    "causeSegfault",
    "dlopen",
    "dlopenBinary",
    "execve",
    "loadEnvFile",
    "resetStdioForTesting",
  ],
  credentials: ["initgroups", "setegid", "seteuid", "setgid", "setgroups", "setuid"],
  sea: ["getAsset", "getAssetKeys"],
  trace_events: ["CategorySet"],
  v8: [
    "getHashSeed",
    "setFlagsFromString",
    "setHeapProfileNearHeapLimit",
    "setHeapSnapshotNearHeapLimit",
    "startCpuProfile",
    "startHeapProfile",
    "stopCpuProfile",
    "stopHeapProfile",
  ],
};

const DENIED_PROCESS = [
  "_debugEnd",
  "_debugProcess",
  "_getActiveHandles",
  "_getActiveRequests",
  "_linkedBinding",
  "execve",
];

export function lockDown(node: NodeInternals, workers: Workers, handleType: (fd: number) => string): void {
  const { TCP } = node.binding("tcp_wrap") as { TCP: Native };
  gut(Object.getPrototypeOf(TCP.prototype).constructor, "LibuvStreamWrap");
  for (const [name, keep] of Object.entries(DENIED_BINDINGS)) {
    const binding = node.optionalBinding(name);
    if (binding) denyAll(name, binding, keep);
  }
  for (const [name, members] of Object.entries(DENIED_MEMBERS)) {
    const binding = node.optionalBinding(name);
    for (const member of members)
      if (binding && member in binding) binding[member] = deny(`${name}.${member}`);
  }
  workers.install((name) => deny(name));
  cutCrypto(node);
  cutLocks(node);
  cutModules(node, handleType);
  cutProcess(node);
  closeDoor(node);
}

/** OpenSSL can open files and engines by name. */
function cutCrypto(node: NodeInternals): void {
  node.module("internal/url").isURLInstance = () => false;
  const crypto = node.binding("crypto");
  const { prototype } = crypto.SecureContext as { prototype: Internals };
  for (const method of ["setClientCertEngine", "setEngineKey"])
    if (method in prototype) prototype[method] = deny(method);
  for (const reader of ["getSystemCACertificates", "getExtraCACertificates"]) {
    if (reader in crypto) crypto[reader] = () => [];
  }
  if ("startLoadingCertificatesOffThread" in crypto) crypto.startLoadingCertificatesOffThread = () => {};
}

/**
 * Taking a lock away from another thread ends the process or worse: V8 would be entered on behalf of a thread that
 * runs elsewhere.
 */
function cutLocks(node: NodeInternals): void {
  const locks = node.optionalBinding("locks");
  if (!locks) return;
  const request = locks.request as Native;
  locks.request = (name: unknown, client: unknown, mode: unknown, steal: unknown, ...rest: unknown[]) => {
    if (steal) throw denied("stealing a lock");
    return request(name, client, mode, steal, ...rest);
  };
}

const RECOMPILED = ["internal/fs/read/context", "internal/fs/dir", "fs"];
/** Modules to recompile in Node 24 only, with the bindings whose functions they take. */
const RECOMPILED_24 = [
  "internal/modules/esm/resolve",
  "internal/modules/esm/loader",
  "internal/modules/run_main",
];

function cutModules(node: NodeInternals, handleType: (fd: number) => string): void {
  node.module("internal/util").guessHandleType = handleType;
  // These modules took functions from the bindings when they first ran; now they take the replaced ones.
  for (const id of RECOMPILED) if (node.has(id)) node.recompile(id);
  if (process.version.startsWith("v24.")) {
    for (const id of RECOMPILED_24) node.recompile(id);
    // Otherwise hooks would be registered with a loader that is no longer used.
    node.module("module").register = node.module("internal/modules/esm/loader").register;
  }
  const contextify = node.binding("contextify");
  contextify.startSigintWatchdog = () => true;
  contextify.stopSigintWatchdog = () => false;
  node.binding("trace_events").trace = () => {};
  cutCompileCache(node.module("module"));
}

/** The compile cache writes to the host's files, and the loader took its natives before anything could be replaced. */
function cutCompileCache(module: Internals): void {
  const { DISABLED } = (module.constants as { compileCacheStatus: { DISABLED: number } }).compileCacheStatus;
  module.enableCompileCache = () => ({ status: DISABLED });
  module.flushCompileCache = () => {};
  module.getCompileCacheDir = () => undefined;
}

function cutProcess(node: NodeInternals): void {
  const target = process as unknown as Internals;
  Object.defineProperty(process.features, "inspector", {
    value: false,
    enumerable: true,
    configurable: true,
  });
  for (const name of DENIED_PROCESS) if (name in target) target[name] = deny(`process.${name}`);
  target.dlopen = refuseAddon;
  // Other resources are known to bindings in C++ that are not in use, and immediates include the runtime's own.
  const { timeoutInfo } = node.binding("timers") as Record<string, ArrayLike<number>>;
  target.getActiveResourcesInfo = function getActiveResourcesInfo() {
    return new Array(timeoutInfo![0]).fill("Timeout");
  };
  Object.defineProperty(process, "report", {
    value: undefined,
    configurable: true,
    enumerable: true,
    writable: true,
  });
  target.binding = (name: unknown) => oldBinding(node, name);
}

/** From here on only public modules can be loaded, by whatever route. */
function closeDoor(node: NodeInternals): void {
  const { builtins } = node;
  const module = node.module("module") as unknown as { builtinModules: string[] };
  const allowed = module.builtinModules
    .map((id) => id.replace(/^node:/, ""))
    .filter((id) => !id.startsWith("internal/"));
  builtins.setRealmAllowRequireByUsers(allowed);
  // Node counts it as experimental: it is not a public module until it is allowed.
  builtins.allowRequireByUsers("sqlite");
  for (const name of ["exposeInternals", "allowRequireByUsers", "setRealmAllowRequireByUsers"] as const) {
    builtins[name] = deny(`BuiltinModule.${name}`);
  }
  module.builtinModules = module.builtinModules.filter((id) =>
    builtins.canBeRequiredByUsers(id.replace(/^node:/, "")),
  );
}
