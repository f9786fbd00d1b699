import { bootTestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { expect, it } from "vitest";
import node from "../src/index.ts";

/** What a program prints, with a file "f" of one byte that it has just asked about. */
async function run(code: string): Promise<string> {
  const vm = bootTestVm({ software: [node, common] });
  const warm = `fs.writeFileSync("f", "1"); for (let i = 0; i < 5; i++) { fs.statSync("f"); fs.lstatSync("f"); }
    const size = (name = "f") => fs.statSync(name, { throwIfNoEntry: false })?.size;
    const show = (...values) => console.log(values.join(" "));`;
  try {
    const { stdout, stderr } = await vm.run(["node", "-e", `${warm}\n${code}`]);
    return stdout + stderr;
  } finally {
    vm.dispose();
  }
}

it("stat shows at once what the program did itself", async () => {
  const code = `const seen = [size()]; fs.appendFileSync("f", "23"); seen.push(size());
    const fd = fs.openSync("f", "a"); size(); fs.writeSync(fd, "4"); seen.push(size()); fs.ftruncateSync(fd, 2); seen.push(size());
    fs.chmodSync("f", 0o600); seen.push((fs.statSync("f").mode & 0o777).toString(8));
    fs.utimesSync("f", 5, 7); seen.push(fs.statSync("f").mtimeMs); fs.linkSync("f", "g"); seen.push(fs.statSync("f").nlink);
    fs.unlinkSync("f"); seen.push(size()); fs.renameSync("g", "f"); seen.push(size()); show(...seen)`;
  expect(await run(code)).toBe("1 3 4 2 600 7000 2  2\n");
});

it("stat shows what a child did", async () => {
  expect(await run(`require("child_process").execSync("printf 234 >> f"); show(size())`)).toBe("4\n");
});

it("a loop that does nothing but stat sees what another process does", async () => {
  const code = `require("child_process").spawn("sh", ["-c", "sleep 0.05; printf 2 >> f"]);
    while (size() === 1); while (fs.lstatSync("f").size === 1); show("seen")`;
  expect(await run(code)).toBe("seen\n");
});

it("stat and lstat of a link are told apart, as numbers and as bigints", async () => {
  const code = `fs.symlinkSync("f", "l"); for (let i = 0; i < 2; i++) show(fs.statSync("l").isFile(), fs.lstatSync("l").isFile(),
      fs.statSync("l", { bigint: true }).size, fs.lstatSync("l", { bigint: true }).isSymbolicLink())`;
  expect(await run(code)).toBe("true false 1 true\ntrue false 1 true\n");
});

it("a relative name means another file in another directory", async () => {
  expect(await run(`fs.mkdirSync("d"); show(size(), (process.chdir("d"), size()))`)).toBe("1 \n");
});

it("what fails once is asked again after a change", async () => {
  const code = `const codeOf = (name) => { try { fs.statSync(name); return "there"; } catch ({ code }) { return code; } };
    const seen = [codeOf("n"), codeOf("n"), codeOf("f/x"), codeOf("f/x")]; fs.writeFileSync("n", ""); show(...seen, codeOf("n"))`;
  expect(await run(code)).toBe("ENOENT ENOENT ENOTDIR ENOTDIR there\n");
});
