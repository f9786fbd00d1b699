import { describe, expect, it } from "vitest";
import type { Word } from "../ast.ts";
import { ShellError } from "../errors.ts";
import { expandBraces, numberSequence, sequenceText } from "./brace.ts";

const word = (text: string): Word => ({ parts: [{ type: "literal", text }], text, line: 1 });
const expand = (text: string) =>
  Array.from(expandBraces(word(text)), ({ parts }) =>
    parts.map((part) => ("text" in part ? part.text : "")).join(""),
  );

describe("brace expansion", () => {
  it("makes every combination, from left to right", () => {
    expect(expand("a{b,c}{1,2}")).toEqual(["ab1", "ab2", "ac1", "ac2"]);
    expect(expand("{a,{b,c}d}e")).toEqual(["ae", "bde", "cde"]);
    expect(expand("{,x}y")).toEqual(["y", "xy"]);
  });

  it("counts with steps, backwards, and with leading zeros", () => {
    expect(expand("{1..7..3}")).toEqual(["1", "4", "7"]);
    expect(expand("{3..1}")).toEqual(["3", "2", "1"]);
    expect(expand("{08..10}")).toEqual(["08", "09", "10"]);
    expect(expand("{a..e..2}")).toEqual(["a", "c", "e"]);
  });

  it("leaves alone what is no list and no sequence", () => {
    for (const text of ["{}", "{a}", "a{b", "a}b", "{1..x}", "{a..1}", "{1.2}"])
      expect(expand(text)).toEqual([text]);
  });

  it("refuses more words than fit in memory", () => {
    expect(() => expand("{1..99999999}x{1..2}")).toThrow(ShellError);
    expect(() => numberSequence(word("{1..999999999}"))).toThrow(ShellError);
  });

  it("gives the numbers of a plain sequence one by one", () => {
    const sequence = numberSequence(word("f{9..11}.txt"))!;
    expect([0, 1, 2, 3].map((index) => sequenceText(sequence, index))).toEqual([
      "f9.txt",
      "f10.txt",
      "f11.txt",
      undefined,
    ]);
  });
});
