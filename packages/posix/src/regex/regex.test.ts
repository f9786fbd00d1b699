import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegexLimitError } from "./backtrack.ts";
import { compileRegex } from "./regex.ts";
import type { RegexOptions } from "./syntax.ts";

const exec = (source: string, text: string, options: Partial<RegexOptions> = {}) =>
  compileRegex(source, { syntax: "ere", ...options }).exec(text);

describe("matches", () => {
  it.each([
    ["(a|ab)(c|bcd)(d*)", "abcd", [0, 4, 0, 1, 1, 4, 4, 4]],
    ["((a)|(b))*", "ab", [0, 2, 1, 2, 0, 1, 1, 2]],
    ["(a*)*", "b", [0, 0, 0, 0]],
    ["(a|aa)(ab|b)", "aab", [0, 3, 0, 1, 1, 3]],
    ["x(a|aa)*x", "xaax", [0, 4, 2, 3]],
    ["(fo|foo)(bar|obar)?", "foobar", [0, 6, 0, 2, 2, 6]],
    ["a*(ab)?", "aab", [0, 3, 1, 3]],
    ["\\<foo\\>", "a foo b", [2, 5]],
    ["a{2,3}", "aaaa", [0, 3]],
    ["[[:alpha:]]+", "1éab2", [1, 4]],
    ["(.)\\1", "abb", [1, 3, 1, 2]],
  ])("are leftmost-longest with glibc's groups: %s on %s", (source, text, spans) => {
    expect(exec(source, text)).toEqual(spans);
  });

  it("of a dot are whole characters, in each encoding, and never bytes that are no character", () => {
    expect(exec("^.$", "😀")).toEqual([0, 2]);
    expect(exec("^.$", "\xc3\xa9", { encoding: "utf8" })).toEqual([0, 2]);
    expect(exec("^.$", "\xc3\xa9", { encoding: "latin1" })).toBeUndefined();
    expect(exec(".", "\udcff")).toBeUndefined();
    expect(exec("[^a]", "\xff", { encoding: "utf8" })).toBeUndefined();
  });

  it("stay within lines when the text is many lines", () => {
    const regex = compileRegex("^[^x]+$", { syntax: "ere", byLine: true });
    expect(regex.exec("x\nab\ncd")).toEqual([2, 4]);
  });

  it("agree with JavaScript where the two languages mean the same", () => {
    const letter = fc.constantFrom("a", "b", "[ab]", ".", "a+", "b?", "[^a]");
    const source = fc.array(letter, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 });
    fc.assert(
      fc.property(source, text, (pattern, subject) => {
        const mine = exec(pattern, subject);
        const theirs = new RegExp(pattern).exec(subject);
        expect(mine?.[0]).toBe(theirs?.index);
        expect(compileRegex(pattern, { syntax: "ere" }).test(subject)).toBe(theirs !== null);
      }),
    );
  });
});

describe("errors", () => {
  it.each([
    ["[a", "Unmatched [, [^, [:, [., or [="],
    ["[[:foo:]]", "Invalid character class name"],
    ["[b-a]", "Invalid range end"],
    ["(a", "Unmatched ( or \\("],
    ["a)", "Unmatched ) or \\)"],
    ["*a", "Invalid preceding regular expression"],
    ["a{2,1}", "Invalid content of \\{\\}"],
    ["(a)\\2", "Invalid back reference"],
    ["a\\", "Trailing backslash"],
    ["((a{1000}){1000}){1000}", "Regular expression too big"],
  ])("of %s read as glibc's", (source, message) => {
    expect(() => exec(source, "")).toThrow(message);
  });
});

describe("evil patterns", () => {
  it.each(["^(a+)+$", "(a|aa)+$", "(a*)*b", "(.*)(.*)(.*)(.*)x", "(a?){50}a{50}b"])(
    "take time linear in the text: %s",
    (source) => {
      expect(exec(source, `${"a".repeat(20_000)}!`)).toBeUndefined();
    },
  );

  it("with back-references can be interrupted", async () => {
    const regex = compileRegex("(a*)*\\1b", { syntax: "ere" });
    let pauses = 0;
    const stop = new Error("stop");
    const search = regex.execPausing("a".repeat(100), 0, async () => {
      if (++pauses === 3) throw stop;
    });
    await expect(search).rejects.toBe(stop);
  });
});

describe("searches without pauses", () => {
  it.each(["(a*)*\\1b", "(a|b)*a(a|b){4000}c"])("give up what takes long: %s", (source) => {
    const regex = compileRegex(source, { syntax: "ere" });
    const text = "a".repeat(200_000);
    expect(() => regex.exec(text)).toThrow(RegexLimitError);
    expect(() => regex.test(text)).toThrow(RegexLimitError);
  });
});

describe("searches with pauses", () => {
  it.each(["(a*)*\\1b", "(a|b)*a(a|b){4000}c"])(
    "let others run every few milliseconds: %s",
    async (source) => {
      const regex = compileRegex(source, { syntax: "ere" });
      const stop = new Error("stop");
      let pauses = 0;
      const pause = async () => {
        if (++pauses === 20) throw stop;
      };
      await expect(regex.testPausing("a".repeat(200_000), pause)).rejects.toBe(stop);
      expect(pauses).toBe(20);
    },
  );
});

describe("literals", () => {
  it("are strings that every match holds", () => {
    const literals = (source: string) => compileRegex(source, { syntax: "ere", encoding: "utf8" }).literals;
    expect(literals("foo.*barbaz")).toEqual({ any: ["barbaz"], exact: false });
    expect(literals("é")).toEqual({ any: ["\xc3\xa9"], exact: true });
    expect(literals("foo|bar")?.any).toEqual(["foo", "bar"]);
    expect(literals("a*")).toBeUndefined();
  });
});
