// Programs that patch what the language brings: our code must neither fail nor be seen because of it.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterAll, beforeAll, expect, it } from "vitest";
import node from "../../src/index.ts";

/** `methods`: [name, prototype, key] of all that may be patched. `work`: what a program does, as text. */
const PRELUDE = `
const fs = require("fs"), os = require("os"), net = require("net"), cp = require("child_process");
const file = process.cwd() + "/file", { apply } = Reflect, { defineProperty } = Object;
fs.writeFileSync(file, "content");
const types = { Map, Set, WeakMap, Array, Function, String, DataView, Promise, RegExp, TypedArray: Object.getPrototypeOf(Uint8Array), Buffer };
const methods = [];
for (const name in types) for (const key of Reflect.ownKeys(types[name].prototype)) {
  const { value, configurable } = Object.getOwnPropertyDescriptor(types[name].prototype, key);
  if (typeof value === "function" && configurable && key !== "constructor") methods.push([name + "." + String(key), types[name].prototype, key, value]);
}
for (const name of ["Object", "Array", "Reflect", "JSON", "Number", "Math", "Buffer"]) for (const key of Object.getOwnPropertyNames(globalThis[name])) {
  const { value, configurable, writable } = Object.getOwnPropertyDescriptor(globalThis[name], key);
  if (typeof value === "function" && configurable && writable && key !== "prototype") methods.push([name + "-" + key, globalThis[name], key, value]);
}
const attempt = (f) => { try { return f() } catch (e) { return "E:" + (e && e.code) } };
const work = () => attempt(() => { fs.writeFileSync(file, "text"); return fs.readFileSync(file, "utf8") }) + "|" + attempt(() => fs.existsSync("/none")) + "|" +
  attempt(() => fs.statSync(file).size) + "|" + attempt(() => fs.readdirSync("/none")) + "|" + attempt(() => fs.openSync("/none")) + "|" + attempt(() => process.cwd().length) + "|" +
  attempt(() => { const fd = fs.openSync(file, "r+"); const b = Buffer.alloc(4); fs.writeSync(fd, b, 0, 4, 0); const n = fs.readSync(fd, b, 0, 4, 0); fs.closeSync(fd); return n }) + "|" + attempt(() => os.hostname().length > 0);
`;

const THROWING = `${PRELUDE}
const expected = work(), failed = [];
for (let i = 0; i < methods.length; i++) {
  const target = methods[i][1], key = methods[i][2], original = methods[i][3];
  target[key] = function () { throw new TypeError("patched") };
  let result; try { result = work() } catch { result = "failed" }
  target[key] = original;
  if (result !== expected) failed.push(methods[i][0]);
}
console.log(JSON.stringify(failed));
`;

/** Who calls is known by the stack: a frame of the boot code right below the patched function. */
const WATCHING = `${PRELUDE}
const seen = new Set(), add = Set.prototype.add, test = RegExp.prototype.test, split = String.prototype.split; let busy = false;
Error.stackTraceLimit = 3;
for (const [name, target, key, original] of methods) {
  target[key] = function (...args) {
    if (!busy) { busy = true; const line = apply(split, new Error().stack, ["\\n"])[2]; if (line && apply(test, /internal\\/agentos/, [line])) apply(add, seen, [name]); busy = false }
    return apply(original, this, args);
  };
}
work();
const done = () => { busy = true; console.log(JSON.stringify([...seen])); process.exit() };
fs.readFile(file, () => fs.readdir("/", () => { cp.execFileSync("/bin/echo", ["x"]);
  const server = net.createServer((s) => s.end("hi")).listen(0, () => net.connect(server.address().port).on("data", () => {}).on("close", done)) }));
`;

let vm: TestVm;
let directory: string;

beforeAll(() => {
  vm = bootTestVm({ software: [node, common] });
  directory = mkdtempSync(join(tmpdir(), "agentos-patched-"));
});

afterAll(() => {
  vm.dispose();
  rmSync(directory, { recursive: true });
});

it("a method that throws breaks nothing that it does not break in Node itself", async () => {
  writeFileSync(join(directory, "main.js"), THROWING);
  const { stdout } = await promisify(execFile)(process.execPath, ["main.js"], { cwd: directory });
  const onHost = JSON.parse(stdout) as string[];
  const inVm = JSON.parse((await vm.run(["node", "-e", THROWING])).stdout) as string[];
  expect(inVm.filter((name) => !onHost.includes(name))).toEqual([]);
});

it("no patched method is called by the boot code, and so sees none of its objects", async () => {
  const { stdout, stderr } = await vm.run(["node", "-e", WATCHING]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual([]);
});
