import { expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

const encode = (text: string) => new TextEncoder().encode(text);

it("lines come out whole however they are cut, also inside a character", () => {
  const bytes = encode("eins\nzwö\n\ndrei");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const lines = new LineSplitter(100);
    const found = [...lines.push(bytes.subarray(0, cut)), ...lines.push(bytes.subarray(cut))];
    expect(found).toEqual(["eins", "zwö", ""]);
    expect(lines.rest()).toBe("drei");
  }
});

it("a line that is too long is an error, also before it has ended", () => {
  const lines = new LineSplitter(4);
  expect([...lines.push(encode("1234\n12"))]).toEqual(["1234"]);
  expect(() => [...lines.push(encode("345"))]).toThrow(RangeError);
});
