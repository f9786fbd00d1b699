// From, and by way of, other threads of the guest. A thread without the lock-down would read the host's file.

/** In a worker: reads the host's file by whatever it finds, and prints it. */
const READ =
  "for (const f of [() => require('fs').readFileSync(HOST_FILE, 'utf8'), () => process.getBuiltinModule('fs').readFileSync(HOST_FILE, 'utf8'), () => require('internal/test/binding').internalBinding('fs').readFileUtf8(HOST_FILE, 0), () => process.binding('fs').readFileUtf8(HOST_FILE, 0)]) try { console.log(f()) } catch {}";

/** @param code what a worker runs; it knows the host's file @param options more of the worker's options */
const inWorker = (code: string, options = ""): string =>
  `const { Worker } = require('worker_threads'); const code = 'const HOST_FILE = ' + JSON.stringify(HOST_FILE) + ', HOST_PORT = ' + HOST_PORT + ', HOST_PID = ' + HOST_PID + ';' + ${JSON.stringify(code)};
  const w = new Worker(code, { eval: true, ${options} }); w.on('error', () => {}); w.on('exit', () => process.exit());`;

/** Runs before anything else in a thread that is not locked down, if a message of this kind reaches it first. */
const LOAD = `const load = { type: 'loadScript', doEval: 'classic', filename: 'const HOST_FILE = ' + JSON.stringify(HOST_FILE) + ';' + ${JSON.stringify(READ)}, cwdCounter: new Int32Array(new SharedArrayBuffer(4)), hasStdin: true, mainThreadPort: undefined };
  const spare = Array.from({ length: 300 }, () => new MessageChannel().port1), post = MessagePort.prototype.postMessage;
  const strike = (p) => { const port = spare.pop(); if (port) try { post.call(p, { ...load, mainThreadPort: port }, [port]) } catch {} };`;

const START =
  "const { Worker } = require('worker_threads'); try { new Worker('setTimeout(() => {}, 300)', { eval: true }).on('error', () => {}).on('exit', () => process.exit()) } catch {}";

export const WORKER_ATTEMPTS: Readonly<Record<string, string>> = {
  "read a file in a worker": inWorker(READ),
  "read a file in a worker with flags that allow it": inWorker(
    READ,
    "execArgv: ['--allow-fs-read=*', '--no-permission']",
  ),
  "read a file in a worker with no flags": inWorker(READ, "execArgv: []"),
  "read a file in a worker by NODE_OPTIONS": inWorker(
    READ,
    "env: { NODE_OPTIONS: '--allow-fs-read=* --no-permission' }",
  ),
  "read a file in a worker by its program's NODE_OPTIONS": `process.env.NODE_OPTIONS = '--allow-fs-read=* --no-permission'; ${inWorker(READ)}`,
  "read a file in a worker that shares the environment": `process.env.NODE_OPTIONS = '--allow-fs-read=*'; ${inWorker(READ, "env: require('worker_threads').SHARE_ENV, execArgv: []")}`,
  "preload a file of the host in a worker": inWorker(
    "console.log(globalThis.x)",
    "execArgv: ['--require', HOST_FILE]",
  ),
  "import a file of the host in a worker": inWorker(
    "import('file://' + HOST_FILE).catch(() => {})",
    "execArgv: ['--import', 'data:text/javascript,import(\"file://' + HOST_FILE + '\")']",
  ),
  "load a loader in a worker": inWorker(
    READ,
    "execArgv: ['--experimental-loader', 'data:text/javascript,import fs from \"fs\"; console.log(fs.readFileSync(' + JSON.stringify(HOST_FILE) + '))']",
  ),
  "be a worker's file of the host":
    "const { Worker } = require('worker_threads'); new Worker(HOST_FILE).on('error', (e) => console.log(e.message.split('\\n')[0].replace(HOST_FILE, ''))).on('exit', () => process.exit())",
  "be a worker of a data URL": `const { Worker } = require('worker_threads'); new Worker(new URL('data:text/javascript,' + encodeURIComponent('import fs from "fs"; console.log(fs.readFileSync(' + JSON.stringify(HOST_FILE) + ', "utf8"))'))).on('error', () => {}).on('exit', () => process.exit())`,
  "write a file by a worker's coverage": `process.env.NODE_V8_COVERAGE = path.dirname(HOST_FILE); ${inWorker("1")}`,
  "write a file by a worker's own coverage": inWorker(
    "require('v8').takeCoverage?.()",
    "env: { NODE_V8_COVERAGE: path.dirname(HOST_FILE) }",
  ),
  "see the host's environment in a worker": inWorker(
    "console.log(Object.values(process.env).join(), require('child_process').execSync('env') + '')",
  ),
  "reach a port from a worker": inWorker(
    "require('net').connect(HOST_PORT, '127.0.0.1').on('data', (d) => console.log(d + '')).on('error', () => {})",
  ),
  "signal a process from a worker": inWorker(
    "try { process.kill(HOST_PID, 'SIGKILL') } catch {}; try { process._kill(HOST_PID, 9) } catch {}",
  ),
  "load an addon in a worker": inWorker(
    "try { process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6'); console.log('PWNED') } catch (e) { if (/Module did not self-register/.test(e.message)) console.log('PWNED') }",
  ),
  "find natives in a worker": inWorker(
    "for (const n of ['fs', 'spawn_sync', 'worker', 'process_wrap']) try { const b = process.binding(n); if (/native code/.test(b.open ?? b.spawn ?? b.Worker)) console.log('PWNED') } catch {}",
  ),
  "find functions of the boot code in a worker": inWorker(
    "Error.prepareStackTrace = (e, s) => s; const s = (() => { try { require('fs').readFileSync('/none') } catch (e) { return e.stack } })(); for (const c of s) { const f = c.getFunction?.(), t = c.getThis?.(); if (t && /KernelClient|FsBinding|GuestChannel/.test(t.constructor?.name)) console.log('PWNED'); if (f && /agentos/.test(c.getFileName?.() ?? '')) console.log('PWNED') }",
  ),
  "build a thread of the native class":
    "const { Worker } = require('worker_threads'); const w = new Worker('1', { eval: true }); for (const s of Object.getOwnPropertySymbols(w)) { const h = w[s]; if (h?.startThread) { for (let p = h; p; p = Object.getPrototypeOf(p)) if (/native code/.test(p.constructor) && /Worker/.test(p.constructor.name)) console.log('PWNED'); const n = new h.constructor(null, null, [], new Float64Array(4).fill(-1), false, false, 'x'); n.messagePort?.postMessage({}); n.startThread() } } w.on('exit', () => process.exit())",
  "find the native class of threads as an async resource": `require('async_hooks').createHook({ init(i, t, r, o) { if (t === 'WORKER') { if (/native code/.test(o.constructor)) console.log('PWNED'); try { o.startThread() } catch {} } } }).enable(); ${START}`,
  "speak first by an async resource": `${LOAD} const ports = []; require('async_hooks').createHook({ init(i, t, r, o) { if (t === 'MESSAGEPORT') { ports.push(o); ports.forEach(strike) } if (t === 'WORKER') setImmediate(() => strike(o.messagePort)) } }).enable(); ${START}`,
  "speak first by a setter": `${LOAD} Object.defineProperty(Object.prototype, 'messagePort', { configurable: true, set(p) { strike(p); Object.defineProperty(this, 'messagePort', { value: p, configurable: true }) }, get() { strike(this) } }); ${START}`,
  "speak first by a setter of the class": `${LOAD} const wt = require('worker_threads'); const w = new wt.Worker('1', { eval: true }); const h = Object.getOwnPropertySymbols(w).map((s) => w[s]).find((h) => h?.startThread); const P = Object.getPrototypeOf(h); for (const d of [{ set(p) { strike(p) }, get() {} }, { value: new MessageChannel().port1, writable: false }]) try { Object.defineProperty(P, 'messagePort', d) } catch {} ${START}`,
  "speak first by a method of ports": `${LOAD} for (const k of ['unref', 'ref', 'on', 'start', 'postMessage']) { const o = MessagePort.prototype[k]; MessagePort.prototype[k] = function (...a) { strike(this); return o.apply(this, a) } } ${START}`,
  "speak first by an iterator": `${LOAD} const it = Array.prototype[Symbol.iterator]; let port; require('async_hooks').createHook({ init(i, t, r, o) { if (t === 'MESSAGEPORT') port = o } }).enable(); Array.prototype[Symbol.iterator] = function () { strike(port); return it.call([]) }; ${START} Array.prototype[Symbol.iterator] = it`,
  "speak first by an event emitter": `${LOAD} const E = require('events'); const init = E.init; let self; E.init = function (...a) { self = this; return init.apply(this, a) }; const { Worker } = require('worker_threads'); try { new Worker('1', { eval: true, get stdin() { for (const s of Object.getOwnPropertySymbols(self)) strike(self[s]); return false } }).on('error', () => {}) } catch {} setTimeout(() => process.exit(), 300)`,
  "speak to the switchboard": `${LOAD} const ports = []; require('async_hooks').createHook({ init(i, t, r, o) { if (t === 'MESSAGEPORT') ports.push(o) } }).enable(); ${START} for (let i = 0; i < 100; i++) setTimeout(() => ports.forEach(strike), i)`,
  "break what makes threads ready": `${LOAD} WeakMap.prototype.get = () => ({ registration: {}, ports: [] }); WeakMap.prototype.has = () => true; Map.prototype.get = () => undefined; Reflect.apply = () => {}; Reflect.construct = () => { throw 0 }; Array.prototype.push = () => 0; ${START}`,
  "race the lock-down of a worker": `${LOAD} const { Worker } = require('worker_threads'); const w = new Worker('setTimeout(() => {}, 300)', { eval: true }); const p = Object.getOwnPropertySymbols(w).map((s) => w[s]).filter((p) => p?.postMessage); for (let i = 0; i < 200; i++) p.forEach(strike); w.on('error', () => {}).on('exit', () => process.exit())`,
  "smuggle objects of the host's side to a worker":
    'const { Worker } = require(\'worker_threads\'); const w = new Worker(\'require("worker_threads").parentPort.on("message", (m) => { try { if (m.open || m.startThread || m.readFileSync || m.kill) console.log("PWNED") } catch {} })\', { eval: true }); for (const o of [process.stdout._handle, process, w, fs]) try { w.postMessage(o) } catch {} for (const s of Object.getOwnPropertySymbols(w)) try { w.postMessage(w[s]) } catch {} setTimeout(() => process.exit(), 300)',
  "take a heap snapshot of a worker":
    "const { Worker } = require('worker_threads'); const w = new Worker('setTimeout(() => {}, 200)', { eval: true }); w.on('online', async () => { try { for await (const c of await w.getHeapSnapshot()) { console.log('PWNED'); break } } catch {} try { await w.startCpuProfile(); console.log('PWNED') } catch {} })",
  "nest workers until one is free": `const { Worker } = require('worker_threads'); const code = 'const HOST_FILE = ' + JSON.stringify(HOST_FILE) + ';' + ${JSON.stringify(READ)}; const nest = (c, n) => n ? nest('new (require("worker_threads").Worker)(' + JSON.stringify(c) + ', { eval: true, execArgv: [], env: { NODE_OPTIONS: "--no-permission" } }).on("error", () => {})', n - 1) : c; new Worker(nest(code, 3), { eval: true }).on('error', () => {}).on('exit', () => process.exit())`,
};
