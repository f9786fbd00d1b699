import { describe, expect, it } from "vitest";
import { commands } from "../commands.ts";
import { runInVm } from "../testing/host-oracle.ts";
import { compareWithRecorded } from "../testing/recorded-cases.ts";
import recorded from "./jq-vectors.json" with { type: "json" };

const run = (stdin: string, ...args: string[]) => runInVm(commands, { argv: ["jq", ...args], stdin });

describe("jq prints what it printed elsewhere", () => compareWithRecorded("jq", recorded));

describe("jq", () => {
  it("keeps the digits of numbers it does not calculate with", async () => {
    expect((await run("[1.0,100000000000000000001]", "-c", ".")).stdout).toBe(
      "[1.0,100000000000000000001]\n",
    );
  });

  it.each([
    ["1", [".a"], 5, 'jq: error (at <stdin>:0): Cannot index number with string "a"\n'],
    ['{"a":', ["."], 2, "jq: parse error: Unfinished JSON term at EOF at line 1, column 5\n"],
    [
      "",
      ["-n", "nope"],
      3,
      "jq: error: nope/0 is not defined at <top-level>, line 1:\nnope\njq: 1 compile error\n",
    ],
    ["null", ["-e", "."], 1, ""],
    ["null", ["-e", "empty"], 4, ""],
    ["null", ['"bye" | halt_error(7)'], 7, "bye"],
  ] as const)("%s with %j exits with %i", async (stdin, args, status, stderr) => {
    const outcome = await run(stdin, ...args);
    expect({ status: outcome.status, stderr: outcome.stderr }).toEqual({ status, stderr });
  });

  it("names values with --arg, --argjson, --args", async () => {
    const args = [
      "-nc",
      "--arg",
      "x",
      "1",
      "--argjson",
      "y",
      "[2]",
      "[$x, $y, $ARGS.positional]",
      "--args",
      "a",
      "b",
    ];
    expect((await run("", ...args)).stdout).toBe('["1",[2],["a","b"]]\n');
  });

  it("reads lines with -R, all of them with -s, the rest with inputs", async () => {
    expect((await run("a\nb\n", "-R", ".")).stdout).toBe('"a"\n"b"\n');
    expect((await run("1 2\n3", "-cs", ".")).stdout).toBe("[1,2,3]\n");
    expect((await run("1 2 3", "-c", "[., inputs]")).stdout).toBe("[1,2,3]\n");
    expect((await run("1 2 3", "-nc", "[inputs]")).stdout).toBe("[1,2,3]\n");
  });

  it("indents by two, by a tab, sorted", async () => {
    expect((await run('{"b":[1,{}],"a":[]}', ".")).stdout).toBe(
      '{\n  "b": [\n    1,\n    {}\n  ],\n  "a": []\n}\n',
    );
    expect((await run('{"b":[1],"a":2}', "-S", "--tab", ".")).stdout).toBe(
      '{\n\t"a": 2,\n\t"b": [\n\t\t1\n\t]\n}\n',
    );
  });

  it("streams events", async () => {
    expect((await run('{"a":[1]}', "-c", "--stream", ".")).stdout).toBe('[["a",0],1]\n[["a",0]]\n[["a"]]\n');
  });

  it("ends endless recursion with an error", async () => {
    expect((await run("", "-n", "def f: 1 + f; f")).status).toBe(5);
  });

  it("takes time in proportion where an array is updated item by item", async () => {
    const program = "[range(20000)] | .[] |= . + 1 | del(.[] | select(. % 2 == 0)) | length";
    expect((await run("", "-n", program)).stdout).toBe("10000\n");
  });
});
