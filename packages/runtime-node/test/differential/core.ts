import type { Script } from "./script.ts";

export const CORE_SCRIPTS: Script[] = [
  { name: "prints", code: "console.log('hello', 1, { a: [1, 2] }); console.error('error')" },
  { name: "evaluates -p", args: ["-p", "[1, 2].map((x) => x * 2)"] },
  {
    name: "evaluates -e as a module when it must",
    args: ["-e", "import os from 'os'; console.log(typeof os.EOL, await 1)"],
  },
  {
    name: "has crypto in -e",
    args: ["-e", "console.log(crypto.createHash('sha1').update('x').digest('hex'))"],
  },
  { name: "reads its program from standard input", args: [], stdin: "console.log('from stdin', __filename)" },
  {
    name: "counts the timers that keep it alive",
    code: 'const t = setTimeout(() => {}, 1e6), u = setTimeout(() => {}, 1e6).unref(); const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout"); setImmediate(() => { console.log(timers()); clearTimeout(t) }); console.log(timers())',
  },
  {
    name: "finds the directory for temporary files",
    code: "const { tmpdir } = require('os'); Object.assign(process.env, { TMPDIR: '/a/', TMP: '/b', TEMP: '/' }); for (const name of ['TMPDIR', 'TMP', 'TEMP']) { console.log(tmpdir()); process.env[name] = '' } console.log(tmpdir())",
  },
  {
    name: "has the arguments after the script",
    code: "console.log(process.argv.slice(1))",
    args: ["a", "--b", "-c"],
  },
  {
    name: "works on when the classes of another realm stand in the global object",
    code: `const vm = require("vm"), fs = require("fs");
for (const name of ["Uint8Array", "ArrayBuffer", "DataView", "Map", "Set", "Error", "Promise", "Object", "Array", "Number", "Reflect"]) globalThis[name] = vm.runInNewContext(name);
fs.writeFileSync("file", new Uint8Array([104, 105]));
console.log(fs.readFileSync("file", "utf8"), fs.readFileSync("file").length, fs.existsSync("none"));
console.log(require("child_process").execSync("echo child").toString());
require("child_process").exec("cat file; exit 3", (error, stdout) => {
  console.log(error.code, stdout);
  fs.promises.readFile("none").catch((error) => console.log(error.code));
});`,
  },
  {
    name: "answers old programs that ask process.binding for names and constants",
    code: `const names = Object.keys(process.binding("natives"));
const { os, fs, zlib } = process.binding("constants");
console.log(["fs", "http", "zlib"].every((name) => names.includes(name)), os.signals.SIGINT, os.errno.ENOENT, fs.O_CREAT, zlib.Z_SYNC_FLUSH);
try { process.binding("nothing") } catch (error) { console.log(error.message) }`,
  },
  { name: "exits with process.exitCode", code: "process.exitCode = 7" },
  {
    name: "exits with process.exit()",
    code: "process.on('exit', (c) => console.log('exit', c)); process.exit(3)",
  },
  { name: "lets exit listeners change the code", code: "process.on('exit', () => { process.exitCode = 9 })" },
  {
    name: "runs beforeExit until nothing is left",
    code: "let n = 0; process.on('beforeExit', () => { if (n++ < 2) setTimeout(() => console.log(n), 1) })",
  },
  { name: "reports an uncaught error", code: "function f() { throw new TypeError('bad') }\nf()" },
  { name: "reports a thrown string", code: "throw 'text'" },
  { name: "reports an uncaught error of a timer", code: "setTimeout(() => { throw new Error('later') }, 1)" },
  { name: "reports an unhandled rejection", code: "Promise.reject(new Error('no'))" },
  { name: "reports a rejection that is no error", code: "Promise.reject(5)" },
  { name: "reports a syntax error", code: "let x = ;" },
  { name: "reports a module that is missing", code: "require('./nowhere')" },
  {
    name: "lets uncaughtException listeners handle it",
    code: "process.on('uncaughtException', (e, o) => console.log(e.message, o)); setTimeout(() => console.log('on'), 5); throw new Error('x')",
  },
  {
    name: "lets unhandledRejection listeners handle it",
    code: "process.on('unhandledRejection', (e) => console.log(e)); Promise.reject(1)",
  },
  { name: "warns", code: "process.emitWarning('careful', { code: 'W1' })" },
  {
    name: "keeps the order of ticks, microtasks, timers and immediates",
    code: "setTimeout(() => console.log('timeout'), 0); setImmediate(() => console.log('immediate')); process.nextTick(() => console.log('tick')); Promise.resolve().then(() => console.log('micro')); queueMicrotask(() => console.log('micro2')); console.log('main')".replace(
      "setTimeout(() => console.log('timeout'), 0); ",
      "",
    ),
  },
  {
    name: "has its own globals only",
    code: "console.log(Object.getOwnPropertyNames(globalThis).sort().join())",
  },
  {
    name: "has no globals of CommonJS outside modules",
    code: "console.log(typeof globalThis.require, typeof globalThis.module, typeof globalThis.exports)",
  },
  {
    name: "has the same process properties",
    code: "console.log(Object.keys(process).filter((k) => !['_eval', 'permission'].includes(k)).sort().join())",
  },
  {
    name: "counts its public modules",
    code: "console.log(require('module').builtinModules.filter((m) => !/^(inspector|trace_events|wasi|sea|cluster)/.test(m) && !m.startsWith('node:')).join())",
  },
  {
    name: "imports JSON",
    files: {
      "main.mjs": "import d from './d.json' with { type: 'json' }; console.log(d)",
      "d.json": '{"a":1}',
    },
  },
  {
    name: "requires JSON and directories",
    files: {
      "main.js": "console.log(require('./d'), require('./x.json'))",
      "d/index.js": "module.exports = 'dir'",
      "x.json": "[1]",
    },
  },
  {
    name: "finds packages in node_modules",
    files: {
      "main.js": "console.log(require('p'), require('p/sub'), require('q'))",
      "node_modules/p/package.json": '{"name":"p","exports":{".":"./m.js","./sub":"./s.js"}}',
      "node_modules/p/m.js": "module.exports='p'",
      "node_modules/p/s.js": "module.exports='s'",
      "node_modules/q/package.json": '{"main":"lib"}',
      "node_modules/q/lib/index.js": "module.exports='q'",
    },
  },
  {
    name: "refuses what exports hides",
    files: {
      "main.js": "try { require('p/hidden') } catch (e) { console.log(e.code, e.message) }",
      "node_modules/p/package.json": '{"name":"p","exports":"./m.js"}',
      "node_modules/p/m.js": "",
    },
  },
  {
    name: "imports packages and CommonJS from modules",
    files: {
      "main.mjs":
        "import p, { b } from 'p'; import fs from 'node:fs'; console.log(p, b, typeof fs.readFileSync, import.meta.filename, import.meta.dirname, import.meta.url); console.log(await import('./late.mjs'))",
      "late.mjs": "export const late = true",
      "node_modules/p/package.json": '{"main":"./c.cjs"}',
      "node_modules/p/c.cjs": "exports.b = 2",
    },
  },
  {
    name: "follows package type",
    files: {
      "main.js": "export const x = 1; console.log(typeof require, import.meta.url)",
      "package.json": '{"type":"module"}',
    },
  },
  {
    name: "requires a module",
    files: { "main.js": "console.log(require('./m.mjs').x)", "m.mjs": "export const x = 5" },
  },
  {
    name: "resolves imports with #",
    files: {
      "main.mjs": "import x from '#x'; console.log(x)",
      "package.json": '{"imports":{"#x":"./x.mjs"}}',
      "x.mjs": "export default 'x'",
    },
  },
  {
    name: "strips types",
    files: { "main.ts": "interface A { b: number }\nconst a: A = { b: 1 };\nconsole.log(a satisfies A)" },
  },
  { name: "reports a missing package as modules do", files: { "main.mjs": "import 'nowhere'" } },
  { name: "reports an error thrown in a module", files: { "main.mjs": "throw new Error('esm')" } },
  {
    name: "reports top-level await that never settles",
    files: { "main.mjs": "await new Promise(() => {})" },
  },
  {
    name: "knows where modules are looked for",
    code: "console.log(module.paths[0], require.resolve.paths('x')[0], require.main === module, module.children.length)",
  },
  {
    name: "has AsyncLocalStorage across file calls",
    code: "const { AsyncLocalStorage } = require('async_hooks'); const s = new AsyncLocalStorage(); const fs = require('fs'); s.run(1, () => fs.stat('.', () => { console.log(s.getStore()); fs.promises.stat('.').then(() => console.log(s.getStore())) }))",
  },
  {
    name: "hashes, encrypts and signs",
    code: "const c = require('crypto'); console.log(c.createHash('sha256').update('a').digest('hex'), c.createHmac('sha1', 'k').update('a').digest('base64')); const { privateKey, publicKey } = c.generateKeyPairSync('ed25519'); console.log(c.verify(null, Buffer.from('m'), publicKey, c.sign(null, Buffer.from('m'), privateKey)))",
  },
  {
    name: "compresses",
    code: "const z = require('zlib'); z.gzip('hello', (e, d) => console.log(z.gunzipSync(d).toString(), z.brotliDecompressSync(z.brotliCompressSync('b')).toString()))",
  },
  {
    name: "runs code in contexts",
    code: "const vm = require('vm'); console.log(vm.runInNewContext('a + 1', { a: 1 }), vm.runInThisContext('typeof require')); try { vm.runInNewContext('for(;;);', {}, { timeout: 20 }) } catch (e) { console.log(e.code) }",
  },
  {
    name: "runs WebAssembly",
    code: "console.log(new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0])) instanceof WebAssembly.Module)",
  },
  {
    name: "streams and pipelines",
    code: "const { pipeline, Readable, Transform } = require('stream'); pipeline(Readable.from(['a', 'b']), new Transform({ transform(c, e, d) { d(null, String(c).toUpperCase()) } }), process.stdout, () => {})",
  },
  {
    name: "reads standard input",
    code: "let s = ''; process.stdin.on('data', (d) => s += d).on('end', () => console.log(s.length, s.slice(0, 5)))",
    stdin: "hello world".repeat(10_000),
  },
  {
    name: "reads standard input at once",
    code: "console.log(require('fs').readFileSync(0, 'utf8').length)",
    stdin: "x".repeat(200_000),
  },
  {
    name: "iterates over standard input",
    files: {
      "main.mjs":
        "import { createInterface } from 'readline'; for await (const line of createInterface({ input: process.stdin })) console.log('>', line)",
    },
    stdin: "a\nb\n\nc",
  },
  {
    name: "ends though standard input is open",
    code: "process.stdin.on('data', () => {}); process.stdin.pause(); console.log('end')",
  },
];
