import { bootTestVm } from "@agentos/kernel/testing";
import { expect, it } from "vitest";
import { tools } from "../index.ts";
import { compareWithHost } from "../testing/compare-with-host.ts";

const stdin = Array.from({ length: 20 }, (_, i) => `${i + 1}\n`).join("");
const lines = [
  ["5", "10"],
  ["5", "{2}"],
  ["5", "{9}"],
  ["5", "{*}"],
  ["/3/", "{*}"],
  ["%5%", "/8/"],
  ["%3%", "{*}"],
  ["/5/+1"],
  ["/5/-2"],
  ["/1/-3"],
  ["/nope/"],
  ["/3/", "{9}"],
  ["5", "/5/"],
  ["5", "/6/"],
  ["-k", "5", "30"],
  ["-z", "1"],
  ["20"],
  ["21"],
  ["5", "5"],
  ["5", "3"],
  ["--suppress-matched", "/5/", "{*}"],
  ["--suppress-matched", "5", "7"],
  ["-s", "-f", "p", "-n", "3", "5"],
  ["-b", "%s", "5"],
  ["/x"],
  ["x"],
  ["0"],
  ["5", "{x}"],
  [],
];

compareWithHost(
  "csplit",
  lines.map((args) => ({ args: ["-", ...args], stdin })),
);

it("csplit writes the pieces to numbered files", async () => {
  const vm = bootTestVm({ software: [tools], files: { "/home/user/in": stdin } });
  try {
    const { stdout } = await vm.run(["csplit", "-f", "p.", "-b", "%03x!", "in", "11", "/19/"]);
    expect(stdout).toBe("21\n24\n6\n");
    expect(await vm.readFile("/home/user/p.002!")).toBe("19\n20\n");
    await vm.run(["csplit", "in", "5", "30"]);
    await expect(vm.readFile("/home/user/xx00")).rejects.toThrow("No such file");
  } finally {
    vm.dispose();
  }
});
