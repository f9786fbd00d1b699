// The options of node, and which part of node acts on each. Source: node's getCLIOptionsInfo() in 24 and 26,
// doc/api/cli.md.

/** "flag" may be negated with --no-; "list" may be given more than once. */
export type OptionKind = "flag" | "value" | "number" | "list";

export interface OptionRow {
  kind: OptionKind;
  /** Whether the real process must be started with it; a waiting process was started without any. */
  isNative: boolean;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Options of V8 and of Node's C++ parts, and those that Node's library reads too early for a waiting process. */
const NATIVE: Readonly<Record<"flag" | "value" | "list", readonly string[]>> = {
  flag: words(`
    addons abort-on-uncaught-exception async-context-frame disallow-code-generation-from-strings
    entry-url experimental-detect-module experimental-eventsource experimental-global-navigator
    experimental-import-meta-resolve experimental-import-text experimental-print-required-tla experimental-repl-await
    experimental-require-module experimental-shadow-realm experimental-sqlite experimental-stream-iter
    experimental-transform-types experimental-vm-modules experimental-websocket experimental-webstorage expose-gc
    extra-info-on-fatal-exception force-async-hooks-checks force-context-aware frozen-intrinsics global-search-paths
    harmony harmony-import-attributes harmony-shadow-realm harmony-temporal
    insecure-http-parser interpreted-frames-native-stack jitless network-family-autoselection node-snapshot
    pending-deprecation preserve-symlinks preserve-symlinks-main require-module strip-types
    tls-max-v1.2 tls-max-v1.3 tls-min-v1.0 tls-min-v1.1 tls-min-v1.2 tls-min-v1.3 trace-exit
    trace-promises trace-uncaught use-bundled-ca use-env-proxy use-strict verify-base-objects`),
  value: words(`
    disable-proto dns-result-order max-heap-size max-http-header-size max-old-space-size max-old-space-size-percentage
    max-semi-space-size network-family-autoselection-attempt-timeout secure-heap secure-heap-min stack-size
    tls-cipher-list trace-require-module unhandled-rejections`),
  list: words("conditions disable-warning"),
};

/** Options that only Node's library reads, after the program is known. */
const LIBRARY: Readonly<Record<OptionKind, readonly string[]>> = {
  flag: words(`
    check deprecation enable-source-maps experimental-test-module-mocks interactive print test test-force-exit test-only
    test-randomize test-update-snapshots throw-deprecation trace-deprecation trace-warnings use-openssl-ca use-system-ca
    warnings watch watch-preserve-output`),
  value: words(`
    eval input-type run test-global-setup test-isolation test-rerun-failures test-shard title watch-kill-signal`),
  number: words("v8-pool-size stack-trace-limit test-concurrency test-random-seed test-timeout"),
  list: words(`
    env-file env-file-if-exists experimental-loader experimental-test-tag-filter import require test-name-pattern test-reporter
    test-reporter-destination test-skip-pattern watch-path`),
};

/** Options without effect that node still accepts. */
const EMPTY = words(`
  experimental-abortcontroller experimental-fetch experimental-global-customevent experimental-global-webcrypto
  experimental-json-modules experimental-modules experimental-report experimental-specifier-resolution
  experimental-top-level-await experimental-wasi-unstable-preview1 experimental-wasm-modules experimental-worker
  experimental-test-snapshots http-parser napi-modules node-memory-debug zero-fill-buffers disable-sigusr1
  disable-wasm-trap-handler worker-snapshot`);

const UNFINISHED = "what V8 has not finished breaks the walls of a guest";

/** Options that a VM cannot offer: prefix of the name → reason. */
const REFUSED: Readonly<Record<string, string>> = {
  inspect: "a VM has no debugger; use console.log, --trace-uncaught or --enable-source-maps",
  debug: "a VM has no debugger; use console.log, --trace-uncaught or --enable-source-maps",
  prof: "a VM has no profiler; use perf_hooks",
  "cpu-prof": "a VM has no profiler; use perf_hooks",
  "heap-prof": "a VM has no profiler; use process.memoryUsage()",
  heapsnapshot: "heap snapshots hold what is not the VM's; use v8.getHeapStatistics()",
  report: "reports hold what is not the VM's",
  "diagnostic-dir": "reports and snapshots hold what is not the VM's",
  "trace-event": "a VM has no tracing; use diagnostics_channel or perf_hooks",
  permission: "a guest holds no permission of Node's; the VM's policy says what it may do",
  "allow-natives-syntax": "V8's inner functions break the walls of a guest",
  "allow-": "a guest holds no permission of Node's; the VM's policy says what it may do",
  "experimental-test-coverage": "coverage needs the debugger, which a VM does not have",
  "test-coverage": "coverage needs the debugger, which a VM does not have",
  "experimental-ffi": "native code cannot be loaded in a VM",
  "experimental-addon-modules": "native code cannot be loaded in a VM",
  "localstorage-file": "its file would be the host's; use node:fs or node:sqlite",
  "experimental-config-file": "its file would be the host's; give the options themselves, or NODE_OPTIONS",
  openssl: "OpenSSL's configuration would be the host's",
  "enable-fips": "OpenSSL's configuration would be the host's",
  "force-fips": "OpenSSL's configuration would be the host's",
  "redirect-warnings": "its file would be the host's; redirect standard error",
  "tls-keylog": "its file would be the host's; use the event 'keylog'",
  "icu-data-dir": "its files would be the host's",
  "build-s": "programs of one file are made of the host's node",
  "experimental-sea-config": "programs of one file are made of the host's node",
  "snapshot-blob": "snapshots would be the host's files",
  harmony: UNFINISHED,
  "js-": UNFINISHED,
  "perf-": "profiles would be the host's files",
};

const ALIASES: Readonly<Record<string, string>> = {
  "-C": "--conditions",
  "-c": "--check",
  "-e": "--eval",
  "-h": "--help",
  "-i": "--interactive",
  "-p": "--print",
  "-r": "--require",
  "-v": "--version",
  "--experimental-strip-types": "--strip-types",
  "--experimental-test-isolation": "--test-isolation",
  "--enable-network-family-autoselection": "--network-family-autoselection",
  "--loader": "--experimental-loader",
  "--webstorage": "--experimental-webstorage",
  "--es-module-specifier-resolution": "--experimental-specifier-resolution",
};

const TABLE = new Map<string, OptionRow>();
for (const [kind, names] of Object.entries(NATIVE))
  for (const name of names) TABLE.set(`--${name}`, { kind: kind as OptionKind, isNative: true });
for (const [kind, names] of Object.entries(LIBRARY))
  for (const name of names) TABLE.set(`--${name}`, { kind: kind as OptionKind, isNative: false });
for (const name of EMPTY) TABLE.set(`--${name}`, { kind: "flag", isNative: false });

/** The long name of an option. Node accepts "_" for "-". */
export function longName(name: string): string {
  const plain = name.startsWith("--") ? name.replace(/(?<=..)_/g, "-") : name;
  if (!plain.startsWith("--no-")) return ALIASES[plain] ?? plain;
  const positive = ALIASES[`--${plain.slice("--no-".length)}`];
  return positive === undefined ? plain : `--no-${positive.slice(2)}`;
}

export function findOption(name: string): OptionRow | undefined {
  return TABLE.get(name);
}

/** Why an option is not available in a VM, if it is not. */
export function refusal(name: string): string | undefined {
  const plain = name.replace(/^--(?:no-)?/, "");
  return Object.entries(REFUSED).find(([prefix]) => plain.startsWith(prefix))?.[1];
}
