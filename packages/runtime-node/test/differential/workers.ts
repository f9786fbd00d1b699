import type { Script } from "./script.ts";

const IMPORT = `const wt = require("worker_threads"); const { Worker, isMainThread, parentPort, workerData, MessageChannel, MessagePort, receiveMessageOnPort, BroadcastChannel } = wt;
const note = (w, name = "w") => w.on("error", (e) => console.log(name, "error", e.name, e.code, e.message)).on("exit", (c) => console.log(name, "exit", c)).on("message", (m) => console.log(name, "message", m));\n`;

/** @param worker source of a worker in a file of its own, worker.js */
const script = (name: string, main: string, worker = "", more: Partial<Script> = {}): Script => ({
  name,
  ...more,
  files: { "main.js": IMPORT + main, "worker.js": IMPORT + worker, ...more.files },
});

export const WORKER_SCRIPTS: Script[] = [
  script(
    "a worker of a file",
    "note(new Worker('./worker.js')).on('online', () => console.log('online'))",
    "console.log(isMainThread, wt.threadId, wt.threadName, __filename, process.argv.slice(1), require.main === module); parentPort.postMessage({ a: [1, new Map([[1, 2]])] })",
  ),
  script(
    "a worker of a file URL",
    "note(new Worker(require('url').pathToFileURL(__dirname + '/worker.js')))",
    "parentPort.postMessage(__filename)",
  ),
  script(
    "a worker of code",
    "note(new Worker('require(\"worker_threads\").parentPort.postMessage([process.argv.slice(1), typeof require, typeof module, __filename])', { eval: true, argv: ['a', 1] }))",
  ),
  script(
    "a worker of a data URL",
    "note(new Worker(new URL('data:text/javascript,import { parentPort } from \"worker_threads\"; parentPort.postMessage(import.meta.url.length)')))",
  ),
  script("a worker of an ES module", "note(new Worker('./w.mjs', { workerData: 5 }))", "", {
    files: {
      "w.mjs":
        "import { parentPort, workerData } from 'node:worker_threads'; import { x } from './x.mjs'; await 0; parentPort.postMessage([workerData, x, import.meta.dirname])",
      "x.mjs": "export const x = 'x'",
    },
  }),
  script("a worker in TypeScript", "note(new Worker('./w.ts'))", "", {
    files: {
      "w.ts":
        "import { parentPort } from 'node:worker_threads'; const a: number = 1; parentPort!.postMessage(a)",
    },
  }),
  script(
    "workerData with all kinds of values",
    "note(new Worker('./worker.js', { workerData: { d: new Date(0), s: new Set([1]), b: new Uint8Array([1, 2]), r: /x/g, n: 10n, u: undefined, e: new RangeError('r') } }))",
    "console.log(workerData); parentPort.postMessage(workerData.e instanceof RangeError)",
  ),
  script(
    "workerData that cannot be cloned",
    "try { new Worker('./worker.js', { workerData: () => {} }) } catch (e) { console.log(e.name, e.message) }",
  ),
  script(
    "the environment: a copy, one of its own",
    "process.env.A = '1'; note(new Worker('./worker.js')).on('exit', () => { console.log(process.env.A); note(new Worker('./worker.js', { env: { B: 2 } })) })",
    "console.log(process.env.A, process.env.B, Object.keys(process.env).includes('PATH')); process.env.A = 'changed'; process.env.N = 5; console.log(process.env.N === '5')",
  ),
  script(
    "SHARE_ENV: each thread sees what the others set and delete, workers of workers too",
    `process.env.A = "1"; delete process.env.LANG; const { once } = require("events"); (async () => { const w = note(new Worker("./worker.js", { env: wt.SHARE_ENV })); await once(w, "message"); console.log(process.env.A, process.env.B, process.env.C, "HOME" in process.env, Object.keys(process.env).filter((k) => k.length === 1).sort().join());
     process.env.E = 5; process.env.__proto__; w.postMessage("go"); await once(w, "exit"); console.log(process.env.F, require("child_process").execSync("echo $B$E$F") + ""); note(new Worker("console.log('copy', process.env.B); process.env.B = 'own'; process.env.Z = 'own'", { eval: true }), "copy").on("exit", () => console.log(process.env.B, process.env.Z)); })();`,
    `process.env.A += "2"; process.env.B = "b"; delete process.env.HOME; console.log("in worker", process.env.A, process.env.LANG, "HOME" in process.env, process.env.nothing, JSON.parse(JSON.stringify(process.env)).B, { ...process.env }.A, Object.getOwnPropertyDescriptor(process.env, "B"), process.env.hasOwnProperty("B"));
     for (const f of [() => { process.env.x = Symbol("s"); }, () => { Object.defineProperty(process.env, "y", { value: "1" }); }, () => { Object.defineProperty(process.env, "y", { get() {} }); }, () => Object.defineProperty(process.env, "z", { value: 1, configurable: true, enumerable: true, writable: true }).z]) try { console.log(f()); } catch (e) { console.log(e.name, e.code, e.message); }
     new Worker("process.env.C = 'from below'; delete process.env.z", { eval: true, env: wt.SHARE_ENV }).on("exit", () => { parentPort.postMessage("ready"); parentPort.once("message", () => { console.log("heard", process.env.E); process.env.F = "last"; }); });`,
  ),
  script(
    "stdout and stderr of a worker",
    "const w = note(new Worker('./worker.js', { stdout: true, stderr: true })); let o = '', e = ''; w.stdout.on('data', (d) => o += d); w.stderr.on('data', (d) => e += d); w.on('exit', () => setImmediate(() => console.log([o, e])))",
    "console.log('out'); console.error('err'); process.stdout.write('more')",
  ),
  script(
    "stdin of a worker",
    "const w = note(new Worker('./worker.js', { stdin: true })); w.stdin.write('a'); w.stdin.end('b')",
    "let s = ''; process.stdin.on('data', (d) => s += d).on('end', () => parentPort.postMessage(s))",
  ),
  script(
    "stdin that was not asked for",
    "note(new Worker('./worker.js'))",
    "process.stdin.on('data', console.log).on('end', () => console.log('end')); console.log(process.stdout.isTTY, process.stdout.fd, process.stdin.fd)",
  ),
  script(
    "exit codes",
    "for (const n of [0, 3]) note(new Worker('./worker.js', { workerData: n }), 'w' + n)",
    "process.on('exit', (c) => console.log('exiting', c)); setTimeout(() => process.exit(workerData), workerData * 20)",
  ),
  script("process.exitCode in a worker", "note(new Worker('process.exitCode = 9', { eval: true }))"),
  script(
    "an error that nobody catches",
    "note(new Worker('./worker.js'))",
    "process.on('exit', (c) => console.log('exiting', c)); setTimeout(() => { throw Object.assign(new TypeError('boom'), { code: 'E_BOOM', extra: [1] }) }, 1)",
  ),
  script(
    "an error without a listener ends the program",
    "new Worker('./worker.js'); setTimeout(() => console.log('not reached'), 5000)",
    "null.x",
  ),
  script(
    "a rejection that nobody handles",
    "note(new Worker('./worker.js'))",
    "Promise.reject(new Error('rejected'))",
  ),
  script(
    "something that is no error is thrown",
    "const w = new Worker('./worker.js'); w.on('error', (e) => console.log(typeof e, e)); w.on('exit', console.log)",
    "throw { a: 1 }",
  ),
  script(
    "uncaughtException inside a worker",
    "note(new Worker('./worker.js'))",
    "process.on('uncaughtException', (e, o) => console.log('caught', e.message, o)); setTimeout(() => parentPort.postMessage('still here'), 10); throw new Error('x')",
  ),
  script(
    "a syntax error",
    "const w = new Worker('./worker.js'); w.on('error', (e) => console.log(e.name, e.message)); w.on('exit', console.log)",
    "let let = 1",
  ),
  script(
    "a file that is not there",
    "const w = new Worker('./nope.js'); w.on('error', (e) => console.log(e.code, e.message.split('\\n')[0])); w.on('exit', console.log)",
  ),
  script(
    "names that are no files",
    "for (const f of ['nope.js', 5, {}, new URL('http://x/')]) try { new Worker(f) } catch (e) { console.log(e.code, e.message) }; try { new Worker(new URL('file:///x'), { eval: true }) } catch (e) { console.log(e.code, e.message) }",
  ),
  script(
    "terminate",
    "const w = note(new Worker('for (;;);', { eval: true })); w.on('online', async () => { console.log(await w.terminate(), w.threadId); console.log(await w.terminate()) })",
  ),
  script(
    "terminate a worker that waits",
    "const w = note(new Worker('./worker.js')); w.once('message', async () => { console.log('terminated', await w.terminate()) })",
    "parentPort.postMessage(1); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  ),
  script(
    "terminate a worker that waits for a child",
    "const w = note(new Worker('./worker.js')); w.once('message', async () => { console.log('terminated', await w.terminate()) })",
    "parentPort.postMessage(1); require('child_process').execSync('sleep 1')",
  ),
  script(
    "messages with transfer",
    "const b = new ArrayBuffer(8); const w = note(new Worker('./worker.js')); const { port1, port2 } = new MessageChannel(); port1.on('message', (m) => { console.log('port', m); port1.close() }); w.postMessage({ b, port2 }, [b, port2]); console.log(b.byteLength)",
    "parentPort.once('message', ({ b, port2 }) => { port2.postMessage(b.byteLength); port2.close() })",
  ),
  script(
    "transferList of the constructor",
    "const { port1, port2 } = new MessageChannel(); port1.on('message', (m) => { console.log(m); port1.close() }); note(new Worker('./worker.js', { workerData: port2, transferList: [port2] })); try { new Worker('./worker.js', { workerData: new MessageChannel().port1 }) } catch (e) { console.log(e.name, e.message, e.code) }",
    "workerData?.postMessage('hello')",
  ),
  script(
    "shared memory and Atomics",
    "const a = new Int32Array(new SharedArrayBuffer(8)); let left = 3; for (let i = 0; i < 3; i++) new Worker('./worker.js', { workerData: a }).on('exit', () => { if (--left === 0) console.log(a[0]) })",
    "for (let i = 0; i < 1000; i++) Atomics.add(workerData, 0, 1)",
  ),
  script(
    "the main thread waits for a worker that reads files",
    "const a = new Int32Array(new SharedArrayBuffer(4)); const { port1, port2 } = new MessageChannel(); new Worker('./worker.js', { workerData: { a, port2 }, transferList: [port2] }); for (let i = 0; i < 3; i++) { Atomics.wait(a, 0, i); console.log(receiveMessageOnPort(port1).message) }",
    "(async () => { const fs = require('fs'); for (let i = 0; i < 3; i++) { await fs.promises.writeFile('f' + i, 'x'.repeat(i)); workerData.port2.postMessage([(await fs.promises.readFile('f' + i, 'utf8')), fs.readdirSync('.').length]); Atomics.add(workerData.a, 0, 1); Atomics.notify(workerData.a, 0) } })()",
  ),
  script(
    "a worker waits for the main thread that reads files",
    "const a = new Int32Array(new SharedArrayBuffer(4)); note(new Worker('./worker.js', { workerData: a })); require('fs').readFile(__filename, 'utf8', (e, t) => { console.log(t.length > 9); Atomics.store(a, 0, 1); Atomics.notify(a, 0) })",
    "console.log(Atomics.wait(workerData, 0, 0) !== 'timed-out', require('fs').readFileSync(__filename, 'utf8').length > 9)",
  ),
  script(
    "what one thread writes the other sees at once",
    "const fs = require('fs'); console.log(fs.existsSync('made'), fs.existsSync('made'), fs.existsSync('made')); const w = new Worker('./worker.js'); w.on('message', (n) => { console.log(n, fs.existsSync('made' + n), fs.statSync('made' + n).size, fs.readFileSync('made' + n, 'utf8')); if (n < 5) w.postMessage(n + 1); else w.terminate() }); w.postMessage(0); fs.existsSync('made0'); fs.existsSync('made1')",
    "const fs = require('fs'); parentPort.on('message', (n) => { fs.writeFileSync('made' + n, 'n' + n); parentPort.postMessage(n) })",
  ),
  script(
    "large files and many small ones",
    "note(new Worker('./worker.js'))",
    "const fs = require('fs'); const big = Buffer.alloc(3e6, 'ab'); fs.writeFileSync('big', big); console.log(fs.readFileSync('big').equals(big), fs.statSync('big').size); for (let i = 0; i < 200; i++) fs.writeFileSync('s' + i, String(i)); console.log(fs.readdirSync('.').filter((n) => n[0] === 's').length); fs.readFile('big', (e, d) => parentPort.postMessage([d.equals(big), d.length])); fs.createReadStream('big').on('data', () => {}).on('end', () => console.log('streamed'))",
  ),
  script(
    "threads at the same files at once",
    "let left = 4, sum = 0; for (let i = 0; i < 4; i++) new Worker('./worker.js', { workerData: i }).on('message', (n) => sum += n).on('exit', () => { if (--left === 0) console.log(sum, require('fs').readdirSync('d').length) })",
    "const fs = require('fs'); fs.mkdirSync('d', { recursive: true }); let n = 0; for (let i = 0; i < 100; i++) { fs.writeFileSync('d/' + workerData + '-' + i, 'x'.repeat(i)); n += fs.readFileSync('d/' + workerData + '-' + i).length } parentPort.postMessage(n)",
  ),
  script(
    "nested workers",
    "note(new Worker('./worker.js', { workerData: 3 }))",
    "if (workerData > 1) new Worker(__filename, { workerData: workerData - 1 }).on('message', (m) => parentPort.postMessage([workerData, m])); else parentPort.postMessage(require('fs').readFileSync(__filename).length > 0)",
  ),
  script(
    "thread ids",
    "const ws = [0, 1, 2].map(() => new Worker('./worker.js')); console.log(wt.threadId, ws.map((w) => w.threadId)); let left = 3; for (const w of ws) w.on('message', (m) => { if (w === ws[1]) console.log(m) }).on('exit', () => { if (--left === 0) console.log(ws[0].threadId) })",
    "parentPort.postMessage(wt.threadId)",
  ),
  script(
    "what the process refuses in a worker",
    "note(new Worker('./worker.js'))",
    "for (const f of ['abort', 'chdir', 'setuid', 'setgid', 'initgroups']) try { process[f]('/') } catch (e) { console.log(f, e.code, e.message) }; try { process.umask(1) } catch (e) { console.log(e.code, e.message) } console.log(process.umask(), process.cwd(), process.title, process.execPath, process.execArgv)",
  ),
  script(
    "chdir in the main thread moves workers",
    "const w = new Worker('./worker.js'); w.on('message', (m) => { console.log(m); if (m !== '/') { process.chdir('/'); w.postMessage(1) } else w.terminate() })",
    "parentPort.on('message', () => parentPort.postMessage(process.cwd())); parentPort.postMessage(process.cwd())",
  ),
  script(
    "signals and a worker",
    "const w = new Worker('./worker.js'); process.on('SIGUSR2', () => { console.log('main got it'); w.terminate() }); w.on('message', () => process.kill(process.pid, 'SIGUSR2'))",
    "process.on('SIGUSR2', () => console.log('worker got it')); parentPort.postMessage(process.pid === process.pid); setInterval(() => {}, 1000)",
  ),
  script(
    "resource limits",
    "const w = note(new Worker('./worker.js', { resourceLimits: { maxOldGenerationSizeMb: 20, maxYoungGenerationSizeMb: 4, stackSizeMb: 2 } })); w.on('online', () => console.log(w.resourceLimits.maxOldGenerationSizeMb))",
    "const { maxOldGenerationSizeMb, stackSizeMb } = wt.resourceLimits; console.log(maxOldGenerationSizeMb, stackSizeMb); const a = []; for (;;) a.push(new Array(100_000).fill({}))",
  ),
  script(
    "execArgv",
    "note(new Worker('./worker.js', { execArgv: ['--no-warnings', '--require', './pre.js'] }), 'a'); try { new Worker('./worker.js', { execArgv: ['--expose-gc', '--nope'] }) } catch (e) { console.log(e.code) }",
    "console.log(process.execArgv, globalThis.pre); process.emitWarning('quiet')",
    { files: { "pre.js": "globalThis.pre = require('worker_threads').isMainThread" } },
  ),
  script(
    "a program's options reach its workers",
    "note(new Worker('./worker.js'))",
    "console.log(process.execArgv, globalThis.pre, require('pkg'))",
    {
      args: ["main.js"],
      env: { NODE_OPTIONS: "--conditions=special" },
      files: {
        "node_modules/pkg/package.json": '{ "exports": { "special": "./s.js", "default": "./d.js" } }',
        "node_modules/pkg/s.js": "module.exports = 's'",
        "node_modules/pkg/d.js": "module.exports = 'd'",
      },
    },
  ),
  script(
    "environment data",
    "wt.setEnvironmentData('a', { b: 1 }); note(new Worker('./worker.js'))",
    "console.log(wt.getEnvironmentData('a')); new Worker('console.log(require(\"worker_threads\").getEnvironmentData(\"a\"))', { eval: true })",
  ),
  script(
    "receiveMessageOnPort, ref and unref",
    "const { port1, port2 } = new MessageChannel(); port1.postMessage(1); port1.postMessage({ x: 2 }); console.log(receiveMessageOnPort(port2), receiveMessageOnPort(port2), receiveMessageOnPort(port2)); const w = new Worker('setInterval(() => {}, 1000)', { eval: true }); w.unref()",
  ),
  script(
    "markAsUntransferable",
    "const b = new ArrayBuffer(4); wt.markAsUntransferable(b); try { new MessageChannel().port1.postMessage(b, [b]) } catch (e) { console.log(e.name, e.message) } console.log(b.byteLength, wt.isMarkedAsUntransferable(b)); const o = {}; wt.markAsUncloneable(o); try { structuredClone(o) } catch (e) { console.log(e.name) }",
  ),
  script(
    "BroadcastChannel between threads",
    "const c = new BroadcastChannel('c'); c.onmessage = (e) => { console.log(e.data); c.close() }; note(new Worker('./worker.js'))",
    "const c = new BroadcastChannel('c'); c.postMessage({ from: 'worker' }); c.close()",
  ),
  script(
    "locks between threads",
    "wt.locks.request('l', async () => { console.log('main has it'); const w = note(new Worker('./worker.js')); await new Promise((r) => w.once('message', r)); console.log((await wt.locks.query()).held.length) })",
    "parentPort.postMessage('asking'); const t = setInterval(() => {}, 1000); wt.locks.request('l', () => { console.log('worker has it'); clearInterval(t) })",
  ),
  script(
    "postMessageToThread",
    "const w = new Worker('./worker.js'); process.on('workerMessage', (m, from) => { console.log('main', m, from); w.postMessage(1) }); w.on('message', async () => { await wt.postMessageToThread(w.threadId, 'down'); try { await wt.postMessageToThread(99, 1) } catch (e) { console.log(e.code) } w.terminate() })",
    "process.on('workerMessage', (m, from) => console.log('worker', m, from)); parentPort.on('message', () => parentPort.postMessage('ready')); wt.postMessageToThread(0, 'up')",
  ),
  script(
    "children of workers",
    "note(new Worker('./worker.js'))",
    "const cp = require('child_process'); console.log(cp.execSync('echo sync').toString()); cp.exec('echo async; exit 3', (e, out) => { console.log(e.code, out); const c = cp.spawn('cat'); c.stdout.on('data', (d) => console.log('cat', d + '')).on('end', () => console.log('end')); c.stdin.end('through') }); ",
  ),
  script(
    "a server in a worker",
    "const w = new Worker('./worker.js'); w.on('message', (port) => require('http').get({ port, host: '127.0.0.1' }, (r) => { r.on('data', (d) => console.log(r.statusCode, d + '')).on('end', () => w.postMessage('stop')) })); w.on('exit', console.log)",
    "const s = require('http').createServer((q, r) => r.end('from ' + wt.threadId)).listen(0, '127.0.0.1', () => parentPort.postMessage(s.address().port)); parentPort.once('message', () => s.close(() => process.exit(4)))",
  ),
  script(
    "the port of a server whose worker was ended is free",
    "const net = require('net'); const w = new Worker('./worker.js'); w.on('message', async (port) => { await w.terminate(); net.createServer().listen(port, '127.0.0.1', function () { console.log('free'); this.close() }).on('error', (e) => console.log(e.code)) })",
    "const s = require('net').createServer().listen(0, '127.0.0.1', () => parentPort.postMessage(s.address().port))",
  ),
  script(
    "timers, crypto, zlib and fetch in a worker",
    "note(new Worker('./worker.js'))",
    "const z = require('zlib'); z.gzip('x', (e, b) => { console.log('gzip', z.gunzipSync(b) + ''); require('crypto').pbkdf2('a', 'b', 1, 8, 'sha1', (e, k) => { console.log(k.toString('hex')); fetch('data:text/plain,hi').then((r) => r.text()).then((t) => parentPort.postMessage(t)) }) }); console.log(structuredClone({ a: 1 }), typeof performance.now())",
  ),
  script(
    "console methods in a worker",
    "note(new Worker('./worker.js'))",
    "console.log('%s %d', 'a', 1); console.table([{ a: 1 }]); console.group('g'); console.error('e'); console.groupEnd(); process.stderr.write('raw\\n')",
  ),
  script(
    "AsyncLocalStorage and events",
    "const { AsyncLocalStorage } = require('async_hooks'); const als = new AsyncLocalStorage(); process.on('worker', (w) => console.log('worker event', w.threadId)); als.run('ctx', () => new Worker('./worker.js').on('message', () => console.log(als.getStore())))",
    "const { AsyncLocalStorage } = require('async_hooks'); const als = new AsyncLocalStorage(); als.run(7, () => require('fs').readFile(__filename, () => { console.log(als.getStore()); parentPort.postMessage(1) }))",
  ),
  script(
    "stack traces of a worker's errors",
    "new Worker('./worker.js').on('error', (e) => console.log(e.stack.replace(/node:\\S+/g, 'node:X')))",
    "function f() { throw new Error('deep') }\nf()",
  ),
  script(
    "errors of system calls in a worker",
    "note(new Worker('./worker.js'))",
    "const fs = require('fs'); try { fs.readFileSync('/nope') } catch (e) { console.log(e.code, e.message, e.stack.includes('worker.js')) } fs.stat('/nope', (e) => console.log(e.code, e.syscall)); fs.promises.open('/nope').catch((e) => { console.log(e.code); fs.readFileSync('/nope2') })",
  ),
  script(
    "module.register",
    "const { register } = require('module'); register('./hooks.mjs', require('url').pathToFileURL(__filename)); import('virtual:thing').then((m) => console.log(m.default, m.size))",
    "",
    {
      files: {
        "hooks.mjs":
          "import fs from 'node:fs'; export async function resolve(s, c, n) { return s.startsWith('virtual:') ? { url: s, shortCircuit: true } : n(s, c) } export async function load(u, c, n) { return u.startsWith('virtual:') ? { format: 'module', source: 'export default ' + JSON.stringify(u) + '; export const size = ' + fs.readFileSync(new URL('./main.js', import.meta.url)).length, shortCircuit: true } : n(u, c) }",
      },
    },
  ),
  script(
    "a program ends while workers are busy",
    "new Worker('for (;;);', { eval: true }).on('online', () => process.exit(7))",
  ),
  script(
    "a program ends while a worker waits in a system call",
    "const w = new Worker('./worker.js'); w.unref(); w.once('message', () => { console.log('last'); w.unref() })",
    "parentPort.postMessage(1); require('child_process').execSync('sleep 1')",
  ),
  script(
    "process.send is the main thread's",
    "if (!process.argv[2]) require('child_process').fork(__filename, ['child']).on('message', (m) => console.log('from child', m)); else note(new Worker('./worker.js')).on('message', (m) => process.send(m))",
    "parentPort.postMessage([typeof process.send, process.connected === undefined])",
  ),
];
