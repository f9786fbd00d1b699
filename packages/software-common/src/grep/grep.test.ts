import { describe, expect, it } from "vitest";
import { hostHas, runInVm, runOnHost } from "../testing/host-oracle.ts";

const commands = { grep: { program: () => import("./grep.ts") } };
const files = {
  a: "foo\nbar\nfoo bar\nbaz\n\nlast",
  b: "x\0foo\ny\n",
  c: Buffer.from("x\xffoo\ny\n", "latin1"),
  "d/e": "foo food\nÜber größe\nfoobar\n",
  "d/f.txt": "1\n2\n3 foo\n4\n5\n6\n7\n8 foo\n9\n10 foo\n11\n",
  pats: "foo\nbaz\n",
};

const CASES: string[][] = [
  ["foo", "a"],
  ["-n", "foo", "a", "b"],
  ["-c", "foo", "a", "b", "c"],
  ["oo", "c"],
  ["-a", "oo", "c"],
  ["-l", "foo", "a", "b", "c"],
  ["-L", "foo", "a", "b", "c"],
  ["-v", "foo", "a"],
  ["-vn", "foo", "a"],
  ["-vc", "foo", "a"],
  ["-o", "fo*", "a", "d/e"],
  ["-ob", "foo", "a", "d/e"],
  ["-w", "foo", "a", "d/e"],
  ["-x", "foo", "a"],
  ["-i", "FOO", "a"],
  ["-i", "ÜBER", "d/e"],
  ["-o", "gr..e", "d/e"],
  ["-m1", "foo", "a"],
  ["-m1", "-A2", "foo", "a"],
  ["-A1", "-n", "foo", "d/f.txt"],
  ["-B1", "-n", "foo", "d/f.txt"],
  ["-C1", "-n", "foo", "d/f.txt"],
  ["-2", "foo", "d/f.txt"],
  ["-C1", "--group-separator=XX", "foo", "d/f.txt"],
  ["-C1", "--no-group-separator", "foo", "d/f.txt"],
  ["-vC1", "[0-9]", "d/f.txt"],
  ["-vn", "-A1", "foo", "d/f.txt"],
  ["-q", "foo", "a"],
  ["-q", "foo", "missing", "a"],
  ["foo", "missing", "a"],
  ["-s", "foo", "missing"],
  ["foo", "d"],
  ["-rn", "foo", "d/f.txt"],
  ["-h", "foo", "a", "d/e"],
  ["-H", "foo", "a"],
  ["-Hc", "foo", "a"],
  ["-lZ", "foo", "a"],
  ["-z", "foo", "b"],
  ["-f", "pats", "a"],
  ["-e", "foo", "-e", "baz", "-o", "a"],
  ["-F", "foo bar", "a"],
  ["-F", "-x", "foo", "a"],
  ["-E", "(foo|baz)$", "a"],
  ["-E", "^(.)(.)\\2", "a"],
  ["-P", "\\bfoo(?! bar)", "a"],
  ["-P", "-o", "(?<=foo )\\w+", "a"],
  ["-n", "", "a"],
  ["^$", "a"],
  ["-c", "^", "a"],
  ["-nT", "foo", "a"],
  ["--color=always", "-n", "foo", "a"],
  ["--color=always", "-A1", "bar", "a"],
  ["-I", "foo", "a", "b"],
  ["[[:upper:]]", "d/e"],
  ["\\<foo\\>", "d/e"],
  ["fo\\{2\\}", "a"],
  ["-E", "fo{2}", "a"],
  ["\\(", "a"],
  ["-E", "(", "a"],
  ["a\\{1", "a"],
  ["foo\\", "a"],
  ["[b-a]", "a"],
  ["[[:foo:]]", "a"],
  ["\\(a\\)\\2", "a"],
  ["[:space:]", "a"],
  ["-C", "x", "foo", "a"],
  ["-m", "x", "foo", "a"],
  ["-E", "a**", "a"],
  ["-b", "foo", "d/e"],
];

describe.skipIf(!hostHas("grep"))("grep, compared with the host's GNU grep", () => {
  it.each(CASES)("grep %s %s %s %s %s", async (...args) => {
    const argv = ["grep", ...args.filter((arg) => arg !== undefined)];
    expect(await runInVm(commands, { argv, files })).toEqual(runOnHost({ argv, files }));
  });
});

describe("grep", () => {
  it("searches the working directory with -r, and filters by name", async () => {
    const run = await runInVm(commands, { argv: ["grep", "-rc", "--include=*.txt", "foo"], files });
    expect(run).toEqual({ stdout: "d/f.txt:3\n", stderr: "", status: 0 });
  });

  it("ends quickly on expressions that make backtracking engines explode", async () => {
    const stdin = `${"a".repeat(20_000)}b\n`;
    expect((await runInVm(commands, { argv: ["grep", "-cE", "^(a+)+$"], stdin })).stdout).toBe("0\n");
    expect((await runInVm(commands, { argv: ["grep", "-cE", "(x+x+)+y|(a|aa)+$"], stdin })).stdout).toBe(
      "0\n",
    );
  });

  it("reports PCRE's backtracking limit instead of running for ever", async () => {
    const run = await runInVm(commands, {
      argv: ["grep", "-P", "(a*)*(?!b)[cd]"],
      stdin: `${"a".repeat(200)}\n`,
    });
    expect(run).toMatchObject({ status: 2, stderr: "grep: exceeded PCRE's backtracking limit\n" });
  });
});
