import { expect, it } from "vitest";
import { playTerminal } from "../testing/play-terminal.ts";

it("watch shows the output under a title until it no longer changes", async () => {
  const { screens, status } = await playTerminal({
    argv: ["watch", "-xn0.1", "-q2", "seq", "2"],
    steps: [],
    cols: 80,
  });
  expect(screens[0]).toMatch(
    /\x1b\[H\x1b\[2JEvery 0\.1s: seq 2 +\S+: \w{3} \w{3} [ \d]\d .*\r\n\r\n1\r\n2\x1b\[H/,
  );
  expect(screens[0]).toMatch(/\x1b\[\?1049l$/);
  expect(status).toBe(0);
});

it("watch -g ends with a change", async () => {
  const argv = [
    "watch",
    "-gtxn0.1",
    "-d",
    "find",
    "log",
    "-size",
    "0",
    "-exec",
    "truncate",
    "-s",
    "5",
    "log",
    ";",
    "-print",
  ];
  const { screens, status } = await playTerminal({ argv, files: { log: "" }, steps: [] });
  expect(screens[0]).toMatch(/2Jlog\x1b\[H\x1b\[2J\x1b\[\?1049l$/);
  expect(status).toBe(0);
});

it("watch -e stops at a command that fails and waits for a key", async () => {
  const { status } = await playTerminal({
    argv: ["watch", "-xe", "false"],
    steps: [["press a key to exit", "x\r"]],
  });
  expect(status).toBe(8);
});
