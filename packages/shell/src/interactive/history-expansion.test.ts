import { describe, expect, it } from "vitest";
import { expandHistory } from "./history-expansion.ts";

const HISTORY = ["ls -l /tmp/a.txt", "echo one two three", "make all"];

describe("expandHistory", () => {
  const cases: Readonly<Record<string, string>> = {
    "sudo !!": "sudo make all",
    "!-2": "echo one two three",
    "!1": "ls -l /tmp/a.txt",
    "!ec": "echo one two three",
    "!?two?": "echo one two three",
    "rm !$": "rm all",
    "x !2:1-2": "x one two",
    "x !2:*": "x one two three",
    "x !2^ !2:$": "x one three",
    "x !1:$:h": "x /tmp",
    "x !1:$:t:r": "x a",
    "!2:s/one/1/": "echo 1 two three",
    "^make^build": "build all",
    "echo '!!' a\\!b": "echo '!!' a\\!b",
  };
  for (const [line, expanded] of Object.entries(cases)) {
    it(`makes ${JSON.stringify(line)} ${JSON.stringify(expanded)}`, () => {
      expect(expandHistory(line, HISTORY).text).toBe(expanded);
    });
  }

  it("leaves ! alone where it begins no event", () => {
    const line = `echo "hi!" ! x=$! \${!v} [!a]`;
    expect(expandHistory(line, HISTORY)).toEqual({ text: line, changed: false, printOnly: false });
  });

  it("reports events that are not there", () => {
    expect(expandHistory("!nothing", HISTORY).error).toBe("!nothing: event not found");
    expect(expandHistory("!9", HISTORY).error).toBe("!9: event not found");
  });

  it("marks lines that are only to be printed", () => {
    expect(expandHistory("!!:p", HISTORY)).toMatchObject({ text: "make all", printOnly: true });
  });
});
