import type { Script } from "./script.ts";

type Files = Record<string, string>;

const cli = (
  name: string,
  args: readonly string[],
  files: Files = {},
  more: Partial<Script> = {},
): Script => ({
  name,
  args,
  files,
  ...more,
});

/** Prints events of tests without what differs from run to run. */
const REPORTER = `module.exports = async function* (events) {
  for await (const { type, data } of events) {
    if (!/^test:(pass|fail|stdout|stderr|diagnostic)$/.test(type) || /duration/.test(data.message ?? "")) continue;
    const { details, file, line, nesting, skip, todo } = data;
    const failure = details?.error?.cause?.message ?? details?.error?.message;
    yield [type, nesting, data.name ?? data.message, skip, todo, failure, file, line].join(" ") + "\\n";
  }
};`;

const SUITE = `const { test, describe, it, before, after } = require("node:test");
const assert = require("assert");
test("passes", () => {});
test("has parts", async (t) => {
  await t.test("part", () => assert.equal(1, 1));
  const log = t.mock.method(console, "log", () => 1);
  console.log("mocked");
  assert.equal(log.mock.callCount(), 1);
});
describe("suite", () => {
  let ready = false;
  before(() => { ready = true });
  after(() => assert(ready));
  it("one", () => assert(ready));
  it("skipped", { skip: true }, () => {});
  it("to do", { todo: "later" }, () => {});
  it("only", { only: true }, () => {});
});
test("mocked time", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let calls = 0;
  setTimeout(() => calls++, 1000);
  t.mock.timers.tick(1000);
  assert.equal(calls, 1);
});
test("prints", () => console.log("out"));`;

const ESM_SUITE = `import test from "node:test";
test("module", async () => { await 1 });
test("fails", () => { throw new Error("as it should") });`;

const run = (
  name: string,
  args: readonly string[],
  files: Files = { "a.test.js": SUITE, "sub/b.test.mjs": ESM_SUITE },
): Script => cli(name, ["--test-reporter=./reporter.js", ...args], { ...files, "reporter.js": REPORTER });

const one = (body: string): Files => ({
  "one.js": `const { test } = require("node:test"); const assert = require("assert"); ${body}`,
});

export const TEST_RUNNER_SCRIPTS: Script[] = [
  run("finds and runs tests in processes of their own", ["--test"]),
  run("runs the files it is given", ["--test", "a.test.js"]),
  run("runs all in one process", ["--test", "--test-isolation=none"]),
  run("by name", ["--test", "--test-name-pattern=one|module"]),
  run("by name in one process", ["--test", "--test-isolation=none", "--test-name-pattern=one|module"]),
  run("not by name", ["--test", "--test-skip-pattern=/part|fails/"]),
  run("only what says so", ["--test", "--test-only"]),
  run("one after the other", ["--test", "--test-concurrency=1"]),
  run("a part of the files", ["--test", "--test-shard=1/2"]),
  run("a file of tests without --test", ["a.test.js"]),
  run("a module of tests, by name", ["--test-name-pattern=module", "sub/b.test.mjs"]),
  run("a file that exits", ["--test", "one.js"], one("process.exit(3)")),
  run("a file that throws", ["--test", "one.js"], one("throw new Error('x')")),
  run("a file that is missing", ["--test", "none.js"]),
  run(
    "writes snapshots",
    ["--test", "--test-update-snapshots", "one.js"],
    one("test('s', (t) => t.assert.snapshot({ a: 1 }))"),
  ),
  run("compares snapshots", ["--test", "one.js"], {
    ...one("test('s', (t) => t.assert.snapshot({ a: 1 }))"),
    "one.js.snapshot": 'exports[`s 1`] = `\n{\n  "a": 1\n}\n`;\n',
  }),
  run("finds snapshots that differ", ["--test", "one.js"], {
    ...one("test('s', (t) => t.assert.snapshot({ a: 1 }))"),
    "one.js.snapshot": 'exports[`s 1`] = `\n{\n  "a": 2\n}\n`;\n',
  }),
  run("imports before the tests of a process", ["--test", "--import", "./pre.mjs", "one.js"], {
    ...one("test('s', () => assert.equal(z, 1))"),
    "pre.mjs": "globalThis.z = await 1",
  }),
  run("imports before all tests", ["--test", "--test-isolation=none", "--import", "./pre.mjs", "one.js"], {
    ...one("test('s', () => assert.equal(z, 1))"),
    "pre.mjs": "globalThis.z = await 1",
  }),
  run("sets up for all", ["--test", "--test-global-setup=./setup.js", "one.js"], {
    ...one("test('s', () => {})"),
    "setup.js":
      "exports.globalSetup = () => console.log('setup'); exports.globalTeardown = () => console.log('teardown')",
  }),
  run(
    "times out",
    ["--test", "--test-timeout=100", "one.js"],
    one("test('s', () => new Promise((r) => setTimeout(r, 600)))"),
  ),
  run(
    "exits by force",
    ["--test", "--test-force-exit", "one.js"],
    one("test('s', () => { setInterval(() => {}, 1000) })"),
  ),
  cli("mocks modules", ["--experimental-test-module-mocks", "--no-warnings", "main.mjs"], {
    "main.mjs":
      "import { mock } from 'node:test'; mock.module('fs', { namedExports: { readFileSync: () => 'mocked' } }); console.log((await import('fs')).readFileSync('x'))",
  }),
  cli("runs tests by its interface", ["main.js"], {
    "main.js":
      "require('node:test').run({ files: ['t.js'] }).on('test:pass', (d) => console.log('pass', d.name)).on('test:fail', (d) => console.log('fail', d.name)).resume()",
    "t.js": "require('node:test')('s', () => {})",
  }),
  cli(
    "reports to files",
    [
      "-e",
      "const cp = require('child_process'); const { status } = cp.spawnSync(process.execPath, ['--test', '--test-reporter=dot', '--test-reporter-destination=out', 't.js']); console.log(status, require('fs').readFileSync('out', 'utf8'))",
    ],
    { "t.js": "require('node:test')('s', () => {})" },
  ),
];

const MAP =
  '{"version":3,"sources":["a.ts"],"names":[],"mappings":"AAGA","sourcesContent":["\\n\\n\\nthrow new Error(\'x\')"]}';
const SET_X: Files = {
  "x.js": "globalThis.x = 5",
  "a b.js": "globalThis.x = 6",
  "x.mjs": "globalThis.x = await 7",
};
const PACKAGE: Files = {
  "package.json":
    '{"scripts":{"hi":"echo hi $X; pwd; env | grep ^NODE_RUN | sort","args":"echo","bad":"exit 3","tool":"tool"}}',
  "node_modules/.bin/README": "",
};
const preload = (name: string, args: readonly string[], files: Files = SET_X): Script =>
  cli(name, [...args, "-p", "globalThis.x"], files);
const optioned = (name: string, NODE_OPTIONS: string, files: Files = SET_X): Script =>
  cli(name, ["-p", "[globalThis.x, process.execArgv, Error.stackTraceLimit]"], files, {
    env: { NODE_OPTIONS },
  });

const HOOKS =
  "const isOurs = (x) => x === 'virtual:x'; export const resolve = async (s, c, next) => isOurs(s) ? { url: s, shortCircuit: true } : next(s, c); export const load = async (u, c, next) => isOurs(u) ? { format: 'module', source: 'export default 7', shortCircuit: true } : next(u, c)";

export const CLI_SCRIPTS: Script[] = [
  cli("a script by --input-type is no module", ["--input-type=commonjs", "-e", "import.meta"]),
  cli("a script by --input-type", [
    "--input-type=commonjs",
    "-e",
    "process.on('uncaughtException', (e) => console.log(e.message)); console.log(typeof require); throw new Error('x')",
  ]),
  cli("an error of a file, thrown in -e", ["-e", "fs.statSync('/nope')"]),
  cli("an old name of an option, negated", [
    "--no-experimental-strip-types",
    "-p",
    "process.features.typescript",
  ]),
  cli("checks a program", ["-c", "a.js"], { "a.js": "let x = 1" }),
  cli("checks a program that is wrong", ["--check", "a.js"], { "a.js": "let x = ;" }),
  cli("checks a module", ["-c", "a.mjs"], { "a.mjs": "import x from 'y'; await 1" }),
  cli("checks a module that is wrong", ["-c", "a.mjs"], { "a.mjs": "import x from 'y'; let" }),
  cli("checks standard input", ["-c"], {}, { stdin: "let x = 1" }),
  cli("checks standard input that is wrong", ["-c", "-"], {}, { stdin: "let x =" }),
  cli("checks what is missing", ["-c", "none.js"]),
  cli("prints an object", ["-p", "({ a: [1] })"]),
  cli("-pe", ["-pe", "[1, 2]"]),
  cli("prints standard input", ["-p"], {}, { stdin: "6 * 7" }),
  cli(
    "runs standard input with arguments",
    ["-", "a", "b"],
    {},
    {
      stdin: "console.log(process.argv.slice(2), __filename)",
    },
  ),
  cli("runs standard input", [], {}, { stdin: "console.log(process.argv.length, require.main === module)" }),
  cli(
    "runs a module on standard input",
    ["--input-type=module"],
    {},
    {
      stdin: "import fs from 'fs'; console.log(typeof fs.readFileSync, import.meta.url)",
    },
  ),
  cli(
    "detects a module on standard input",
    [],
    {},
    { stdin: "import fs from 'fs'; console.log(!!fs, import.meta.url)" },
  ),
  cli("evaluates a module", ["--input-type=module", "-e", "import fs from 'fs'; console.log(!!fs, await 1)"]),
  cli("evaluates TypeScript", [
    "--input-type=commonjs-typescript",
    "-e",
    "let x: number = 1; console.log(x)",
  ]),
  cli("evaluates a module in TypeScript", [
    "--input-type=module-typescript",
    "-e",
    "let x: number = await 1; console.log(x)",
  ]),
  cli("does not print modules", ["--input-type=module", "-p", "1"]),
  cli("-e without code", ["-e"]),
  cli("an unknown option", ["--nope"]),
  cli("a negation of what is not boolean", ["--no-title"]),
  cli("two things at once", ["--check", "-e", "1"]),
  cli("underscores in names", [
    "--max_old_space_size=100",
    "-p",
    "v8.getHeapStatistics().heap_size_limit < 2 ** 28",
  ]),
  cli("options without meaning", ["--experimental-fetch", "--experimental-worker", "-p", "1"]),
  cli("features of the language", ["--harmony", "-p", "1"]),
  cli("the end of options", ["--", "a.js", "-x"], { "a.js": "console.log(process.argv.slice(2))" }),
  cli("a directory", ["."], { "index.js": "console.log('index')" }),
  cli("a program that is missing", ["none.js"]),
  cli(
    "takes variables from files",
    ["--env-file=.env", "--env-file", "b", "-p", "[process.env.A, process.env.B, process.env.C]"],
    {
      ".env": "A=1\nB='x y'\nC=file\n",
      b: "B=later",
    },
    { env: { C: "outside" } },
  ),
  cli("a file of variables that is missing", ["--env-file=none", "-p", "1"]),
  cli("a file of variables that may be missing", ["--env-file-if-exists=none", "-p", "1"]),
  preload("requires first", ["-r", "./x.js"]),
  preload("imports first", ["--import", "./x.mjs"]),
  preload("both", ["--require=./x.js", "--import=./x.mjs"]),
  preload("imports what is missing", ["--import", "./none.mjs"]),
  preload("imports what throws", ["--import", "./t.mjs"], { "t.mjs": "throw new Error('x')" }),
  cli("imports before a main module", ["--import", "./x.mjs", "m.ts"], {
    ...SET_X,
    "m.ts": "const y: number = (globalThis as any).x; console.log(y)",
  }),
  optioned("NODE_OPTIONS", "--no-warnings --stack-trace-limit=3"),
  optioned("NODE_OPTIONS that preload", "--require ./x.js"),
  optioned("NODE_OPTIONS with quotes", '--require "./a b.js"'),
  optioned("NODE_OPTIONS that are unknown", "--nope"),
  optioned("NODE_OPTIONS that are not allowed there", "-e 1"),
  optioned("NODE_OPTIONS without an end", '--require "./x.js'),
  cli("NODE_DEBUG", ["-p", "util.debuglog('abc').enabled"], {}, { env: { NODE_DEBUG: "abc" } }),
  cli("NODE_PENDING_DEPRECATION", ["-p", "process.execArgv"], {}, { env: { NODE_PENDING_DEPRECATION: "1" } }),
  cli("--stack-trace-limit", ["--stack-trace-limit=2", "-p", "Error.stackTraceLimit"]),
  cli("--expose-gc", ["--expose-gc", "-p", "typeof gc"]),
  cli("--unhandled-rejections", ["--unhandled-rejections=warn", "-e", "Promise.reject(new Error('x'))"]),
  cli("--trace-warnings", ["--trace-warnings", "-e", "process.emitWarning('x')"]),
  cli("--throw-deprecation", [
    "--throw-deprecation",
    "-e",
    "try { util._extend({}, {}) } catch (e) { console.log(e.code) }",
  ]),
  cli("--trace-uncaught", ["--trace-uncaught", "-e", "throw 5"]),
  cli("--enable-source-maps", ["--enable-source-maps", "a.js"], {
    "a.js": "throw new Error('x');\n//# sourceMappingURL=a.js.map",
    "a.js.map": MAP,
  }),
  cli("--title", ["--title=abc", "-p", "process.title"]),
  cli("--conditions", ["-C", "foo", "-p", "require('p')"], {
    "node_modules/p/package.json": '{"name":"p","exports":{"foo":"./foo.js","default":"./d.js"}}',
    "node_modules/p/foo.js": "module.exports = 'foo'",
    "node_modules/p/d.js": "module.exports = 'default'",
  }),
  cli("--entry-url", ["--entry-url", "--no-warnings", "data:text/javascript,console.log(5)"]),
  cli("--frozen-intrinsics", [
    "--frozen-intrinsics",
    "--no-warnings",
    "-p",
    "Object.isFrozen(Array.prototype)",
  ]),
  cli("--experimental-vm-modules", [
    "--experimental-vm-modules",
    "--no-warnings",
    "-e",
    "(async () => { const m = new vm.SourceTextModule('export default 5 + x', { context: vm.createContext({ x: 1 }) }); await m.link(() => {}); await m.evaluate(); console.log(m.namespace.default) })()",
  ]),
  cli("--experimental-shadow-realm", [
    "--experimental-shadow-realm",
    "-p",
    "new ShadowRealm().evaluate('1 + 1')",
  ]),
  cli("--experimental-eventsource", ["--experimental-eventsource", "-p", "typeof EventSource"]),
  cli("no EventSource without it", ["-p", "typeof EventSource"]),
  cli("--no-experimental-websocket", ["--no-experimental-websocket", "-p", "typeof WebSocket"]),
  cli("--disable-proto", ["--disable-proto=delete", "-p", "({}).__proto__"]),
  cli("--dns-result-order", ["--dns-result-order=ipv4first", "-p", "dns.getDefaultResultOrder()"]),
  cli("--disallow-code-generation-from-strings", [
    "--disallow-code-generation-from-strings",
    "-e",
    "try { eval('1') } catch (e) { console.log(e.message) }",
  ]),
  cli("--no-strip-types", ["--no-strip-types", "m.ts"], { "m.ts": "let x: number = 1" }),
  cli("--max-http-header-size", ["--max-http-header-size=1000", "-p", "http.maxHeaderSize"]),
  cli("--jitless", ["--jitless", "--no-warnings", "-p", "typeof WebAssembly"]),
  cli("--experimental-loader", ["--experimental-loader=./h.mjs", "m.mjs"], {
    "m.mjs": "import x from 'virtual:x'; console.log(x)",
    "h.mjs": HOOKS,
  }),
  cli("--loader before CommonJS", ["--loader", "./h.mjs", "m.js"], {
    "m.js": "import('virtual:x').then((m) => console.log(m.default))",
    "h.mjs": HOOKS,
  }),
  cli("--run", ["--run", "hi"], PACKAGE, { env: { X: "1" } }),
  cli("--run with arguments", ["--run", "args", "--", "a", "b c", "d'e", "*"], PACKAGE),
  cli("--run of a script that is missing", ["--run", "none"], PACKAGE),
  cli("--run of a script that fails", ["--run", "bad"], PACKAGE),
  cli("--run without a package", ["--run", "none"]),
  cli(
    "reads, evaluates and prints",
    ["-i"],
    {},
    {
      stdin:
        "1+1\nvar a=5\na*2\n.help\nthrow new Error('x')\nawait 5\nconst fs=require('fs')\nfs.existsSync('/')\n_\n.exit\n",
    },
  ),
  cli(
    "reads what takes lines",
    ["-i"],
    { "a.js": "var q=7" },
    {
      stdin:
        "function f() {\nreturn 1\n}\nf()\n({a:\n1})\nlet x = ;\nsetTimeout\n.break\n.load a.js\nq\n.save b.js\n",
    },
  ),
  cli("evaluates, then reads", ["-i", "-e", "var z = 3"], {}, { stdin: "z\n" }),
];
