// Linux is the oracle: what its line discipline made of the same keys. record-line-discipline.py records it anew.

import { bytesFromLatin1, latin1FromBytes } from "@agentos/vfs/abi";
import { describe, expect, it } from "vitest";
import { LineDiscipline } from "../src/tty/line-discipline.ts";
import recording from "./line-discipline.recording.json" with { type: "json" };

describe(`typed keys give the same lines and echo as on ${recording.system}`, () => {
  it.each(recording.cases)("$typed", ({ lflag, typed, reads, echo }) => {
    const line = new LineDiscipline(() => {});
    line.setTermios({ ...line.termios, lflag });
    line.receive(bytesFromLatin1(typed));
    const lines: string[] = [];
    const into = new Uint8Array(65_536);
    while (line.readable !== undefined) lines.push(latin1FromBytes(into, 0, line.read(into)));
    expect(lines).toEqual(reads);
    expect(latin1FromBytes(into, 0, line.screen.read(into))).toBe(echo);
  });
});
