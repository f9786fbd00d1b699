import { cjs, esm, flags, type Script, task, tree } from "./script.ts";

export const PROCESS_SCRIPTS: Script[] = [
  cjs(
    "events at the end come in order, with their codes",
    `process.on("beforeExit", (c) => print("beforeExit", c, process.exitCode)); process.on("exit", (c) => print("exit", c, process.exitCode)); process.on("exit", () => setTimeout(() => print("never"), 0)); process.exitCode = 5; setImmediate(() => print("immediate"));`,
  ),
  cjs(
    "exit codes of every kind",
    `for (const c of [undefined, null, 0, 1, "2", 256, 257, -1, 255]) { process.exitCode = undefined; print(c, attempt(() => { process.exitCode = c; return process.exitCode; })); } for (const c of [1.5, "x", {}, NaN, true, "", 1n]) print(attempt(() => (process.exitCode = c)), attempt(() => process.exit(c))); process.exitCode = undefined; process.on("exit", (c) => { print("exit", c); process.exitCode = 300; });`,
  ),
  cjs(
    "exit within exit, and the code that wins",
    `process.on("exit", (c) => { print("first", c); if (c !== 9) process.exit(9); }); process.on("exit", (c) => print("second", c)); process.exit(4);`,
  ),
  cjs(
    "an exit listener that throws",
    `process.on("exit", () => { throw new Error("in exit"); }); process.on("exit", () => print("not reached"));`,
  ),
  cjs(
    "an uncaught exception within uncaughtException",
    `process.on("uncaughtException", (e) => { print(e.message); throw new Error("again"); }); throw new Error("first");`,
  ),
  cjs(
    "uncaughtException, its monitor and its origin",
    `process.on("uncaughtExceptionMonitor", (e, o) => print("monitor", e.message, o)); process.on("uncaughtException", (e, o) => print("caught", e.message, o)); setImmediate(() => setTimeout(() => { throw new Error("timer"); }, 1)); process.nextTick(() => { throw new Error("tick"); }); queueMicrotask(() => { throw new Error("micro"); }); Promise.reject(new Error("rejected")); new events().emit("error", new Error("emitted"));`,
  ),
  cjs(
    "a monitor alone does not save the process",
    `process.on("uncaughtExceptionMonitor", (e, o) => print(o)); process.on("exit", (c) => print("exit", c)); null.x;`,
  ),
  cjs(
    "setUncaughtExceptionCaptureCallback",
    `process.setUncaughtExceptionCaptureCallback((e) => print("captured", e.message)); print(process.hasUncaughtExceptionCaptureCallback(), attempt(() => process.setUncaughtExceptionCaptureCallback(() => {}))); setTimeout(() => { process.setUncaughtExceptionCaptureCallback(null); throw new Error("free"); }, 5); throw new Error("one");`,
  ),
  cjs(
    "rejections: unhandled, handled late, warned of",
    `process.on("unhandledRejection", (r, p) => { print("unhandled", r.message, p instanceof Promise); p.catch(() => {}); }); process.on("rejectionHandled", (p) => print("handled", p instanceof Promise)); process.on("multipleResolves", (t) => print("multiple", t)); Promise.reject(new Error("a")); const p = Promise.reject(new Error("b")); setTimeout(() => p.catch(() => print("late")), 5); new Promise((r, j) => { r(1); r(2); j(3); });`,
  ),
  flags("--unhandled-rejections=warn", [
    "--unhandled-rejections=warn",
    "-e",
    "Promise.reject(new Error('w')); setTimeout(() => console.log('on'), 5)",
  ]),
  flags("--unhandled-rejections=none", [
    "--unhandled-rejections=none",
    "-e",
    "Promise.reject(1); process.on('unhandledRejection', (r) => console.log(r))",
  ]),
  flags("--unhandled-rejections=strict", [
    "--unhandled-rejections=strict",
    "-e",
    "process.on('uncaughtException', (e, o) => console.log(o, e)); Promise.reject(1)",
  ]),
  cjs(
    "rejections of odd values",
    `process.on("exit", (c) => print(c)); Promise.reject({ a: 1, toString: null });`,
  ),
  cjs(
    "an error with a cause, own fields and an aggregate",
    `const e = new Error("outer", { cause: new TypeError("inner") }); e.extra = { a: [1] }; throw Object.assign(new AggregateError([e, new RangeError("r")], "many"), { code: "EMANY" });`,
  ),
  cjs(
    "an error without a stack, and one that is no error",
    `process.on("uncaughtException", (e) => { console.error(e); const f = new Error("no stack"); f.stack = undefined; process.removeAllListeners("uncaughtException"); throw f; }); throw { message: "plain", name: "Plain" };`,
  ),
  cjs(
    "an error whose fields throw",
    `const e = new Error("m"); Object.defineProperty(e, "stack", { get() { throw new Error("in stack"); } }); throw e;`,
  ),
  cjs(
    "a frozen error and one with a symbol",
    `Object.freeze(Error.prototype); const e = Object.freeze(new Error("frozen")); setTimeout(() => { throw Symbol("s"); }, 1); process.once("uncaughtException", (x) => print(x)); throw e;`,
  ),
  cjs(
    "an emitter's error that nobody hears",
    `const e = new events(); e.emit("error", { not: "an error" });`,
  ),
  cjs(
    "an unheard error of a stream",
    `const s = new stream.Readable({ read() { this.destroy(new Error("broken")); } }); s.resume();`,
  ),
  cjs(
    "assertions that fail show a diff",
    `require("assert").deepStrictEqual({ a: 1, b: [1, 2, { c: 3 }], s: "x" }, { a: 1, b: [1, 2, { c: 4 }], s: "y" });`,
  ),
  cjs(
    "warnings: names, codes, details, once and not",
    `process.on("warning", (w) => print("event", w.name, w.code, w.message, w.detail)); process.emitWarning("plain"); process.emitWarning("typed", "Custom"); process.emitWarning("full", { type: "T", code: "C", detail: "more\\nlines" }); process.emitWarning(new RangeError("as error")); process.emitWarning("dep", "DeprecationWarning", "DEP0"); print(attempt(() => process.emitWarning(5)), attempt(() => process.emitWarning("x", { type: 5 }))?.code); util.deprecate(() => print("called"), "old", "DEPX")(); util.deprecate(() => {}, "old", "DEPX")();`,
  ),
  cjs(
    "too many listeners warn once, with the emitter's name",
    `const e = new events(); for (let i = 0; i < 12; i++) e.on("x", () => {}); for (let i = 0; i < 11; i++) process.on("SIGUSR2", () => {}); const t = new EventTarget(); for (let i = 0; i < 12; i++) t.addEventListener("y", () => {}); process.removeAllListeners("SIGUSR2");`,
  ),
  flags("--no-warnings, --throw-deprecation", [
    "--throw-deprecation",
    "-e",
    "process.emitWarning('d', 'DeprecationWarning'); process.on('uncaughtException', (e) => console.log(e.name, e.message))",
  ]),
  flags("--trace-warnings shows the stack", ["--trace-warnings", "-e", "process.emitWarning('w')"]),
  {
    name: "NODE_NO_WARNINGS, NODE_OPTIONS",
    env: { NODE_NO_WARNINGS: "1", NODE_OPTIONS: "--stack-trace-limit=1" },
    code: "process.emitWarning('silent'); console.log(Error.stackTraceLimit, process.execArgv); throw new Error('short')",
  },
  cjs(
    "signals: handlers, names, numbers and what cannot be caught",
    `print(os.constants.signals.SIGUSR1, attempt(() => process.on("SIGKILL", () => {})), attempt(() => process.on("SIGSTOP", () => {})), attempt(() => process.kill(process.pid, "SIGNOPE")), attempt(() => process.kill("x")), attempt(() => process.kill(process.pid, 99)), process.kill(process.pid, 0)); const got = []; for (const s of ["SIGUSR1", "SIGHUP", "SIGTERM", "SIGINT", "SIGWINCH", "SIGCONT", "SIGPIPE"]) process.once(s, (name, number) => { got.push([name, number].join()); if (got.length === 7) { print(got); clearInterval(alive); } else process.kill(process.pid, ["SIGHUP", "SIGTERM", "SIGINT", "SIGWINCH", "SIGCONT", "SIGPIPE"][got.length - 1]); }); const alive = setInterval(() => {}, 1000); process.kill(process.pid, "SIGUSR1");`,
  ),
  cjs(
    "a signal handler does not keep the process",
    `process.on("SIGTERM", () => print("never")); process.on("exit", () => print("exit"));`,
  ),
  ...["SIGHUP", "SIGINT", "SIGTERM", "SIGUSR2", "SIGALRM", "SIGABRT", "SIGKILL", "SIGQUIT"].map((name) =>
    cjs(
      `dies of ${name}`,
      `process.on("exit", () => print("no exit event")); print("before"); process.kill(process.pid, "${name}"); setInterval(() => {}, 1000);`,
    ),
  ),
  cjs(
    "a signal ignored by default",
    `process.kill(process.pid, "SIGCHLD"); process.kill(process.pid, "SIGURG"); process.kill(process.pid, "SIGPIPE"); setTimeout(() => print("alive"), 10);`,
  ),
  cjs(
    "after the last handler is gone the signal kills again",
    `const f = () => {}; process.on("SIGTERM", f); process.off("SIGTERM", f); process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);`,
  ),
  cjs(
    "abort ends with SIGABRT",
    `const { signal, status, stdout } = cp.spawnSync(process.execPath, ["-e", "process.on('exit', () => console.log(1)); process.abort()"], { encoding: "utf8" }); print(signal, status, stdout);`,
  ),
  cjs(
    "timers: ref, unref, refresh, order and odd delays",
    `const seen = []; setTimeout(() => seen.push("a"), 1); setTimeout(() => seen.push("neg"), -5); setTimeout(() => seen.push("b"), 2); const t = setTimeout(() => seen.push("refreshed"), 5); t.refresh(); print(t.hasRef(), t.unref() === t, t.hasRef(), t.ref().hasRef(), typeof t[Symbol.toPrimitive]()); const i = setInterval(() => { seen.push("i"); if (seen.filter((x) => x === "i").length === 3) clearInterval(i); }, 1); const im = setImmediate((...a) => seen.push(a.join()), 1, 2); print(im.hasRef()); clearImmediate(setImmediate(() => seen.push("no"))); clearTimeout(String(+setTimeout(() => seen.push("no"), 1))); setTimeout(() => seen.push("big"), 2 ** 31).unref(); print(attempt(() => setTimeout("x")), attempt(() => setImmediate())); process.on("exit", () => print(seen.includes("refreshed"), seen.filter((x) => ["a", "neg", "b"].includes(x)), seen.includes("1,2"), seen.includes("no"), seen.includes("big"))); setTimeout(() => print("never"), 30000).unref();`,
  ),
  cjs(
    "unreferenced things let the process end",
    `setInterval(() => {}, 10).unref(); setImmediate(() => print("immediate")).ref(); setImmediate(() => print("unref immediate")).unref(); process.on("exit", () => print("exit")); process.stdin.unref?.(); new (require("worker_threads").MessageChannel)().port1.unref();`,
  ),
  task(
    "timers/promises: values, signals, intervals, scheduler",
    `const t = require("timers/promises"); print(await t.setTimeout(1, "v"), await t.setImmediate("i"), await settle(t.setTimeout(1000, 0, { signal: AbortSignal.abort("why") })), await settle(t.setTimeout("x")), await settle(t.setTimeout(1, 0, { ref: 1 }))); const c = new AbortController(); setTimeout(() => c.abort(), 5); print(await settle(t.setTimeout(10000, 0, { signal: c.signal }))); let n = 0; for await (const x of t.setInterval(1, "tick")) { print(x); if (++n === 2) break; } await t.scheduler.wait(1); await t.scheduler.yield(); print(await settle(t.scheduler.wait(1, { signal: AbortSignal.abort() }))); t.setTimeout(20, 0, { ref: false }).then(() => print("never"));`,
  ),
  cjs(
    "order of everything in one turn",
    `setTimeout(() => { print("t1"); process.nextTick(() => print("t1 tick")); Promise.resolve().then(() => print("t1 micro")); }, 1); setTimeout(() => print("t2"), 1); process.nextTick(() => { print("tick"); Promise.resolve().then(() => { print("micro in tick"); process.nextTick(() => print("tick in micro")); }); queueMicrotask(() => print("qm")); }); (async () => { print("async"); await null; print("after await"); })(); process.nextTick((...a) => print(a), 1, 2); const end = Date.now() + 5; while (Date.now() < end);`,
  ),
  esm(
    "order around top-level await in modules",
    `process.nextTick(() => console.log("tick")); queueMicrotask(() => console.log("micro")); setImmediate(() => console.log("immediate")); console.log("main"); await null; console.log("after"); await new Promise((r) => setImmediate(r)); console.log("turned"); await new Promise((r) => setTimeout(r, 1)); console.log("end"); process.on("beforeExit", () => console.log("beforeExit")); process.on("exit", (c) => console.log("exit", c));`,
  ),
  esm(
    "unsettled top-level await has exit code 13 and its listeners run",
    `process.on("exit", (c) => console.log("exit", c)); setTimeout(() => console.log("timer"), 1); await new Promise(() => {});`,
  ),
  cjs(
    "nextTick and microtasks do not starve but recurse",
    `let n = 0; (function f() { if (n++ < 1000) process.nextTick(f); else print(n); })(); let m = 0; (function g() { if (m++ < 1000) queueMicrotask(g); else print(m); })(); print(attempt(() => process.nextTick(5)), attempt(() => queueMicrotask(5)));`,
  ),
  cjs(
    "process's plain facts",
    `print(process.title, process.argv0, process.argv.length, process.execArgv, typeof process.pid, process.ppid > 0, process.platform, process.arch, process.version === "v" + process.versions.node, process.release.name, process.uptime() < 5, typeof process.hrtime.bigint(), process.hrtime([0, 0]).length, Object.keys(process.memoryUsage()), process.memoryUsage.rss() > 1e6, Object.keys(process.resourceUsage()).length, Object.keys(process.cpuUsage()), process.config.variables !== undefined, process.features.typescript, process.allowedNodeEnvironmentFlags.has("--no-warnings"), attempt(() => process.hrtime(5)), attempt(() => process.cpuUsage({ user: -1 })), process.getuid() === process.geteuid(), Array.isArray(process.getgroups()), process.stdin.fd, process.stdout.fd, process.stderr.fd, process.exitCode, process.debugPort, process.constrainedMemory() >= 0, process.availableMemory() > 0); process.title = "mine"; print(process.title);`,
  ),
  cjs(
    "process.env is strings, and children see it",
    `process.env.A = 1; process.env.B = undefined; process.env.C = null; process.env.D = true; print(process.env.A, process.env.B, process.env.C, process.env.D, "A" in process.env, delete process.env.A, process.env.A, "A" in process.env, delete process.env.NOPE, attempt(() => (process.env.S = Symbol("x"))), attempt(() => Object.defineProperty(process.env, "X", { get() {} })), attempt(() => Object.defineProperty(process.env, "X", { value: 1, configurable: true, writable: true, enumerable: true }))?.X, Object.keys(process.env).includes("D"), process.env.toString === Object.prototype.toString, JSON.stringify(Object.getOwnPropertyDescriptor(process.env, "D"))); process.env["with space"] = "é=x"; print(cp.execSync("env | grep -e space -e ^D= | sort", { encoding: "utf8" }), process.env[""], { ...process.env }.D); process.env.TZ = "Asia/Tokyo"; print(new Date(0).toString()); process.env.TZ = "America/New_York"; print(new Date(0).toString());`,
  ),
  cjs(
    "loadEnvFile and parseEnv",
    `fs.writeFileSync(".env", "A=1\\nB='q # x'\\nexport C=\\"d\\\\ne\\" # c\\nD=\\nHOME=no\\n#E=1\\nF = spaced \\n"); process.loadEnvFile(); print(process.env.A, process.env.B, process.env.C, process.env.D, process.env.HOME === "no", process.env.E, process.env.F, util.parseEnv("X=\`a\\nb\`\\nY=1=2"), attempt(() => process.loadEnvFile("none")), attempt(() => process.loadEnvFile(5)), attempt(() => util.parseEnv(5)));`,
  ),
  tree(
    "--env-file and its absence",
    {
      "main.js": "console.log(process.env.FROM_FILE, process.env.HOME === 'x')",
      "e.env": "FROM_FILE=yes\nHOME=x",
    },
    { env: { NODE_OPTIONS: "" } },
  ),
  cjs(
    "chdir and what follows it",
    `fs.mkdirSync("d"); process.chdir("d"); print(path.basename(process.cwd()), path.resolve("x") === process.cwd() + "/x", cp.execSync("pwd", { encoding: "utf8" }).trim() === process.cwd(), fs.realpathSync(".") === process.cwd(), attempt(() => process.chdir("none")).code, attempt(() => process.chdir(5)), attempt(() => process.chdir("a\\0")).code); fs.rmdirSync("../d"); print(attempt(() => process.cwd()), attempt(() => fs.readdirSync(".")), attempt(() => fs.writeFileSync("x", "")));`,
  ),
  cjs(
    "writing to standard output from everywhere, in order",
    `process.stdout.write("a"); console.log("b"); fs.writeSync(1, "c\\n"); process.stdout.write("d\\n", () => fs.writeSync(1, "written\\n")); console.error("to stderr"); process.on("exit", () => { process.stdout.write("in exit\\n"); fs.writeSync(1, "sync in exit\\n"); }); print(process.stdout.isTTY, process.stdout.columns, process.stdout.writable, process.stdout._type, process.stdout.writableHighWaterMark); print(attempt(() => process.stdout.write(5)), attempt(() => process.stdout.write(null)));`,
  ),
  cjs(
    "destroying standard output and standard input",
    `process.stdout.destroy(); process.stdin.destroy(); process.stdin.on("close", () => console.error("stdin closed")); process.stdout.on("close", () => console.error("stdout closed")); console.log("ignored?"); process.stdout.write("x", (e) => console.error(String(e)));`,
  ),
  cjs(
    "standard input, piece by piece",
    `process.stdin.setEncoding("utf8"); process.stdin.on("readable", () => { let c; while ((c = process.stdin.read(3)) !== null) print(JSON.stringify(c)); }); process.stdin.on("end", () => print("end", process.stdin.readableEnded)).on("close", () => print("close"));`,
    { stdin: "abcdefgh" },
  ),
  task(
    "standard input as an async iterator and into consumers",
    `const { buffer } = require("stream/consumers"); const b = await buffer(process.stdin); print(b.length, process.stdin.isTTY, process.stdin.fd, attempt(() => process.stdin.setRawMode(true))?.message);`,
    { stdin: "x".repeat(100000) },
  ),
  cjs(
    "an empty standard input ends",
    `process.stdin.on("data", () => print("data")).on("end", () => print("end")); print(process.stdin.readableFlowing);`,
  ),
  cjs(
    "once, with a paused standard input",
    `process.stdin.once("data", (d) => { print(String(d)); process.stdin.pause(); setTimeout(() => print("still"), 5); });`,
    { stdin: "hello" },
  ),
  cjs(
    "getActiveResourcesInfo, getBuiltinModule, refs",
    `print(process.getBuiltinModule("fs") === fs, process.getBuiltinModule("node:nope"), process.getBuiltinModule("nope"), attempt(() => process.getBuiltinModule(5)), process.emit("custom", 1), process.listenerCount("exit"), process.ref !== undefined, process.features.require_module);`,
  ),
  cjs(
    "finalization callbacks run at exit",
    `const o = {}; process.finalization.register(o, (x, e) => fs.writeSync(1, "finalized " + (x === o) + " " + e + "\\n")); process.finalization.registerBeforeExit(o, (x, e) => print("before", e)); print("main");`,
  ),
  cjs(
    "stack overflow and out of range are ordinary errors",
    `print(attempt(() => { (function f() { f(); })(); }), attempt(() => "x".repeat(2 ** 30)).message, attempt(() => new Array(-1)), attempt(() => Buffer.alloc(2 ** 54))); (function f() { f(); })();`,
  ),
  cjs(
    "argv0 is what the program was called as",
    `const show = "console.log(process.argv0, process.argv[0] === process.execPath, process.title, Object.getOwnPropertyDescriptor(process, 'argv0'))"; eval(show); print(attempt(() => { "use strict"; process.argv0 = 1; })); const n = process.execPath; for (const argv0 of [undefined, "other", "./a b", ""]) print(cp.spawnSync(n, ["-e", show], { argv0, encoding: "utf8" }).stdout.replace(n, "NODE").replace(n, "NODE")); print(cp.execSync("node -p process.argv0; env node -p process.argv0; exec -a called node -p process.argv0", { shell: "/bin/bash", encoding: "utf8" }));`,
  ),
  cjs(
    "breakOnSigint: vm's code is broken off, busy with itself or with calls, and listeners come back",
    `const vm = require("vm"); process.on("SIGINT", () => { print("heard"); process.exit(4); }); setInterval(() => {}, 1000); const kill = (file) => cp.spawn("sh", ["-c", "while ! [ -e " + file + " ]; do sleep 0.02; done; rm " + file + "; exec kill -INT " + process.pid], { stdio: "ignore" });
     const show = ({ thrown: e, ...more }) => print(e?.code, e?.message, more); const scope = { fs, fail() { throw new RangeError("own"); } }; for (const [i, code] of ["while (true);", "for (;;) fs.statSync('.')", "new Promise(() => { for (;;); })"].entries()) { kill("go" + i); show(attempt(() => vm.runInNewContext("fs.writeFileSync('go" + i + "', ''); " + code, scope, { breakOnSigint: true }))); } print(attempt(() => new vm.Script("fail()").runInContext(vm.createContext(scope), { breakOnSigint: true }))); print(attempt(() => vm.runInThisContext("1", { breakOnSigint: "x" }))); fs.writeFileSync("end", ""); kill("end");`,
  ),
];
