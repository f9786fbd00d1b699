import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootTestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { HostDirFs } from "@agentos/vfs";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { CodeCache, codeCache } from "../src/code-cache.ts";
import { Compiler } from "../src/compiler.ts";
import node from "../src/index.ts";

/** Node 24's loader has no door for it. */
const itByCode = it.skipIf(process.version.startsWith("v24."));

/** Modules long enough to have code kept for them. */
const PAD = `// ${"x".repeat(600)}\n`;
const MODULES: Record<string, string> = {
  "stack.mjs": `export const trace = (error = new Error("here")) => error.stack;
    export function lazy(value) { return inner(value); }\nfunction inner(value) {\n  return [value, trace()].join(" "); }`,
  "meta.mjs": `export const meta = import.meta; export const shape = Object.entries(Object.getOwnPropertyDescriptors(import.meta)).map(([name, d]) => [name, typeof d.value, String(d.value), d.writable, d.enumerable, d.configurable].join());
    export const resolved = import.meta.resolve("./stack.mjs");`,
  "dynamic.mjs": `export const load = (name) => import(name); export const failed = await load("./none.mjs").catch(({ code, message }) => code + message);
    export const json = (await import("./data.json", { with: { type: "json" } })).default;`,
  "text.mjs": `export default function shown(a /* kept */, b = 2) { return a + b; }\nexport class Point { #x = 1; get x() { return this.#x; } }`,
  "cycle.mjs": `import { other } from "./cycle2.mjs"; export let live = 1; export const raise = () => ++live; export { other };`,
  "cycle2.mjs": `import { live } from "./cycle.mjs"; export const other = () => live;`,
  "mapped.mjs": `export const fail = () => {\n  throw new Error("mapped"); };`,
  "late.mjs": "export const late = await new Promise((done) => setTimeout(done, 1, 7));",
  "umlaut.mjs": `export default "ä€𝄞" + globalThis.String(/[à-ü]/u);`,
};
const MAIN = `
import { lazy, trace } from "./stack.mjs"; import { meta, resolved, shape } from "./meta.mjs";
import { failed, json, load } from "./dynamic.mjs"; import shown, { Point } from "./text.mjs";
import * as cycle from "./cycle.mjs"; import { fail } from "./mapped.mjs"; import { late } from "./late.mjs"; import umlaut from "./umlaut.mjs";
import { createRequire } from "node:module"; import { readFileSync } from "node:fs";
const show = (...values) => console.log(...values);
show(lazy(1)); show(trace()); show(Object.getPrototypeOf(meta), meta.main, meta.resolve("./x"), resolved); show(shape.join("\\n"));
show(failed, json, late, umlaut); show(shown + "", Point + "", new Point().x);
show(cycle.raise(), cycle.live, cycle.other(), Object.keys(cycle).join());
show((await load("./text.mjs")).default === shown, await load("node:none").catch(({ stack }) => stack.split("\\n").at(-1)));
show(Object.keys(createRequire(import.meta.url)("./text.mjs")).join(), createRequire(import.meta.url)("./text.mjs").Point === Point);
try { fail(); } catch (error) { show(error.stack); }
show(process.getBuiltinModule("module").findSourceMap(new URL("./mapped.mjs", import.meta.url).pathname) === undefined);
await import("./broken.mjs").catch(({ stack }) => show(stack));`;

let directory: string;
beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "agentos-code-")));
  for (const [name, text] of Object.entries(MODULES)) writeFileSync(join(directory, name), `${text}\n${PAD}`);
  const map = { version: 3, sources: ["mapped.ts"], names: [], mappings: "AAAA;AACA" };
  const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
  writeFileSync(
    join(directory, "mapped.mjs"),
    `${MODULES["mapped.mjs"]}\n${PAD}//# sourceMappingURL=${url}\n`,
  );
  writeFileSync(join(directory, "broken.mjs"), `${PAD}export const a = ;`);
  writeFileSync(join(directory, "data.json"), `{ "a": 1 }`);
  writeFileSync(join(directory, "main.mjs"), MAIN);
});
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

interface Mounted {
  path?: string;
  readOnly?: boolean;
  shown?: string;
  flags?: string[];
}

async function run(file: string, { path = "/host", readOnly = true, shown, flags = [] }: Mounted = {}) {
  const vm = bootTestVm({ software: [node, common], files: { [`${path}/`]: {} } });
  await vm.namespace.mount(path, new HostDirFs({ directory: shown ?? directory, readOnly }));
  try {
    const { stdout, stderr } = await vm.run(["node", ...flags, `${path}/${file}`]);
    return stdout + stderr;
  } finally {
    vm.dispose();
  }
}

/** What it prints when there is code for all its modules. */
async function runWarm(file: string, options: Mounted = {}): Promise<string> {
  await run(file, options);
  await codeCache.settled();
  return run(file, options);
}

const codeOf = (name: string) => codeCache.find(readFileSync(join(directory, name)));

/** In a directory of its own: a main module and one that it imports. */
function pair(
  text: string,
  main = `import("./part.mjs").then(({ default: value }) => console.log(value()))`,
) {
  const shown = mkdtempSync(join(directory, "pair-"));
  const write = (part: string) => writeFileSync(join(shown, "part.mjs"), `${part}\n${PAD}`);
  write(text);
  writeFileSync(join(shown, "main.mjs"), main);
  return { shown, write };
}

for (const flags of [[], ["--enable-source-maps"]]) {
  itByCode(`modules that are compiled from code behave as in Node ${flags.join()}`, async () => {
    const ofNode = execFileSync(process.execPath, [...flags, join(directory, "main.mjs")], {
      encoding: "utf8",
    });
    const expected = withoutNode(ofNode.replaceAll(directory, "/host"));
    expect(withoutNode(await run("main.mjs", { flags }))).toBe(expected);
    await codeCache.settled();
    for (const name of Object.keys(MODULES)) expect(codeOf(name), name).toBeInstanceOf(Uint8Array);
    expect(withoutNode(await run("main.mjs", { flags }))).toBe(expected);
  });
}

/** Of the frames in Node's own library, those of the loader's ways in are not the same when code is there. */
const withoutNode = (text: string): string => text.replaceAll(/\n +at .*node:internal.*/g, "");

itByCode("V8 takes the code that the kernel gives", async () => {
  const { shown } = pair("const value = 'A'; export default () => value");
  const other = new TextEncoder().encode(`const value = 'B'; export default () => value\n${PAD}`);
  codeCache.want(other);
  await codeCache.settled();
  const find = codeCache.find.bind(codeCache);
  // Of the same length: nothing but the kernel's choice keeps the one's code from the other's text.
  vi.spyOn(codeCache, "find").mockImplementation((text) => find(text.length === other.length ? other : text));
  expect(await run("main.mjs", { shown })).toBe("B\n");
});

it("a module that the host changes is not given the code of what it was", async () => {
  const { shown, write } = pair("export default () => 1");
  expect(await runWarm("main.mjs", { shown })).toBe("1\n");
  write("export default () => 2");
  expect(await run("main.mjs", { shown })).toBe("2\n");
  expect(await runWarm("main.mjs", { shown })).toBe("2\n");
});

it.each(["String(found.source).replace('1', '2')", "(found.source[26] = 50, found.source)"])(
  "a text that a program's hook puts in a module's place is compiled as it is: %s",
  async (changed) => {
    const hook = `import { registerHooks } from "node:module";
      registerHooks({ load(url, context, next) { const found = next(url, context);
        return url.endsWith("part.mjs") ? { ...found, source: ${changed} } : found; } });
      console.log((await import("./part.mjs")).default);`;
    const { shown } = pair("export default       0 || 1", hook);
    expect(await runWarm("main.mjs", { shown })).toBe("2\n");
  },
);

it("code that V8 does not take, or that is none, is ignored", async () => {
  const { shown } = pair("export default () => 'right'");
  expect(await runWarm("main.mjs", { shown })).toBe("right\n");
  const code = codeCache.find(readFileSync(join(shown, "part.mjs")))!;
  for (const bad of [
    code.slice(0, 100),
    new Uint8Array(5000),
    new Uint8Array(0),
    code.slice().fill(7, 8, 12),
  ]) {
    vi.spyOn(codeCache, "find").mockReturnValue(bad);
    expect(await run("main.mjs", { shown })).toBe("right\n");
  }
});

itByCode("what a guest may write is never compiled for others, whatever it asks for", async () => {
  const want = vi.spyOn(codeCache, "want");
  const { shown } = pair("export default () => 'writable'");
  expect(await run("main.mjs", { shown, readOnly: false })).toBe("writable\n");
  const copy = `fs.cpSync("/host", "copy", { recursive: true }); fs.symlinkSync("/home/user/copy", "link"); import("/home/user/link/main.mjs")`;
  const vm = bootTestVm({ software: [node, common], files: { "/host/": {} } });
  await vm.namespace.mount("/host", new HostDirFs({ directory: shown }));
  expect((await vm.run(["node", "-e", copy])).stdout).toBe("writable\n");
  expect(want).not.toHaveBeenCalled();
  expect((await vm.run(["node", "/host/main.mjs"])).stdout).toBe("writable\n");
  vm.dispose();
  expect(want).toHaveBeenCalledOnce();
});

it("scripts that are no ES modules get no code", async () => {
  const { shown } = pair("", `import "./script.cjs"; import "./plain.js";`);
  for (const name of ["script.cjs", "plain.js"]) {
    writeFileSync(join(shown, name), `return console.log("${name}");\n${PAD}`);
  }
  expect(await runWarm("main.mjs", { shown })).toBe("script.cjs\nplain.js\n");
});

itByCode("a worker thread has its modules' code too", async () => {
  const main = `import { Worker } from "node:worker_threads"; new Worker(new URL("./worker.mjs", import.meta.url));`;
  const { shown } = pair("export default () => 'of a worker'", main);
  writeFileSync(join(shown, "worker.mjs"), `import part from "./part.mjs"; console.log(part());`);
  expect(await runWarm("main.mjs", { shown })).toBe("of a worker\n");
  expect(codeCache.find(readFileSync(join(shown, "part.mjs")))).toBeInstanceOf(Uint8Array);
});

it("the compiler runs nothing of what it compiles", async () => {
  const compiler = new Compiler();
  const compile = (text: string) => compiler.compile(new TextEncoder().encode(text));
  expect(await compile("for (;;); process.exit(1); export {}")).toBeInstanceOf(Uint8Array);
  expect(await compile("export default 1")).toBeInstanceOf(Uint8Array);
  expect(await compile("this is no module")).toBeUndefined();
  compiler.end();
});

it("a compiler that fails is missed by nobody", async () => {
  const failing = new CodeCache(() => ({
    compile: () => Promise.reject(new Error("no process")),
    end: () => {},
  }));
  failing.want(Uint8Array.of(1));
  await failing.settled();
  expect(failing.find(Uint8Array.of(1))).toBeNull();
});

it("each text is compiled once, and no more is kept than there is room for", async () => {
  const compiled: string[] = [];
  const cache = new CodeCache(() => ({
    compile: async (text) => {
      compiled.push(String(text[0]));
      return text[0] === 0 ? undefined : new Uint8Array(30 << 20);
    },
    end: () => compiled.push("end"),
  }));
  const texts = [0, 1, 2, 3].map((i) => Uint8Array.of(i));
  for (const text of [...texts, ...texts]) cache.want(text);
  expect(cache.find(texts[0]!)).toBeUndefined();
  await cache.settled();
  expect(compiled).toEqual(["0", "1", "2", "3", "end"]);
  expect(texts.map((text) => cache.find(text)?.length)).toEqual([undefined, undefined, 30 << 20, 30 << 20]);
});
