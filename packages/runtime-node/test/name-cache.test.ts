import { bootTestVm, type TestVmOptions } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { expect, it } from "vitest";
import node from "../src/index.ts";

const run = async (code: string, options: TestVmOptions = {}): Promise<string> => {
  const vm = bootTestVm({ software: [node, common], ...options });
  try {
    return (await vm.run(["node", "-e", code])).stdout;
  } finally {
    vm.dispose();
  }
};

/** Asks often enough for the directory to be listed. */
const WARM = "for (let i = 0; i < 5; i++) fs.existsSync('/home/user/f');";

it("a program sees at once what it changed itself", async () => {
  const code = `${WARM} const seen = [fs.existsSync("/home/user/f")]; fs.writeFileSync("f", ""); seen.push(fs.existsSync("/home/user/f"));
    fs.unlinkSync("f"); seen.push(fs.existsSync("/home/user/f")); console.log(seen.join())`;
  expect(await run(code)).toBe("false,true,false\n");
});

it("a program sees what its children changed, as soon as it can know of it", async () => {
  const code = `${WARM} require("child_process").execSync("touch f"); console.log(fs.existsSync("/home/user/f"))`;
  expect(await run(code)).toBe("true\n");
});

it("a loop that does nothing but look sees what another process makes", async () => {
  const code = `${WARM} require("child_process").spawn("sh", ["-c", "sleep 0.05; touch f"]);
    while (!fs.existsSync("/home/user/f")); console.log("seen")`;
  expect(await run(code)).toBe("seen\n");
});

it("modules can be made while the program runs", async () => {
  const code = `for (let i = 0; i < 5; i++) { try { require("./late") } catch {} } fs.writeFileSync("late.js", "module.exports = 5"); console.log(require("./late"))`;
  expect(await run(code)).toBe("5\n");
});

it("a directory of more names than are worth bringing is asked name by name", async () => {
  const code = `fs.mkdirSync("big"); for (let i = 0; i < 4200; i++) fs.writeFileSync("big/" + i, "");
    console.log([1, 4199, 4200].map((i) => [fs.existsSync("/home/user/big/" + i), fs.existsSync("/home/user/big/" + i)]).join())`;
  expect(await run(code)).toBe("true,true,true,true,false,false\n");
});

it("a directory that may be listed but not searched has no files for those who look", async () => {
  const code = `fs.mkdirSync("d"); fs.writeFileSync("d/f", ""); fs.chmodSync("d", 0o400);
    console.log([1, 2, 3].map(() => fs.existsSync("/home/user/d/f")).join())`;
  expect(await run(code)).toBe("false,false,false\n");
});

it("a name that the policy denies is not there, however often one asks", async () => {
  const code = `console.log([1, 2, 3].map(() => [fs.existsSync("/home/user/open"), fs.existsSync("/home/user/shut")]).join())`;
  const files = { "/home/user/open": "", "/home/user/shut": "" };
  const policy: TestVmOptions["policy"] = {
    fs: [{ decision: "deny", paths: ["/home/user/shut"] }, { decision: "allow" }],
  };
  expect(await run(code, { files, policy })).toBe("true,false,true,false,true,false\n");
});

it("modules are found through links of directories, and loaded once under their real name", async () => {
  const code = `fs.mkdirSync("store/p", { recursive: true }); fs.writeFileSync("store/p/index.js", "module.exports = __filename");
    fs.mkdirSync("node_modules"); fs.symlinkSync("../store/p", "node_modules/p");
    console.log(require("p"), require("/home/user/node_modules/p"), require("./store/p"))`;
  expect(await run(code)).toBe(`${Array(3).fill("/home/user/store/p/index.js").join(" ")}\n`);
});
