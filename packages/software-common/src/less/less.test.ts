import { expect, it } from "vitest";
import { compareWithHost } from "../testing/compare-with-host.ts";
import { playTerminal, type Step } from "../testing/play-terminal.ts";

const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `line ${i + 1}${i === 11 ? " needle" : ""}\n`).join("");
const files = {
  text: lines(20),
  short: "a\nb\n",
  wide: `${"x".repeat(60)}END\nnext\n`,
  color: "\x1b[31mred\x1b[m\x07\n",
};
const less = (args: string[], steps: Step[]) => playTerminal({ argv: ["less", ...args], steps, files });

compareWithHost("less", [
  { args: ["input"] },
  { args: [], stdin: "a\tb\n" },
  { args: ["missing"] },
  { args: ["."] },
]);

it("less shows a screen, then what the keys ask for", async () => {
  const { screens, status } = await less(
    ["text"],
    [
      ["text", " "],
      [":", "b"],
      [":", "G"],
      ["(END)", "g"],
      [":", "7g"],
      ["line 11\r\n\r\x1b[K:", "q"],
    ],
  );
  expect(screens[0]).toContain("line 1\r\nline 2\r\nline 3\r\nline 4\r\nline 5\r\n");
  expect(screens[1]).toContain("line 6\r\nline 7\r\nline 8\r\nline 9\r\nline 10\r\n");
  expect(screens[2]).toContain("\x1b[Jline 1\r\n");
  expect(screens[3]).toContain("line 16\r\nline 17\r\nline 18\r\nline 19\r\nline 20\r\n");
  expect(screens[5]).toContain("\x1b[Jline 7\r\n");
  expect(status).toBe(0);
});

it("less searches and shows the line that matches at the top", async () => {
  const { screens } = await less(
    ["text"],
    [
      ["text", "/needle\r"],
      ["line 16", "/line 3$\r"],
      ["Pattern not found", "?line 2\r"],
      ["line 6", "q"],
    ],
  );
  expect(screens[1]).toContain("\x1b[Jline 12 \x1b[7mn");
  expect(screens[3]).toMatch(/\x1b\[J\x1b\[7ml.*\r\nline 3/);
});

it("less -N -S numbers lines and cuts long ones", async () => {
  const { screens } = await less(["-NS", "wide"], [["(END)", "q"]]);
  expect(screens[0]).toContain(`      1 ${"x".repeat(32)}\r\n      2 next\r\n~\r\n`);
});

it("less wraps long lines, and begins where +command says", async () => {
  const { screens } = await less(
    ["+G", "wide", "text"],
    [
      ["(END)", ":n"],
      ["(END)", "q"],
    ],
  );
  expect(screens[0]).toContain(`${"x".repeat(40)}\r\n${"x".repeat(20)}END\r\nnext`);
  expect(screens[1]).toContain("(file 2 of 2)");
});

it("less shows control characters, and colours with -R", async () => {
  const plain = await less(["color"], [["(END)", "q"]]);
  expect(plain.screens[0]).toContain("\x1b[7mESC\x1b[27m[31mred");
  const colored = await less(["-R", "color"], [["(END)", "q"]]);
  expect(colored.screens[0]).toContain("\x1b[31mred\x1b[m\x1b[7m^G\x1b[27m\r\n");
});

it("less -FX prints what fits on the screen and is done", async () => {
  expect(await less(["-FX", "short"], [])).toEqual({ screens: ["a\r\nb\r\n"], status: 0 });
});

it("less reads a pipe and takes its keys from the terminal", async () => {
  const { screens, status } = await playTerminal({
    argv: ["less"],
    stdin: lines(9),
    steps: [
      [":", "j"],
      ["line 6", "q"],
    ],
  });
  expect(screens[0]).toContain("line 5\r\n");
  expect(status).toBe(0);
});
