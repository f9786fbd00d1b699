import { bootTestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { expect, it } from "vitest";
import node from "../src/index.ts";

const files: Record<string, string> = {};
for (let i = 0; i < 40; i++) {
  files[`/home/user/c/m${i}.js`] = `module.exports = "c${i}"`;
  files[`/home/user/e/m${i}.mjs`] = `export default "e${i}"`;
}

async function run(code: string): Promise<string> {
  const vm = bootTestVm({ software: [node, common], files });
  const helpers = `const show = (...values) => console.log(values.join(" ")); const { execSync } = require("child_process");
    const error = (run) => { try { return run(); } catch ({ code, syscall, path }) { return [code, syscall, path].join(); } };`;
  try {
    const { stdout, stderr } = await vm.run(["node", "-e", `${helpers}\n(async () => {${code}})()`]);
    return stdout + stderr;
  } finally {
    vm.dispose();
  }
}

it("every module of a directory is loaded, each with its own text", async () => {
  const code = `const right = Array.from({ length: 40 }, (_, i) => "c" + i + "e" + i).join();
    const found = []; for (let i = 0; i < 40; i++) found.push(require("./c/m" + i) + (await import("/home/user/e/m" + i + ".mjs")).default);
    show(found.join() === right)`;
  expect(await run(code)).toBe("true\n");
});

it("a module that is changed after its neighbours were loaded is loaded as it is now", async () => {
  const load = "for (let i = 0; i < 6; i++) require('./c/m' + i);";
  expect(
    await run(`${load} fs.writeFileSync("c/m8.js", "module.exports = 'new'"); show(require("./c/m8"))`),
  ).toBe("new\n");
  expect(await run(`${load} execSync("echo module.exports = 7 > c/m8.js"); show(require("./c/m8"))`)).toBe(
    "7\n",
  );
  const wait = `await new Promise((done) => require("child_process").spawn("sh", ["-c", "echo export default 7 > e/m8.mjs"]).on("exit", done));`;
  const imports = "for (let i = 0; i < 6; i++) await import('/home/user/e/m' + i + '.mjs');";
  expect(await run(`${imports} ${wait} show((await import("/home/user/e/m8.mjs")).default)`)).toBe("7\n");
});

it("a module that is removed, or may no longer be read, fails as in Node", async () => {
  const code = `for (let i = 0; i < 6; i++) require("./c/m" + i); fs.chmodSync("c/m8.js", 0); fs.unlinkSync("c/m9.js");
    show(error(() => require("./c/m8"))); show(error(() => require("./c/m9")).split(",")[0])`;
  expect(await run(code)).toBe("EACCES,open,/home/user/c/m8.js\nMODULE_NOT_FOUND\n");
});

it("what stands beside modules is not waited for", async () => {
  const code = `execSync("mkfifo c/m10x.js; ln -s m11.js c/m10y.js; mkdir c/m10z.js; : > c/m10e.js; dd if=/dev/zero of=c/m10l.js bs=1k count=80 2> /dev/null");
    for (let i = 0; i < 12; i++) require("./c/m" + i);
    show(require("./c/m10y"), require("./c/m10y") === require("./c/m11"), JSON.stringify(require("./c/m10e")), require("./c/m30"))`;
  expect(await run(code)).toBe("c11 true {} c30\n");
});

it("a program that replaces fs.readFileSync sees what the loader reads", async () => {
  const code = `const { readFileSync } = fs; const seen = []; fs.readFileSync = (file, ...rest) => (seen.push(String(file)), readFileSync(file, ...rest));
    require("./c/m0"); await import("/home/user/e/m0.mjs"); show(...seen)`;
  expect(await run(code)).toBe("/home/user/c/m0.js file:///home/user/e/m0.mjs\n");
});

it("a module behind a link is loaded under its own name", async () => {
  const code = `fs.writeFileSync("c/self.js", "module.exports = { __filename }"); fs.symlinkSync("c/self.js", "link.js"); fs.symlinkSync("c", "d");
    show(...["./link.js", "./d/self.js", "./c/self"].map((name) => require(name).__filename), require("./link.js") === require("./d/self"))`;
  expect(await run(code)).toBe(`${"/home/user/c/self.js ".repeat(3)}true\n`);
});

it("a module of any size is loaded", async () => {
  const code = `fs.writeFileSync("c/m7.js", "module.exports = " + JSON.stringify("x".repeat(300_000)));
    for (let i = 0; i < 9; i++) require("./c/m" + i); show(require("./c/m7").length)`;
  expect(await run(code)).toBe("300000\n");
});

it("packages behind links are found, and their real path is remembered as Node does", async () => {
  const code = `for (const version of [1, 2]) {
      fs.mkdirSync("store/p" + version, { recursive: true });
      fs.writeFileSync("store/p" + version + "/package.json", JSON.stringify({ main: "main.js" }));
      fs.writeFileSync("store/p" + version + "/main.js", "exports.from = __dirname; exports.other = require('./other')");
      fs.writeFileSync("store/p" + version + "/other.js", "module.exports = " + version);
    }
    fs.mkdirSync("node_modules"); fs.symlinkSync("../store/p1", "node_modules/p");
    const first = require("p"); fs.unlinkSync("node_modules/p"); fs.symlinkSync("../store/p2", "node_modules/p");
    delete require.cache[require.resolve("p")];
    const second = require("/home/user/node_modules/p/main.js"); show(first.from, first.other, second.from, second.other)`;
  expect(await run(code)).toBe("/home/user/store/p1 1 /home/user/store/p1 1\n");
});
