import { cjs, esm, type Script, task } from "./script.ts";

/** All that a child tells of itself, in the order in which it tells it. */
const WATCH = `const watch = (child, name = "") => new Promise((done) => { const seen = []; let out = "", err = ""; child.stdout?.on("data", (d) => (out += d)); child.stderr?.on("data", (d) => (err += d)); for (const e of ["spawn", "exit", "close", "error", "disconnect"]) child.on(e, (...a) => { seen.push([e, ...a.map((x) => (x instanceof Error ? x.message : x))].join(" ")); if (e === "close") { print(name, seen, out, err, child.exitCode, child.signalCode, child.killed); done(); } }); });`;
const spawned = (name: string, body: string, more: Partial<Script> = {}): Script =>
  task(name, `${WATCH}\n${body}`, more);

export const MORE_CHILD_SCRIPTS: Script[] = [
  spawned(
    "spawn: events, exit codes and signals",
    `await watch(cp.spawn("sh", ["-c", "echo out; echo err >&2; exit 3"])); await watch(cp.spawn("sh", ["-c", "kill -9 $$"])); await watch(cp.spawn("true")); const k = cp.spawn("sleep", ["10"]); k.on("spawn", () => print(k.kill("SIGHUP"), k.killed)); await watch(k); print(k.kill(), k.kill(0));`,
  ),
  spawned(
    "spawn errors: missing, forbidden, directories, bad cwd",
    `fs.mkdirSync("d"); fs.writeFileSync("plain", "x"); fs.writeFileSync("noexec", "#!/bin/sh\\necho hi", { mode: 0o644 }); for (const [f, o] of [["none"], ["./none"], ["./d"], ["./plain"], ["./noexec"], ["true", { cwd: "none" }], ["true", { cwd: "plain" }], ["none/x"], ["plain/x"], ["/"]]) { const c = attempt(() => cp.spawn(f, ["a1"], o)); if (!c.on) { print(f, c); continue; } c.on("error", (e) => print(shape(e))); print(f, c.pid); await watch(c, f); const r = cp.spawnSync(f, ["a1"], o); print(r.status, r.signal, r.pid, r.output, r.error && shape(r.error)); }`,
  ),
  cjs(
    "spawn validates its arguments",
    `for (const a of [[], [""], [5], ["a\\0b"], ["true", 5], ["true", ["a\\0"]], ["true", [], 5], ["true", [], { cwd: 5 }], ["true", [], { uid: "x" }], ["true", [], { detached: 1 }], ["true", [], { shell: 5 }], ["true", [], { argv0: 5 }], ["true", [], { env: { "A\\0": "x" } }], ["true", [], { stdio: "zz" }], ["true", [], { stdio: ["pipe", "zz"] }], ["true", [], { stdio: [-1] }], ["true", [], { stdio: [{}] }], ["true", [], { timeout: -1 }], ["true", [], { killSignal: "SIGZ" }], ["true", [], { signal: 5 }], ["true", [], { serialization: "q" }], ["true", [], { stdio: ["ipc", "ipc"] }], ["true", [], { windowsHide: 1 }]]) { const e = attempt(() => cp.spawn(...a)); print(e?.code, e?.message?.split("\\n")[0]); const s = attempt(() => cp.spawnSync(...a)); print(s?.code, s?.message?.split("\\n")[0]); } print(attempt(() => cp.fork(5))?.message, attempt(() => cp.exec(5))?.message, attempt(() => cp.execFileSync())?.message);`,
  ),
  spawned(
    "every form of stdio",
    `fs.writeFileSync("in", "from file"); const i = fs.openSync("in"), o = fs.openSync("out", "w"); await watch(cp.spawn("cat", { stdio: [i, "pipe", "inherit"] }), "fd in"); await watch(cp.spawn("sh", ["-c", "echo x; echo y >&2"], { stdio: ["ignore", o, o] }), "fd out"); print(fs.readFileSync("out", "utf8")); await watch(cp.spawn("sh", ["-c", "echo gone; cat"], { stdio: "ignore" }), "ignore"); await watch(cp.spawn("sh", ["-c", "echo shown"], { stdio: ["ignore", process.stdout, process.stderr] }), "streams"); const c = cp.spawn("sh", ["-c", "echo three >&3; cat <&4"], { stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"] }); c.stdio[3].on("data", (d) => print("3:", String(d))); c.stdio[4].end("four"); await watch(c, "extra"); print(c.stdio.length, c.stdin, c.stdio[1] === c.stdout); const ws = fs.createWriteStream("ws"); await once(ws, "open"); await watch(cp.spawn("echo", ["to stream"], { stdio: ["pipe", ws, "overlapped"] }), "write stream"); print(fs.readFileSync("ws", "utf8")); const n = cp.spawn("sh", ["-c", "echo a; ls /proc/self/fd | wc -l"], { stdio: [null, undefined, "pipe"] }); n.stdout.resume(); await once(n, "close"); print(attempt(() => cp.spawn("cat", { stdio: ["pipe", new stream.PassThrough()] })));`,
  ),
  task(
    "output of one child is the input of another",
    `const a = cp.spawn("seq", ["1", "5"]), b = cp.spawn("grep", ["-v", "3"]); a.stdout.pipe(b.stdin); print(await text(b.stdout)); const c = cp.spawn("seq", ["3"], { stdio: ["ignore", "pipe", "inherit"] }); const d = cp.spawn("tac", [], { stdio: [c.stdout, "pipe", "inherit"] }); print(await text(d.stdout));`,
  ),
  task(
    "input: writing to a child that does not read, or has ended",
    `const c = cp.spawn("true"); c.stdin.on("error", (e) => print(e.code)); await once(c, "exit"); print((await call((done) => c.stdin.write("x".repeat(200000), done)))[0].code); const h = cp.spawn("head", ["-c", "3"]); h.stdin.on("error", () => {}); h.stdin.write("x".repeat(300000)); print(await text(h.stdout)); const d = cp.spawn("cat"); d.stdin.end(); print(JSON.stringify(await text(d.stdout))); const e = cp.spawn("cat"); e.stdin.destroy(); print(JSON.stringify(await text(e.stdout)));`,
  ),
  task(
    "much data through a child and back",
    `const c = cp.spawn("cat"); const data = Buffer.alloc(5_000_000, "0123456789"); c.stdin.end(data); let n = 0; for await (const d of c.stdout) n += d.length; print(n); const r = cp.spawnSync("cat", { input: data, maxBuffer: 1e8 }); print(r.stdout.equals(data)); const s = cp.spawn("yes"), ended = once(s, "exit"); let m = 0; for await (const d of s.stdout) { m += d.length; if (m > 500000) break; } s.kill(); print((await ended)[1] !== undefined);`,
  ),
  spawned(
    "shell: true and shells by name",
    `await watch(cp.spawn("echo $0 \\"$1\\" | tr a-z A-Z; exit 2", { shell: true })); await watch(cp.spawn("echo", ["a b", "$HOME", "*"], { shell: "/bin/sh", env: { HOME: "/h", PATH: process.env.PATH } })); await watch(cp.spawn("echo hi", { shell: "/no/such/shell" })); print(cp.spawnSync("echo $((6*7))", { shell: true, encoding: "utf8" }).stdout, cp.execFileSync("echo", ["x;", "echo", "y"], { shell: true, encoding: "utf8" }));`,
  ),
  spawned(
    "timeout and killSignal of spawn, execFile and sync calls",
    `await watch(cp.spawn("sleep", ["10"], { timeout: 30 })); await watch(cp.spawn("sleep", ["10"], { timeout: 30, killSignal: "SIGKILL" })); await watch(cp.spawn("sleep", ["10"], { timeout: 30, killSignal: 2 })); cp.execFile("sleep", ["10"], { timeout: 30, killSignal: "SIGINT" }, (e, o, r) => print(e.killed, e.code, e.signal, e.cmd, e.message)); for (const k of [undefined, "SIGKILL", 1]) { const r = cp.spawnSync("sleep", ["10"], { timeout: 30, killSignal: k }); print(r.status, r.signal, shape(r.error)); } print({ ...attempt(() => cp.execSync("sleep 10", { timeout: 30 })), error: 0, pid: 0 });`,
  ),
  task(
    "maxBuffer of every call",
    `const big = "yes | head -c 5000"; { const [e, o, r] = await call(cp.exec, big, { maxBuffer: 100 }); print(e.code, e.message, e.killed, o.length, r.length); } { const [e, o, r] = await call(cp.exec, big + " >&2", { maxBuffer: 100, encoding: "buffer" }); print(e.code, e.message, o.length, r.length); } print(cp.spawnSync("sh", ["-c", big], { maxBuffer: 100 }).error.code); print(attempt(() => cp.execSync(big, { maxBuffer: 100 })).code, cp.execSync(big, { maxBuffer: Infinity }).length, cp.execSync(big, { maxBuffer: 5000 }).length); cp.exec("printf 'ééé'", { maxBuffer: 5 }, (e, o) => print(e?.code, o)); print(attempt(() => cp.exec("true", { maxBuffer: -1 })).code, attempt(() => cp.execSync("true", { maxBuffer: "x" })).code);`,
  ),
  task(
    "exec and execFile: errors have code, killed, signal, cmd, stdout and stderr",
    `const p = util.promisify(cp.exec), q = util.promisify(cp.execFile); print(await p("echo a; echo b >&2"), await settle(p("echo a; echo b >&2; exit 7")), await settle(p("kill -TERM $$")), await settle(q("none", ["x"])), await settle(q("sh", ["-c", "exit 5"])), await settle(p("echo x", { signal: AbortSignal.abort() })), await settle(p("true", { cwd: "none" }))); const run = p("echo child"); print(run.child.pid > 0, (await run).stdout); cp.exec("nonexistent-command-x 2>/dev/null", (e) => print(e.code));`,
  ),
  cjs(
    "execSync and execFileSync throw with all there is",
    `const show = (f) => { try { print(f()); } catch (e) { print(e.name, e.message, e.code, e.errno, e.syscall, e.path, e.spawnargs, e.status, e.signal, String(e.stdout), String(e.stderr), e.output?.length, e.pid > 0); } }; show(() => cp.execSync("echo out; echo err >&2; exit 3", { stdio: "pipe" })); show(() => cp.execSync("kill -KILL $$")); show(() => cp.execFileSync("none", ["a"])); show(() => cp.execFileSync("sh", ["-c", "cat; exit 1"], { input: "in", encoding: "utf8" })); show(() => cp.execSync("echo loud >&2")); show(() => cp.execSync("cat", { input: new Uint8Array([65, 66]), encoding: "latin1" })); show(() => cp.execFileSync("pwd", { cwd: "/", encoding: "buffer" })); show(() => cp.execSync("exit 1", { stdio: "ignore" })); show(() => cp.execFileSync("sh", ["-c", "echo $A"], { env: { A: "b", PATH: process.env.PATH } }));`,
  ),
  cjs(
    "an uncaught failure of execSync",
    `process.on("uncaughtException", (e) => { print(Object.keys(e)); console.error(e.message); process.exit(1); }); cp.execSync("echo partial; echo why >&2; exit 9");`,
  ),
  cjs(
    "spawnSync: stdio, encodings, input of every kind",
    `const { stdout, stderr, output } = cp.spawnSync("sh", ["-c", "cat; echo e >&2"], { input: "\\u00e9", encoding: "utf8" }); print(stdout, stderr, output); print(cp.spawnSync("cat", { input: Buffer.from("b") }).stdout, cp.spawnSync("cat", { input: new DataView(new ArrayBuffer(2)), encoding: "hex" }).stdout, attempt(() => cp.spawnSync("cat", { input: 5 })).code, cp.spawnSync("echo", ["inherit"], { stdio: "inherit" }).stdout, cp.spawnSync("echo", ["i"], { stdio: ["pipe", "inherit", "pipe"] }).output, cp.spawnSync("sh", ["-c", "echo 3 >&3"], { stdio: ["ignore", "pipe", "pipe", "pipe"], encoding: "utf8" }).output, cp.spawnSync("cat", { stdio: ["pipe", fs.openSync("o", "w"), "ignore"], input: "to file" }).status, fs.readFileSync("o", "utf8"), cp.spawnSync("sh", ["-c", "exit 300"]).status);`,
  ),
  spawned(
    "argv0, and what a program is called",
    `print(cp.execFileSync("sh", ["-c", "echo $0"], { argv0: "renamed", encoding: "utf8" }), cp.spawnSync("sh", ["-c", "echo $0"], { argv0: "renamed", encoding: "utf8" }).stdout); const c = cp.spawn("sh", ["-c", "true"], { argv0: "zero" }); print(c.spawnfile, c.spawnargs); await watch(c);`,
  ),
  spawned(
    "env: exact, undefined left out, PATH of the child",
    `const env = { A: "1", B: undefined, C: null, D: 5, PATH: process.env.PATH, "E E": "é" }; await watch(cp.spawn("sh", ["-c", "env | grep -v -e PATH -e PWD -e ^_ -e SHLVL | sort"], { env })); fs.mkdirSync("bin"); fs.writeFileSync("bin/mine", "#!/bin/sh\\necho mine $1\\n", { mode: 0o755 }); await watch(cp.spawn("mine", ["x"], { env: { PATH: path.resolve("bin") + ":" + process.env.PATH } })); await watch(cp.spawn("./bin/mine", ["y"])); await watch(cp.spawn("mine")); const proto = Object.create({ INHERITED: "yes" }); proto.PATH = process.env.PATH; print(cp.execFileSync("sh", ["-c", "echo $INHERITED"], { env: proto, encoding: "utf8" }));`,
  ),
  spawned(
    "scripts with and without an interpreter line",
    `fs.writeFileSync("n.js", "#!/usr/bin/env node\\nconsole.log('by env', process.argv.length)", { mode: 0o755 }); fs.writeFileSync("bad", "#!/no/interpreter\\n", { mode: 0o755 }); await watch(cp.spawn("./n.js", ["a"])); await watch(cp.spawn("./bad")); fs.symlinkSync("n.js", "link"); await watch(cp.spawn("./link"));`,
  ),
  task(
    "AbortSignal: before, during and after",
    `const c = new AbortController(); const a = cp.spawn("sleep", ["10"], { signal: c.signal }); a.on("error", (e) => print(e.name, e.code, e.cause)); a.on("exit", (...x) => print("exit", x)); await once(a, "spawn"); c.abort("reason"); await once(a, "close"); const b = cp.spawn("true", { signal: AbortSignal.abort() }); b.on("error", (e) => print(e.name)); await once(b, "close").catch(() => {}); const d = new AbortController(); const e = cp.spawn("true", { signal: d.signal }); await once(e, "close"); d.abort(); print(e.exitCode); const k = new AbortController(); const f = cp.spawn("sleep", ["9"], { signal: k.signal, killSignal: "SIGKILL" }); f.on("error", () => {}); await once(f, "spawn"); k.abort(); print(await once(f, "exit"));`,
  ),
  task(
    "kill by numbers and names; children killed by process.kill",
    `const c = cp.spawn("sleep", ["10"]); print(attempt(() => c.kill("SIGZ"))?.message, attempt(() => c.kill(99))?.code, c.kill(0), c.killed); process.kill(c.pid, "SIGINT"); print(await once(c, "exit")); print(attempt(() => process.kill(c.pid, 0)).code); const d = cp.spawn("sh", ["-c", "trap 'echo got; exit 4' USR1; echo ready; while :; do sleep 0.01; done"]); let out = ""; d.stdout.on("data", (x) => { out += x; if (out === "ready\\n") d.kill("SIGUSR1"); }); print(await once(d, "close"), out); { using e = cp.spawn("sleep", ["10"]); globalThis.e = e; } print((await once(e, "exit"))[1]);`,
  ),
  task(
    "process groups: detached children and negative pids",
    `const c = cp.spawn("sh", ["-c", "sleep 10 & echo $!; wait"], { detached: true }); const [d] = await once(c.stdout, "data"); process.kill(-c.pid, "SIGTERM"); print(await once(c, "close"));`,
  ),
  task(
    "unref: the parent does not wait",
    `const c = cp.spawn("sleep", ["5"], { stdio: "ignore" }); c.unref(); c.on("exit", () => print("never")); process.on("exit", () => { print("exit"); c.kill("SIGKILL"); });`,
  ),
  cjs(
    "ref and unref of a child",
    `const c = cp.spawn("sh", ["-c", "exit 4"], { stdio: "ignore" }); c.unref(); c.ref(); c.on("exit", (x) => print(x));`,
  ),
  task(
    "fork: messages of every kind, both ways",
    `const c = cp.fork("child.js", ["arg"], { execArgv: ["--no-warnings"], silent: true, env: { ...process.env, X: "y" } }); const out = text(c.stdout), got = []; c.on("message", (m) => { got.push(m); if (m === "done") c.disconnect(); }); for (const m of [1, "s", null, true, { a: [1, { b: undefined }] }, [1.5, "x"], "", 0]) c.send(m); const sent = call((done) => c.send("stop", done)), ended = once(c, "exit"); print(attempt(() => c.send(undefined))?.code, attempt(() => c.send(Symbol("s")))?.code, attempt(() => c.send())?.code, c.connected); print("sent", await sent); await ended; print(got, await out); c.on("error", (e) => print("error", e.code)); print(c.connected, c.exitCode, attempt(() => c.send("late")));`,
    {
      files: {
        "child.js": `console.log(process.argv.slice(2), process.execArgv, process.env.X, process.connected, typeof process.channel, process.env.NODE_CHANNEL_FD); process.on("message", (m) => { process.send(m === "stop" ? "done" : [m]); }); process.on("disconnect", () => console.log("disconnected", process.connected));`,
      },
    },
  ),
  task(
    "fork: advanced serialization",
    `const c = cp.fork("child.js", { serialization: "advanced" }); c.on("message", (m) => { print(m); if (m === "end") c.disconnect(); }); for (const m of [new Map([[1, { a: new Date(0) }]]), new Uint8Array([1, 2]), [10n], /x/g, new Error("e"), undefined, [NaN, -0, Infinity], new Set("ab"), Buffer.from("buf")]) c.send(m instanceof Error ? { e: m.message } : m === undefined ? [m] : m); const loop = {}; loop.self = loop; c.send(loop); c.send("end"); await once(c, "exit");`,
    { files: { "child.js": `process.on("message", (m) => process.send(m));` } },
  ),
  task(
    "fork: exit codes, errors, uncaught in the child",
    `const c = cp.fork("child.js", ["throw"], { silent: true }); const [err, ended] = await Promise.all([text(c.stderr), once(c, "close")]); print(err.includes("Error: from child"), ended); const d = cp.fork("child.js", ["code"]); print(await once(d, "exit")); const e = cp.fork("none.js", { silent: true }); print((await text(e.stderr)).includes("Cannot find module")); const f = cp.fork("child.js", ["wait"]); await once(f, "message"); f.kill(); print(await once(f, "close"), f.connected);`,
    {
      files: {
        "child.js": `const [what] = process.argv.slice(2); if (what === "throw") throw new Error("from child"); if (what === "code") process.exit(12); process.send("ready"); setInterval(() => {}, 1000);`,
      },
    },
  ),
  task(
    "fork: channel ref and unref, disconnect by the child",
    `const c = cp.fork("child.js"); const seen = []; for (const e of ["message", "disconnect", "exit", "close"]) c.on(e, (x) => seen.push(e)); await once(c, "close"); print(seen.sort());`,
    {
      files: {
        "child.js": `process.on("message", () => {}); process.channel.unref(); process.send("hi", () => { process.channel.ref(); setTimeout(() => process.disconnect(), 5); });`,
      },
    },
  ),
  cjs(
    "a child's output comes before its close event",
    `const c = cp.spawn("sh", ["-c", "echo 1; echo 2"]); c.stdout.setEncoding("utf8"); let out = ""; const seen = []; c.stdout.on("data", (d) => (out += d)).on("end", () => seen.push("end")); c.on("exit", () => seen.push("exit")).on("close", () => print(seen.sort(), JSON.stringify(out)));`,
  ),
  task(
    "a grandchild holds the pipe open after exit",
    `const c = cp.spawn("sh", ["-c", "(read go <&3; echo late) & echo early"], { stdio: ["ignore", "pipe", "inherit", "pipe"] }); const closed = once(c, "close"), [early] = await once(c.stdout, "data"); print(String(early)); if (c.exitCode === null) await once(c, "exit"); print("exit", c.exitCode); c.stdio[3].end("go\\n"); print(await text(c.stdout), await closed);`,
  ),
  task(
    "many children at once",
    `const all = await Promise.all(Array.from({ length: 25 }, async (_, i) => { const c = cp.spawn("sh", ["-c", "echo " + i + "; exit " + i]); const [out, [code]] = await Promise.all([text(c.stdout), once(c, "close")]); return out.trim() + ":" + code; })); print(all);`,
  ),
  task(
    "node as a child: pipes, exit codes, -e, stdin program",
    `const n = process.execPath; print(cp.execFileSync(n, ["-"], { input: "console.log('stdin', process.argv.length)", encoding: "utf8" }), cp.spawnSync(n, ["-e", "process.stdin.pipe(process.stdout)"], { input: "piped" }).stdout + "", cp.spawnSync(n, ["-e", "setTimeout(() => process.exit(6), 1)"]).status, cp.spawnSync(n, ["-e", "throw 1"]).status, cp.spawnSync(n, ["-e", "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 9)"]).signal, cp.spawnSync(n, ["none.js"]).status, cp.spawnSync(n, ["--bad-option"]).status, cp.spawnSync("node", ["-p", "process.ppid === " + process.pid], { encoding: "utf8" }).stdout); const c = cp.spawn(n, ["-i"], { stdio: "pipe" }); c.stdin.end("1+1\\n"); print(await text(c.stdout));`,
  ),
  task(
    "stdin of a child is a stream with back-pressure",
    `const c = cp.spawn("sh", ["-c", "sleep 0.05; wc -c"]); let n = 0; while (c.stdin.write(Buffer.alloc(16384)) || n < 100) n++; print(c.stdin.writableNeedDrain, c.stdin.writableLength > 0); await once(c.stdin, "drain"); print(c.stdin.writableLength); c.stdin.end(); print(Number(await text(c.stdout)) === (n + 1) * 16384);`,
  ),
  esm(
    "children from modules, with top-level await",
    `import { spawn, execFile } from "node:child_process"; import { once } from "node:events"; import { promisify } from "node:util"; import { pipeline } from "node:stream/promises"; const c = spawn("tr", ["a-z", "A-Z"]); c.stdin.end("shout"); let s = ""; for await (const d of c.stdout.setEncoding("utf8")) s += d; console.log(s, await once(c, "close").catch(String)); console.log(await promisify(execFile)("printf", ["%s-", "a", "b"])); const d = spawn("cat"); await pipeline(async function* () { yield "gen"; yield "erated"; }, d.stdin); let t = ""; for await (const x of d.stdout) t += x; console.log(t);`.replace(
      `, await once(c, "close").catch(String)`,
      "",
    ),
  ),
  task(
    "what spawnSync stops does not keep it waiting: a grandchild holds the pipes on",
    `const isAlive = (pid) => { try { process.kill(pid, 0); process.kill(pid, "SIGKILL"); return true; } catch { return false; } }; const child = "sleep 60 & echo $! > pid; echo out; exec sleep 60"; const show = (r) => print(r.status, r.signal, r.error?.code ?? r.code, String(r.stdout), isAlive(Number(fs.readFileSync("pid"))));
     show(cp.spawnSync("sh", ["-c", child], { timeout: 1000 })); show(cp.spawnSync("sh", ["-c", child], { timeout: 1000, killSignal: "SIGKILL" })); show(cp.spawnSync("sh", ["-c", child], { maxBuffer: 1 })); show(cp.spawnSync("sh", ["-c", "cat & " + child], { timeout: 1000, input: "x".repeat(1e6) })); show(attempt(() => cp.execSync(child, { timeout: 1000, stdio: "pipe" })));`,
  ),
  task(
    "input that a child did not read breaks its pipe",
    `const c = cp.spawn("head", ["-c", "5"]); const broken = new Promise((done) => c.stdin.on("error", done)); for (let i = 0; i < 50; i++) c.stdin.write("x".repeat(100_000)); const { code, syscall } = await broken; print(await text(c.stdout), code, syscall);`,
  ),
  task(
    "writers whose reader goes away: how each of them ends",
    `fs.writeFileSync("all.sh", 'node "$1" | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"'); for (const [i, code] of [\`for (;;) fs.writeSync(1, "y\\n");\`, \`for (;;) fs.writeSync(1, "y".repeat(65536));\`, \`(function more() { while (process.stdout.write("y\\n".repeat(8192))); process.stdout.once("drain", more); })()\`, \`(function more() { process.stdout.write("y\\n".repeat(30000), more); })()\`, \`stream.Readable.from((function* () { for (;;) yield "y\\n"; })()).pipe(process.stdout)\`, \`stream.pipeline((function* () { for (;;) yield "y\\n".repeat(20000); })(), process.stdout, (e) => { console.error(e.code); process.exitCode = 5; })\`, \`process.stdout.on("error", (e) => { console.error(e.code); process.exit(3); }); setInterval(() => console.log("y"), 1)\`, \`process.stdout.on("error", (e) => { console.error(e.code); process.exit(3); }); setInterval(() => process.stdout.write("y".repeat(50000)), 1)\`, \`for (let i = 0; i < 5; i++) console.log("y".repeat(50000)); console.error("end")\`].entries()) { fs.writeFileSync("w" + i + ".js", "const fs = require('fs'), stream = require('stream'); " + code); const r = cp.spawnSync("bash", ["all.sh", "w" + i + ".js"], { encoding: "utf8" }); print(i, r.stdout.trim(), /EPIPE|end/.exec(r.stderr)?.[0], /write EPIPE|broken pipe/.exec(r.stderr)?.[0]); }`,
  ),
];
