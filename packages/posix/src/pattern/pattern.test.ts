import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { compilePattern } from "./pattern.ts";
import { finish } from "./slices.ts";

const PATTERNS = [
  "*",
  "?",
  "a*b",
  "[a-c]x",
  "[!a]*",
  "*.txt",
  "@(a|b)c",
  "!(a|b)",
  "*(ab)",
  "+(a|b)c",
  "?(x)y",
];
PATTERNS.push(
  "a!(b)c",
  "[[:alpha:]]*",
  "\\*",
  "[]a]",
  "[a",
  "*a*b*",
  "[\\]]",
  "*(*(a)b)",
  "é*",
  "[^b]?",
  "**a**",
);
const TEXTS = [
  "",
  "a",
  "b",
  "ab",
  "aXb",
  "ax",
  "*",
  "x.txt",
  "ac",
  "bc",
  "abab",
  "abac",
  "y",
  "xy",
  "abc",
  "axc",
  "]",
];
TEXTS.push("[a", "aab", "éx", "z.txt.gz");

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

describe.skipIf(spawnSync("bash", ["--version"]).status !== 0)(
  "patterns, compared with the host's bash",
  () => {
    it("match and cut as [[ == ]] and parameter expansion do", () => {
      let script = "export LC_ALL=C.UTF-8\nshopt -s extglob\n";
      const mine: string[] = [];
      for (const source of PATTERNS) {
        for (const text of TEXTS) {
          script += `x=${quote(text)}; p=${quote(source)}; [[ $x == $p ]]; `;
          script += `printf '%s <%s|%s|%s|%s>\\n' $? "\${x#$p}" "\${x##$p}" "\${x%$p}" "\${x%%$p}"\n`;
          const pattern = compilePattern(source, { extglob: true });
          const cut = [
            finish(pattern.shortestPrefix(text)) ?? 0,
            finish(pattern.longestPrefix(text)) ?? 0,
          ].map((at) => text.slice(at));
          const ends = [finish(pattern.shortestSuffix(text)), finish(pattern.longestSuffix(text))];
          cut.push(...ends.map((at) => text.slice(0, at ?? text.length)));
          mine.push(`${pattern.matches(text) ? 0 : 1} <${cut.join("|")}>`);
        }
      }
      const { stdout } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
      expect(mine).toEqual(stdout.trimEnd().split("\n"));
    });
  },
);

describe("patterns", () => {
  it("find the leftmost, and there the longest, match", () => {
    expect(finish(compilePattern("b*c").find("abxcxc!"))).toEqual({ start: 1, end: 6 });
    expect(finish(compilePattern("?(x)!(a)", { extglob: true }).find("a"))).toEqual({ start: 0, end: 0 });
  });

  it("with many stars do not take exponential time", () => {
    expect(compilePattern("*a*a*a*a*a*a*b").matches("a".repeat(5000))).toBe(false);
    expect(compilePattern("*(*(a)b|*(a)c)d", { extglob: true }).matches("a".repeat(200))).toBe(false);
  });

  it("leave slashes and leading dots to themselves when asked to", () => {
    expect(compilePattern("*", { pathname: true }).matches("a/b")).toBe(false);
    expect(compilePattern("*", { period: true }).matches(".a")).toBe(false);
    expect(compilePattern("[!x]a", { pathname: true }).matches("/a")).toBe(false);
  });
});
