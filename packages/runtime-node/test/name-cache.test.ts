import { bootTestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { expect, it } from "vitest";
import node from "../src/index.ts";

const run = async (code: string): Promise<string> => {
  const vm = bootTestVm({ software: [node, common] });
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
