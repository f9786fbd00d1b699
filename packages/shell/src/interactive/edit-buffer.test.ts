import { describe, expect, it } from "vitest";
import { EditBuffer } from "./edit-buffer.ts";

function bufferOf(text: string): EditBuffer {
  const buffer = new EditBuffer();
  buffer.reset(text);
  return buffer;
}

describe("EditBuffer", () => {
  it("inserts and removes whole characters", () => {
    const buffer = bufferOf("a😀b");
    buffer.move(-1);
    buffer.remove(buffer.cursor - 1, buffer.cursor);
    buffer.insert("é");
    expect([buffer.text, buffer.cursor]).toEqual(["aéb", 2]);
  });

  it("joins kills in a row into one, and yanks it", () => {
    const buffer = bufferOf("one two three");
    buffer.kill(buffer.wordStart(), buffer.cursor);
    buffer.kill(buffer.wordStart(), buffer.cursor);
    expect(buffer.text).toBe("one ");
    buffer.home();
    buffer.yank();
    expect(buffer.text).toBe("two threeone ");
  });

  it("replaces a yank by the kill before it", () => {
    const buffer = bufferOf("a b");
    buffer.kill(2, 3);
    buffer.move(-1);
    buffer.kill(0, 1);
    buffer.yank();
    buffer.yankPop();
    expect(buffer.text).toBe("b ");
  });

  it("undoes a run of typing at once", () => {
    const buffer = bufferOf("");
    for (const char of "abc") buffer.insert(char);
    buffer.remove(0, 1);
    buffer.undo();
    expect(buffer.text).toBe("abc");
    buffer.undo();
    expect(buffer.text).toBe("");
  });

  it("transposes at the end of the line as in its middle", () => {
    const buffer = bufferOf("ab");
    buffer.transpose();
    expect(buffer.text).toBe("ba");
  });
});
