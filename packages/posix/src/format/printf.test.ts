import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { formatNumber } from "./conversion.ts";
import { printf } from "./printf.ts";

const quote = (word: string): string => word.replaceAll(" ", "\\ ");
const run = (format: string, ...args: string[]) =>
  printf(format, args, { dialect: "bash", quote, now: () => 0 });

const CASES: string[][] = [
  ["%d %s\\n", "1", "a", "2"],
  ["%5d|%-5d|%05d|%+d", "3", "4", "5", "6"],
  ["%x %X %o %#x %#o", "255", "255", "8", "255", "8"],
  ["%f %e %g", "3.14159", "12345.678", "0.0001"],
  ["%.20f", "0.1"],
  ["%a %a", "1", "3.14"],
  ["%g %g", "100000", "1000000"],
  ["%.0f %.0f %.0f", "0.5", "1.5", "2.5"],
  ["%c%c", "abc", "d"],
  ["%b", "a\\tb\\0101\\c", "x"],
  ["%5s|%-5s|%.2s", "a", "b", "abc"],
  ["%*d|%-*d", "5", "1", "4", "2"],
  ["%q", "a b"],
  ["%d %d %d", "0x1f", "010", "'A"],
  ["%u %x", "-1", "-1"],
  ["\\x41\\101\\u00e9\\n"],
  ["%d"],
  ["%d", "abc"],
  ["%d", "12x"],
  ["%d", "99999999999999999999"],
  ["%(%Y-%m-%d)T", "86400"],
  ["%e", "0"],
  ["%f", "1e20"],
  ["%.15g", "0.1"],
  ["%5.1s|", "abc"],
  ["%f %f", "inf", "nan"],
  ["%05d", "-3"],
  ["%#.3g", "1"],
  ["%.2a", "1.999"],
  ["%g", "1e300"],
];

describe.skipIf(spawnSync("bash", ["--version"]).status !== 0)(
  "printf, compared with the host's bash",
  () => {
    it.each(CASES)("%s %s %s", (...given) => {
      const [format, ...args] = given.filter((arg) => arg !== undefined);
      const env = { LC_ALL: "C.UTF-8", TZ: "UTC0" };
      const host = spawnSync("bash", ["--norc", "-c", 'printf "$@"', "x", format!, ...args], {
        env,
        encoding: "utf8",
      });
      const { output, errors, status } = run(format!, ...args);
      expect({ output, status }).toEqual({ output: host.stdout, status: host.status });
      for (const error of errors) expect(host.stderr).toContain(error);
    });
  },
);

describe("formatNumber", () => {
  const base = {
    left: false,
    plus: false,
    space: false,
    alternate: false,
    zero: false,
    grouped: false,
    width: 0,
  };
  it("rounds ties to even, as C does", () => {
    const fixed = (value: number, precision: number) =>
      formatNumber(value, { ...base, precision, letter: "f" });
    expect([fixed(0.5, 0), fixed(1.5, 0), fixed(2.5, 0), fixed(0.125, 2)]).toEqual(["0", "2", "2", "0.12"]);
    expect(formatNumber(100000.5, { ...base, precision: 6, letter: "g" })).toBe("100000");
  });
});
