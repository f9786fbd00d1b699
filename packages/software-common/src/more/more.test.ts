import { expect, it } from "vitest";
import { compareWithHost } from "../testing/compare-with-host.ts";
import { playTerminal } from "../testing/play-terminal.ts";

const text = Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`).join("");

compareWithHost("more", [
  { args: ["input"] },
  { args: ["input", "empty"] },
  { args: [], stdin: "a\tb\n" },
  { args: ["missing", "input"] },
  { args: ["."] },
]);

it("more goes on with space and ENTER, searches, and ends with the file", async () => {
  const { screens, status } = await playTerminal({
    argv: ["more", "text"],
    files: { text },
    steps: [
      ["--More--", "\r"],
      ["--More--", " "],
      ["--More--", "/line 19\r"],
    ],
  });
  expect(screens[0]).toContain("line 1\r\nline 2\r\nline 3\r\nline 4\r\nline 5\r\n");
  expect(screens[1]).toContain("line 6\r\n\r\x1b[K");
  expect(screens[2]).toContain("line 7\r\nline 8\r\nline 9\r\nline 10\r\nline 11\r\n");
  expect(screens[3]).toContain("...skipping\r\nline 17\r\nline 18\r\nline 19\r\nline 20\r\n");
  expect(status).toBe(0);
});

it("more leaves with q, and begins at the line that +NUMBER names", async () => {
  const { screens } = await playTerminal({
    argv: ["more", "+9", "text"],
    files: { text },
    steps: [["--More--", "q"]],
  });
  expect(screens[0]).toMatch(/^\r\x1b\[Kline 9\r\nline 10\r\n/);
  expect(screens[1]).not.toContain("line");
});
