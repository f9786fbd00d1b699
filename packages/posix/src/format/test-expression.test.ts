import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { evaluateTest, TestSyntaxError } from "./test-expression.ts";

const host = { file: () => false, compareFiles: () => false, isTerminal: () => false };

function status(args: string[]): number {
  try {
    return evaluateTest(args, host) ? 0 : 1;
  } catch (error) {
    if (error instanceof TestSyntaxError) return 2;
    throw error;
  }
}

const CASES = [
  [],
  [""],
  ["a"],
  ["!"],
  ["-n"],
  ["!", "a"],
  ["!", ""],
  ["-z", ""],
  ["-n", ""],
  ["-x", "a"],
  ["a", "b"],
  ["a", "=", "b"],
  ["a", "=", "a"],
  ["1", "-lt", "2"],
  ["x", "-lt", "2"],
  ["", "-a", "b"],
  ["a", "-o", ""],
  ["!", "a", "=", "b"],
  ["(", "a", ")"],
  ["(", "", ")"],
  ["a", "-a", "b", "-o", ""],
  ["!", "(", "a", ")"],
  ["(", "a", "=", "b", ")", "-o", "1", "-eq", "1"],
  ["a", "b", "c"],
  ["a", "<", "b"],
  ["-n", "=", "-n"],
  ["(", "=", "("],
  ["!", "=", "!"],
  ["a", "=", "a", "b"],
  ["-a", "-a", "-a"],
  ["1", "-eq", " 1 "],
];

describe.skipIf(spawnSync("bash", ["--version"]).status !== 0)("test, compared with the host's bash", () => {
  it.each(CASES.map((args) => [args]))("test %j", (args) => {
    const { status: expected } = spawnSync("bash", ["--norc", "-c", 'test "$@"', "x", ...args]);
    expect(status(args)).toBe(expected);
  });
});

it("refuses parentheses that nest too deeply, and takes any number of negations", () => {
  expect(status(new Array(100_000).fill("("))).toBe(2);
  expect(status([...new Array(100_001).fill("!"), "a"])).toBe(1);
});
