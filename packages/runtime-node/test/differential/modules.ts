import { flags, type Script, tree } from "./script.ts";

/** A module's main prints what each of its requests gives, or the failure's code and text. */
const TRY = `const attempt = (f) => { try { return f(); } catch (e) { return [e.name, e.code, e.message]; } }; const print = console.log;`;
const TRY_IMPORT = `const attempt = async (s, o) => { try { return { ...(await import(s, o)) }; } catch (e) { return [e.name, e.code, e.message]; } }; const print = console.log;`;
const pack = (value: object): string => JSON.stringify(value);

const requires = (
  name: string,
  main: string,
  files: Record<string, string> = {},
  more: Partial<Script> = {},
): Script => tree(name, { ...files, "main.js": `${TRY}\n${main}` }, more);
const imports = (
  name: string,
  main: string,
  files: Record<string, string> = {},
  more: Partial<Script> = {},
): Script => tree(name, { ...files, "main.mjs": `${TRY_IMPORT}\n${main}` }, more);

const MAPS = {
  "node_modules/p/package.json": pack({
    name: "p",
    version: "1.2.3",
    exports: {
      ".": { custom: "./custom.js", import: "./i.mjs", require: "./r.cjs" },
      "./types": { types: "./t.d.ts", default: "./d.js" },
      "./f/*": "./files/*.js",
      "./f/internal/*": null,
      "./x/*.js": "./files/*.js",
      "./list": ["./nope-condition-invalid", "./d.js"],
      "./missing": "./none.js",
      "./outside": "../escape.js",
      "./null": null,
      "./nested": { node: { import: "./i.mjs", default: "./r.cjs" } },
      "./package.json": "./package.json",
    },
  }),
  "node_modules/p/i.mjs": "export default 'import'; export const url = import.meta.url.split('/').pop();",
  "node_modules/p/r.cjs": "module.exports = 'require';",
  "node_modules/p/custom.js": "module.exports = 'custom';",
  "node_modules/p/d.js": "module.exports = 'default';",
  "node_modules/p/files/a.js": "module.exports = 'a';",
  "node_modules/p/files/sub/b.js": "module.exports = 'b';",
  "node_modules/p/files/internal/secret.js": "module.exports = 's';",
};
const NAMES = `["p", "p/types", "p/f/a", "p/f/sub/b", "p/f/internal/secret", "p/x/a.js", "p/list", "p/missing", "p/outside", "p/null", "p/nested", "p/package.json", "p/d.js", "p/f/", "p/", "p/f/../d", "p/f/%2e", "q", "@s/q", "@s", "p//d", "./p", "../p", "/p", "", "node:nope", "node:fs", "fs/nope", "http://x/y", "data:text/javascript,1", "#none"]`;

export const MODULE_SCRIPTS: Script[] = [
  requires(
    "exports maps for require",
    `for (const n of ${NAMES}) print(n, attempt(() => typeof require(n) === "object" ? Object.keys(require(n)).length > 2 || require(n) : require(n)));`,
    MAPS,
  ),
  imports(
    "exports maps for import",
    `for (const n of ${NAMES}) { const m = await attempt(n); print(n, Array.isArray(m) ? m : (typeof m.default === "object" ? "object" : m.default)); }`,
    MAPS,
  ),
  tree(
    "conditions of the command line",
    {
      ...MAPS,
      "main.js":
        "console.log(require('p')); import('p').then((m) => console.log(m.default, process.execArgv));",
    },
    { env: { NODE_OPTIONS: "--conditions=custom" } },
  ),
  imports(
    "import.meta",
    `print(import.meta.url === "file://" + process.cwd() + "/main.mjs", import.meta.filename === process.cwd() + "/main.mjs", import.meta.dirname === process.cwd(), import.meta.main, Object.keys(import.meta), import.meta.resolve("p").split("/").slice(-2), import.meta.resolve("./x y?q#h").split("/").pop(), import.meta.resolve("fs"), import.meta.resolve("node:fs"), import.meta.resolve("data:,x")); for (const n of ["q", "p/none", "#x", "node:nope"]) try { print(import.meta.resolve(n)); } catch (e) { print(e.code, e.message); } print((await import("./other.mjs?a=1")).default, (await import("./other.mjs?a=2")).default, (await import("./other.mjs#h")).default);`,
    { ...MAPS, "other.mjs": "export default import.meta.url.split('/').pop() + import.meta.main;" },
  ),
  imports(
    "imports maps",
    `for (const n of ["#a", "#dep", "#dir/x.mjs", "#none", "#", "#/x", "#null", "#builtin", "#cond"]) { const m = await attempt(n); print(n, Array.isArray(m) ? m : typeof m.default === "object" ? Object.keys(m.default).length > 3 : m.default); }`,
    {
      "package.json": pack({
        imports: {
          "#a": "./a.mjs",
          "#dep": "p",
          "#dir/*": "./dir/*",
          "#null": null,
          "#builtin": "node:path",
          "#cond": { require: "./no.js", default: "./a.mjs" },
        },
      }),
      "a.mjs": "export default 'a'",
      "dir/x.mjs": "export default 'x'",
      ...MAPS,
    },
  ),
  requires(
    "a package requires itself by its name",
    `print(require("me"), require("me/sub"), attempt(() => require("me/none")), require.resolve("me").split("/").pop());`,
    {
      "package.json": pack({ name: "me", exports: { ".": "./self.js", "./sub": "./sub.js" } }),
      "self.js": "module.exports = 'self'",
      "sub.js": "module.exports = 'sub'",
    },
  ),
  requires(
    "files are tried in order",
    `for (const n of ["./a", "./b", "./c", "./d", "./e", "./f", "./dir", "./dir/", "./main-dir", "./bad-main", "./broken-json", "./a.js", "./none", ".", "./", "..", "./g", "./h.txt", "./i.unknown"]) print(n, attempt(() => require(n)));`,
    {
      "a.js": "module.exports = 'a.js'",
      "a.json": '"json"',
      "b.json": '{"b":1}',
      "b/index.js": "module.exports = 'b/index'",
      "c/index.json": '"c index json"',
      "d/index.mjs": "export default 1",
      "e.mjs": "export default 'e'",
      "f.cjs": "module.exports = 'f'",
      "dir.js": "module.exports = 'dir.js'",
      "dir/index.js": "module.exports = 'dir/index'",
      "main-dir/package.json": pack({ main: "lib" }),
      "main-dir/lib.js": "module.exports = 'lib.js'",
      "bad-main/package.json": pack({ main: "none" }),
      "bad-main/index.js": "module.exports = 'fallback'",
      "broken-json/package.json": "{ not json",
      "broken-json/index.js": "",
      "g.json": "{ bad",
      "h.txt": "module.exports = 'txt'",
      "i.unknown": "module.exports = 'unknown'",
      "index.js": "module.exports = 'index'",
    },
  ),
  imports(
    "imports need whole names",
    `for (const n of ["./a", "./a.js", "./dir", "./dir/", "./x.json", "./e", "./t.txt", "./w.wasm", "./none.mjs", "./bad.mjs", "./cjs-named.cjs", "./throws.mjs", "./q%20r.mjs"]) { const m = await attempt(n); print(n, m); }`,
    {
      "a.js": "module.exports = 'a'",
      "dir/index.js": "",
      "x.json": "{}",
      e: "module.exports = 1",
      "t.txt": "x",
      "n.node": "x",
      "bad.mjs": "import { nope } from './a.js'; export { nope };",
      "cjs-named.cjs":
        "exports.a = 1; exports['b-c'] = 2; module.exports.default = 3; exports.__esModule = true;",
      "throws.mjs": "throw new RangeError('in module')",
      "q r.mjs": "export default 'spaced'",
    },
  ),
  tree("a missing named export is a syntax error with its line", {
    "main.mjs": "import { a,\n  nope } from './x.mjs';\nconsole.log(a);",
    "x.mjs": "export const a = 1;",
  }),
  tree("a missing named export of CommonJS explains itself", {
    "main.mjs": "import { nope } from './x.cjs';",
    "x.cjs": "module.exports = { ...{ nope: 1 } };",
  }),
  tree("a syntax error in a module", {
    "main.mjs": "import './bad.mjs';",
    "bad.mjs": "export const x = ;\n",
  }),
  tree("a syntax error in JSON", { "main.js": "require('./x.json')", "x.json": '{ "a": }' }),
  tree("require in a module, import in CommonJS", {
    "main.mjs": "console.log(typeof require, typeof module, typeof __dirname, this); require('fs');",
  }),
  tree("import statements make CommonJS a module, with its warning", {
    "main.js": "import fs from 'fs'; console.log(typeof fs.readFileSync, typeof require);",
    "package.json": "{}",
  }),
  tree("await at the top of a CommonJS file", { "main.js": "const x = await 1; const y = require('fs');" }),
  requires(
    "require of modules: namespace, default, __esModule, top-level await, cycles",
    `print(require("./m.mjs"), require("./m.mjs") === require("./m.mjs"), require("./d.mjs"), require("./special.mjs"), attempt(() => require("./tla.mjs")), attempt(() => require("./throws.mjs")), require("./cycle.mjs")); process.on("exit", () => print(Object.keys(require.cache).map((k) => k.split("/").pop())));`,
    {
      "m.mjs": "export const a = 1; export default function f() {}",
      "d.mjs": "export default class {}; export const __esModule = true",
      "special.mjs": "const v = 'named'; export { v as 'module.exports' };",
      "tla.mjs": "await 1; export const x = 1;",
      "throws.mjs": "throw new Error('from esm')",
      "cycle.mjs": "import './cycle-b.mjs'; export const c = 1;",
      "cycle-b.mjs": "import * as self from './cycle.mjs'; export const keys = Object.keys(self);",
    },
  ),
  requires(
    "cycles of CommonJS see what is there so far",
    `print(require("./a"), attempt(() => require("./a").later));`,
    {
      "a.js": "exports.early = 1; exports.b = require('./b'); exports.later = 2;",
      "b.js":
        "const a = require('./a'); exports.seen = { ...a }; exports.nope = a.nope; exports.late = () => a.later;",
    },
  ),
  imports(
    "cycles of modules: hoisting and the dead zone",
    `print(await attempt("./a.mjs"), await attempt("./c.mjs"));`,
    {
      "a.mjs": "import { b } from './b.mjs'; export function fromA() { return 'a'; } export const r = b;",
      "b.mjs": "import { fromA } from './a.mjs'; export const b = fromA() + 'b';",
      "c.mjs": "import { d } from './d.mjs'; export const c = 1; export { d };",
      "d.mjs": "import { c } from './c.mjs'; export const d = c;",
    },
  ),
  imports(
    "live bindings, namespaces, re-exports and order of evaluation",
    `const m = await import("./m.mjs"); print(m, m.count); m.inc(); print(m.count, attempt.name, Object.isFrozen(m), Object.prototype.toString.call(m), Reflect.ownKeys(m).map(String)); try { m.count = 9; } catch (e) { print(e.message); }`,
    {
      "m.mjs":
        "console.log('m'); import './first.mjs'; export * from './star.mjs'; export { x as y, x as default } from './star.mjs'; export let count = 0; export const inc = () => count++; export * as ns from './star.mjs';",
      "first.mjs": "console.log('first'); import './deep.mjs';",
      "deep.mjs": "console.log('deep');",
      "star.mjs": "console.log('star'); export const x = 'x', z = 'z';",
    },
  ),
  imports(
    "modules of text: data URLs, JSON, import attributes",
    `print(await attempt("data:text/javascript,export default 7"), await attempt("data:application/json,{}"), await attempt("data:application/json,{}", { with: { type: "json" } }), await attempt("data:text/plain,x"), await attempt("./x.json"), await attempt("./x.json", { with: { type: "json" } }), await attempt("./x.json", { with: { type: "css" } }), await attempt("./x.json", { with: { other: "json" } }), await attempt("./main.mjs", { with: { type: "json" } }), await attempt("./bad.json", { with: { type: "json" } }), await attempt("file:///none.mjs"), await attempt("https://x/y.mjs"), await attempt("blob:x"));`,
    { "x.json": '{"j":1}', "bad.json": "{" },
  ),
  requires(
    "createRequire, module.paths, resolve options",
    `const { createRequire, builtinModules, isBuiltin, findPackageJSON, Module } = require("module"); const r = createRequire(__dirname + "/sub/x.js"); print(r("./y"), r("p"), r.resolve("./y").split("/").slice(-2), attempt(() => createRequire("relative")), createRequire(require("url").pathToFileURL(__dirname + "/sub/"))("./y"), require.resolve("p", { paths: [__dirname + "/sub"] }).split("/").slice(-4), attempt(() => require.resolve("y", { paths: ["/none"] })), require.resolve.paths("fs"), require.resolve.paths("./x")?.length, require.resolve("fs"), attempt(() => require.resolve("none")), isBuiltin("fs"), isBuiltin("node:test"), isBuiltin("test"), isBuiltin("none"), findPackageJSON("p", __filename)?.split("/").slice(-2), module.constructor === Module, module.id, module.filename === __filename, module.loaded, module.parent, module.path === __dirname, Module._extensions && Object.keys(Module._extensions), attempt(() => require()), attempt(() => require("")), attempt(() => require(5)), require.extensions === Module._extensions, Object.keys(require));`,
    {
      "sub/y.js": "module.exports = 'y'",
      "sub/node_modules/p/index.js": "module.exports = 'sub p'",
      "node_modules/p/index.js": "module.exports = 'top p'",
    },
  ),
  requires(
    "the cache, deleted and filled by hand",
    `const a = require("./n"); delete require.cache[require.resolve("./n")]; const b = require("./n"); print(a, b, a === b); require.cache[require.resolve("./n")].exports = "mine"; print(require("./n")); require.cache["/virtual.js"] = { exports: "virtual", loaded: true, id: "/virtual.js" }; print(attempt(() => require("/virtual.js"))); require.extensions[".txt"] = (m, f) => { m.exports = require("fs").readFileSync(f, "utf8").trim(); }; print(require("./t.txt"), require("./t")); const M = require("module"); const old = M._load; M._load = function (id, ...rest) { return id === "magic" ? "loaded by magic" : old.call(this, id, ...rest); }; print(require("magic")); const res = M._resolveFilename; M._resolveFilename = function (id, ...rest) { return res.call(this, id === "alias" ? "./n" : id, ...rest); }; print(require("alias")); const w = M.prototype._compile; M.prototype._compile = function (c, f) { return w.call(this, c.replace("VALUE", "compiled"), f); }; print(require("./v"));`,
    {
      "n.js": "module.exports = { n: (globalThis.n = (globalThis.n ?? 0) + 1) }",
      "t.txt": "text",
      "v.js": "module.exports = 'VALUE'",
    },
  ),
  requires(
    "links in node_modules are followed, and found twice or once",
    `const fs = require("fs"); fs.symlinkSync("../store/p", "node_modules/p"); fs.symlinkSync("../store/q", "node_modules/q"); print(require("p"), require("p").q === require("q"), require.resolve("p").split("/").slice(-3), Object.keys(require.cache).length); fs.symlinkSync("main.js", "again.js"); import("p").then((m) => print(m.default === require("p")));`,
    {
      "store/p/index.js":
        "module.exports = { name: __filename.split('/').slice(-3).join('/'), q: require('q') }",
      "store/q/index.js": "module.exports = {}",
      "store/node_modules/q/index.js": "module.exports = { nested: true }",
      "node_modules/.keep": "",
    },
  ),
  tree(
    "--preserve-symlinks",
    {
      "main.js":
        "const fs = require('fs'); fs.mkdirSync('l'); fs.symlinkSync('../real.js', 'l/link.js'); console.log(require('./l/link.js').split('/').slice(-2));",
      "real.js": "module.exports = __filename",
    },
    { env: { NODE_OPTIONS: "--preserve-symlinks" } },
  ),
  tree(
    "NODE_PATH",
    {
      "main.js":
        "console.log(require('only-there'), require.resolve('only-there').split('/').slice(-2)); import('only-there').catch((e) => console.log(e.code));",
      "lib/only-there.js": "module.exports = 'found'",
    },
    { env: { NODE_PATH: "lib:/none" } },
  ),
  tree("a main that is a directory, and a package's type above it", {
    "main.js":
      "console.log(process.argv[1].split('/').pop(), require('child_process').execFileSync(process.execPath, ['app'], { encoding: 'utf8' }));",
    "app/index.js": "console.log(__filename.split('/').slice(-2).join('/'), require.main === module)",
  }),
  tree("package type scopes", {
    "main.js":
      "import a from './a.js'; import b from './sub/b.js'; import './c.cjs'; console.log(a, b); export {};",
    "package.json": pack({ type: "module" }),
    "a.js": "export default typeof require",
    "sub/package.json": pack({ type: "commonjs" }),
    "sub/b.js": "module.exports = typeof require",
    "c.cjs": "console.log('cjs', typeof module)",
  }),
  tree("type stripping: all of the syntax that can go", {
    "main.ts":
      "import type { X } from './types.ts';\nimport { val, type Y } from './mod.ts';\nabstract class A<T> { private x: T; declare y: string; readonly z?: number; constructor(x: T) { this.x = x; } get v(): T { return this.x as T; } abstract m(): void; }\nclass B extends A<string> implements X { name!: string; override m(): void {} }\nfunction f(this: B, a?: number, ...rest: string[]): asserts a is number {}\nfunction over(a: string): void; function over(a: unknown): void { console.log(a); }\ntype U<K extends keyof X> = { [P in K]?: X[P] }; interface I extends X {}\ndeclare const g: number; declare module 'x' {}\nlet v = <const T,>(x: T) => x; const u = v<number>(5)!; over(u satisfies number);\nconsole.log(new B('b').v, val, typeof f);\nthrow new Error('line ' + 11);",
    "types.ts": "export interface X { name: string }",
    "mod.ts": "export type Y = 1; export const val: Y = 1;",
  }),
  ...[
    "enum E { A }",
    "namespace N { export const x = 1 }",
    "class C { constructor(private x: number) {} }",
    "import x = require('fs')",
    "const x = <number>5;",
    "let x: = 5;",
  ].map((code) => tree(`type stripping refuses ${code}`, { "main.ts": `console.log(1);\n${code}` })),
  tree(".mts and .cts, and require of them", {
    "main.js":
      "console.log(require('./c.cts'), require('./m.mts').default, require('./t.ts')); import('./m.mts').then((m) => console.log(m.default)); try { require('./t'); } catch (e) { console.log(e.code); }",
    "c.cts": "const a: string = 'cts'; module.exports = a;",
    "m.mts": "const a: string = 'mts'; export default a;",
    "t.ts": "const t: string = 'ts'; module.exports = t;",
  }),
  tree("type stripping within node_modules is refused", {
    "main.mjs":
      "import('p').catch((e) => console.log(e.code, e.message)); try { process.getBuiltinModule('module').createRequire(import.meta.url)('p'); } catch (e) { console.log(e.code); }",
    "node_modules/p/package.json": pack({ exports: "./x.ts" }),
    "node_modules/p/x.ts": "export const a: number = 1;",
  }),
  flags("type stripping of -e and --input-type", [
    "--input-type=module-typescript",
    "-e",
    "const a: number = 1; console.log(a, typeof require, import.meta.url)",
  ]),
  requires(
    "stripTypeScriptTypes",
    `const { stripTypeScriptTypes } = require("module"); print(JSON.stringify(stripTypeScriptTypes("const a: number = 1; type X = 1;")), attempt(() => stripTypeScriptTypes("enum A {}"))?.slice(0, 2), attempt(() => stripTypeScriptTypes("let x: = 1"))?.slice(0, 2), attempt(() => stripTypeScriptTypes(5))); process.removeAllListeners("warning");`,
  ),
  tree(
    "source maps are applied where asked for",
    {
      "main.js": "require('./out.js');",
      "out.js": `function f(){throw new Error("mapped")}f();\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(pack({ version: 3, sources: ["orig.ts"], sourcesContent: ["// one\nfunction f() {\n  throw new Error('mapped');\n}\nf();\n"], names: ["f"], mappings: "AACA,SAASA,IACP,MAAM,IAAI,MAAM,QAAQ;AAE1BA,EAAE" })).toString("base64")}`,
    },
    { env: { NODE_OPTIONS: "--enable-source-maps" } },
  ),
  imports(
    "registerHooks: resolve and load of one's own",
    `import { registerHooks } from "node:module"; const hooks = registerHooks({ resolve(s, c, next) { if (s.startsWith("virtual:")) return { url: s, shortCircuit: true, format: "module" }; return next(s, c); }, load(u, c, next) { if (u.startsWith("virtual:")) return { source: "export default " + JSON.stringify(u), format: "module", shortCircuit: true }; const r = next(u, c); return u.endsWith("h.mjs") ? { ...r, source: String(r.source).replace("old", "new") } : r; } }); print(await attempt("virtual:x"), await attempt("./h.mjs")); hooks.deregister(); print(await attempt("virtual:y"));`,
    { "h.mjs": "export default 'old'" },
  ),
  tree(
    "a preloaded module, by -r and --import",
    {
      "main.js":
        "console.log('main', globalThis.pre, globalThis.imp, require.main.filename.split('/').pop());",
      "pre.js": "globalThis.pre = module.id; console.log('pre', process.argv.length);",
      "imp.mjs": "globalThis.imp = 1; console.log('imp');",
    },
    { env: { NODE_OPTIONS: "-r ./pre.js --import ./imp.mjs" } },
  ),
  tree("errors point at the right lines through layers", {
    "main.mjs":
      "import { go } from './lib/a.mjs';\n\nfunction outer() {\n  go(() => { throw new TypeError('deep'); });\n}\nouter();",
    "lib/a.mjs": "import b from './b.cjs';\nexport const go = (f) => b(f);",
    "lib/b.cjs": "module.exports = function inner(f) {\n  return [1].map(() => f())[0];\n};",
  }),
  tree("an async stack across files", {
    "main.mjs": "import { load } from './a.mjs';\nasync function run() {\n  await load();\n}\nawait run();",
    "a.mjs":
      "import { readFile } from 'node:fs/promises';\nexport async function load() {\n  await null;\n  await readFile('none');\n}",
  }),
  ...[
    "import './none.mjs'",
    "import 'none'",
    "import 'none/sub'",
    "import '@s/none'",
    "import './dir'",
    "import 'node:none'",
    "import '#none'",
    "import './x.txt'",
    "import 'http://localhost/x.js'",
  ].map((code) => tree(`uncaught: ${code}`, { "main.mjs": `${code};`, "dir/index.js": "", "x.txt": "" })),
  ...[
    "require('./none')",
    "require('none')",
    "require('none/sub')",
    "require('./dir')",
    "require('node:none')",
    "require('./bad')",
    "require('./esm-throws.mjs')",
  ].map((code) =>
    tree(`uncaught: ${code}`, {
      "main.js": `${code};`,
      "dir/x.js": "",
      "bad.js": "function (",
      "esm-throws.mjs": "export const a = 1;\nthrow new Error('esm');",
    }),
  ),
  tree("a hashbang, a byte-order mark, strict mode and line separators", {
    "main.js":
      "#!/usr/bin/env node\nconsole.log(this === module.exports, (function () { return this === globalThis; })(), require('./bom'), require('./bom.json'), arguments.length, typeof arguments[0], require('./strict'));",
    "bom.js": "\ufeffmodule.exports = 'bom';",
    "bom.json": '\ufeff{"b":1}',
    "strict.js": "'use strict'; module.exports = (function () { return this; })() === undefined;",
  }),
  tree("a worker of wasm modules by import", {
    "main.mjs":
      "try { const m = await import('./m.wasm'); console.log(m.add(2, 3)); } catch (e) { console.log(e.code, e.name); }",
  }),
];
