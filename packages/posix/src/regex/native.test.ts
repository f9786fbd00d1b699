import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegexLimitError } from "./backtrack.ts";
import { planNative } from "./native-plan.ts";
import { parsePosix } from "./parse-posix.ts";
import { Regex } from "./regex.ts";
import type { RegexOptions } from "./syntax.ts";

const RUNS = 800;

const atom = fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "[^c]", "é", "\\w", "\\W", "-");
const assertion = fc.constantFrom("^", "$", "\\<", "\\>", "\\b", "\\B");
const operator = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,2}", "{2,}");

const pattern = fc
  .letrec<{ sequence: string; item: string; group: string }>((tie) => ({
    sequence: fc.array(tie("item"), { minLength: 1, maxLength: 4 }).map((items) => items.join("")),
    item: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 6, arbitrary: fc.tuple(atom, operator).map(([a, b]) => a + b) },
      { weight: 1, arbitrary: assertion },
      { weight: 2, arbitrary: fc.tuple(tie("group"), operator).map(([a, b]) => a + b) },
    ),
    group: fc
      .array(tie("sequence"), { minLength: 1, maxLength: 3 })
      .map((branches) => `(${branches.join("|")})`),
  }))
  .sequence.filter((source) => source.length < 60);

const options: fc.Arbitrary<RegexOptions> = fc.record({
  syntax: fc.constantFrom("ere", "perl"),
  encoding: fc.constantFrom("utf16", "utf8", "latin1"),
  icase: fc.boolean(),
  multiline: fc.boolean(),
  byLine: fc.boolean(),
  captures: fc.boolean(),
  danglingRepeat: fc.constant("ignore"),
  within: fc.constantFrom(undefined, undefined, "word", "line"),
});

const text = fc.string({
  unit: fc.constantFrom("a", "b", "c", "a", "b", "-", "\n", "A", " ", "\xc3\xa9"),
  maxLength: 14,
});

/** Where to go on looking for matches after the one at or after `from`. */
function next(regex: Regex, subject: string, from: number): number {
  const spans = regex.exec(subject, from);
  if (spans === undefined) return subject.length + 1;
  return spans[1]! > spans[0]! ? spans[1]! : spans[1]! + 1;
}

/** Both engines' answers; undefined where the pattern is none or only one engine takes it. */
function both(source: string, settings: RegexOptions): [Regex, Regex] | undefined {
  try {
    const native = Regex.compile(source, settings);
    return native.native ? [native, Regex.compile(source, settings, false)] : undefined;
  } catch {
    return undefined;
  }
}

describe("JavaScript's engine", () => {
  it("finds the same matches and groups wherever it is used", () => {
    let used = 0;
    fc.assert(
      fc.property(pattern, options, text, fc.nat(4), (source, settings, subject, from) => {
        const pair = both(source, settings);
        if (pair === undefined || from > subject.length) return;
        used++;
        const [native, own] = pair;
        expect(native.exec(subject, from)).toEqual(own.exec(subject, from));
        expect(native.test(subject)).toBe(own.test(subject));
      }),
      { numRuns: RUNS },
    );
    expect(used).toBeGreaterThan(RUNS / 5);
  });

  it("replaces the same matches", () => {
    fc.assert(
      fc.property(pattern, options, text, (source, settings, subject) => {
        const pair = both(source, settings);
        const all = pair?.[0].replaceAll(subject, "<>");
        if (pair === undefined || all === undefined) return;
        let out = "";
        let done = 0;
        for (let from = 0; from <= subject.length; ) {
          const spans = pair[1].exec(subject, from);
          if (spans === undefined) break;
          out += `${subject.slice(done, spans[0])}<>`;
          done = from = spans[1]!;
        }
        expect(all.text).toBe(out + subject.slice(done));
      }),
      { numRuns: RUNS },
    );
  });

  it("answers tests alike where it runs tests only", () => {
    const choices = fc.array(pattern, { minLength: 2, maxLength: 3 }).map((parts) => parts.join("|"));
    fc.assert(
      fc.property(choices, options, text, (source, option, subject) => {
        const settings: RegexOptions = { ...option, syntax: "ere" };
        let native: Regex;
        try {
          native = Regex.compile(source, settings);
        } catch {
          return;
        }
        const own = Regex.compile(source, settings, false);
        try {
          expect(native.test(subject)).toBe(own.test(subject));
        } catch (error) {
          if (!(error instanceof RegexLimitError)) throw error;
        }
      }),
      { numRuns: RUNS / 4 },
    );
  });

  it("finds the same lines", () => {
    fc.assert(
      fc.property(pattern, fc.array(text), fc.boolean(), (source, lines, icase) => {
        const pair = both(source, { syntax: "ere", encoding: "utf8", byLine: true, captures: false, icase });
        if (pair === undefined) return;
        const block = lines.map((line) => `${line}\n`).join("");
        const lineOf = (regex: Regex) => {
          const end = regex.scan(block, 0, () => undefined) as number;
          return end < 0 || end >= block.length ? -1 : block.indexOf("\n", end);
        };
        expect(lineOf(pair[0])).toBe(lineOf(pair[1]));
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    "([a-z]+) ([0-9]+)",
    "[0-9]+:[0-9]+",
    "(fox|dog)s",
    "^(.*)=(.*)$",
    "^.*/",
    "foo.*",
    " *$",
    "[^:]*:([^:]*)",
    "(^|,)x",
    '"[^"]*"',
    "[A-Za-z0-9._]+@[a-z0-9]+\\.com",
  ])("runs everyday expressions: %s", (source) => {
    expect(Regex.compile(source, { syntax: "ere" }).native).toBe(true);
  });

  it.each(["(a+)+$", "(a|ab)c", "(a|ab)*", "(a*)*", ".*.*x", "(a)\\1", "((a)|b)*", "a?(ab)?", "a.*b[^c]*$"])(
    "never runs what it would see differently or what could take it long: %s",
    (source) => {
      expect(Regex.compile(source, { syntax: "ere" }).native).toBe(false);
    },
  );

  it.each([
    ["[ab]+c", "ab"],
    ["a[^b]*b", "a"],
    ["[a-z]+( [a-z]+)*!", "aa "],
    [".*=.*x", "="],
    ["^(.*)=([^x]*)y$", "="],
    ["x.*y", "x"],
    ["[0-9]+\\.[0-9]+\\.[0-9]+x", "1."],
    [" *$", "  a"],
    ["(ab|c)*d", "abc"],
    ["a{1,30}b", "a"],
  ])("takes no more than linear time, or the test would not end: %s on many %s", (source, part) => {
    const subject = part.repeat(200_000 / part.length);
    for (const encoding of ["utf8", "latin1"] as const) {
      const [native, own] = [true, false].map((run) =>
        Regex.compile(source, { syntax: "ere", encoding }, run),
      );
      expect(native!.exec(subject)).toEqual(own!.exec(subject));
    }
  });

  it("leaves long texts alone where finding all matches would take quadratic time", () => {
    const plan = (source: string) => {
      const { node, groups } = parsePosix(source, { syntax: "ere" });
      return planNative(node, { limit: 128, multiline: false, captures: true, groups });
    };
    expect(plan("a([^b]*b)?")?.longest).toBeLessThan(1000);
    expect(plan("x(y[^z]*z)*")?.longest).toBeLessThan(1000);
    expect(plan("[ab]*ab")?.longest).toBeGreaterThan(100_000);
  });

  it.each([
    ["[ab]*ab", "abb"],
    ["[a-z]+,[a-z]", "a,"],
    ["a?", "b"],
    [".*=", "=a"],
  ])("takes no more than linear time for all matches together: %s on many %s", (source, part) => {
    const subject = part.repeat(60_000 / part.length);
    const regex = Regex.compile(source, { syntax: "ere", encoding: "utf8" });
    for (let from = 0; from <= subject.length; ) from = next(regex, subject, from);
  });
});
