import { describe, expect, it } from "vitest";
import { decode, encode } from "../abi/index.ts";
import { SIGNALS } from "../abi/signals.ts";
import {
  ECHO,
  ECHOE,
  ECHOK,
  ECHOKE,
  ICANON,
  ICRNL,
  IGNCR,
  INLCR,
  ISIG,
  IXON,
  OPOST,
  type Termios,
} from "../abi/termios.ts";
import { LineDiscipline, TTY_INPUT_MAX } from "./line-discipline.ts";

function terminal(change: (termios: Termios) => void = () => {}) {
  const signals: number[] = [];
  const line = new LineDiscipline((signal) => signals.push(signal));
  const mode = (edit: (termios: Termios) => void): void => {
    const termios = { ...line.termios, cc: line.termios.cc.slice() };
    edit(termios);
    line.setTermios(termios);
  };
  mode(change);
  const take = (read: (into: Uint8Array) => number, max: number): string => {
    const into = new Uint8Array(max);
    return decode(into.subarray(0, read(into)));
  };
  return {
    line,
    mode,
    signals,
    type: (text: string) => line.receive(encode(text)),
    read: (max = TTY_INPUT_MAX) => take((into) => line.read(into), max),
    screen: () => take((into) => line.screen.read(into), 65_536),
    print: (text: string) => line.screen.write(encode(text)),
  };
}

describe("canonical mode", () => {
  it("keeps a line until its end is typed", () => {
    const tty = terminal();
    tty.type("hello");
    expect(tty.line.readable).toBeUndefined();
    tty.type("\r");
    expect(tty.read()).toBe("hello\n");
    expect(tty.screen()).toBe("hello\r\n");
  });

  it("gives one line to each read, and the rest of a line to the next", () => {
    const tty = terminal();
    tty.type("one\ntwo\n");
    expect(tty.read(2)).toBe("on");
    expect(tty.read()).toBe("e\n");
    expect(tty.read()).toBe("two\n");
    expect(tty.line.readable).toBeUndefined();
  });

  it("erases a character with VERASE and shows it", () => {
    const tty = terminal();
    tty.type("ab\x7fc\n");
    expect(tty.screen()).toBe("ab\b \bc\r\n");
    expect(tty.read()).toBe("ac\n");
  });

  it("erases a whole UTF-8 character with IUTF8", () => {
    const tty = terminal();
    tty.type("aé\x7f\x7f\x7fz\n");
    expect(tty.read()).toBe("z\n");
  });

  it("erases a word with VWERASE", () => {
    const tty = terminal();
    tty.type("rm -rf  \x17ls\n");
    expect(tty.read()).toBe("rm -ls\n");
  });

  it("erases the line with VKILL, by characters or with a new line", () => {
    const tty = terminal();
    tty.type("abc\x15");
    expect(tty.screen()).toBe("abc\b \b\b \b\b \b");
    tty.mode((termios) => (termios.lflag &= ~ECHOKE));
    tty.type("abc\x15");
    expect(tty.screen()).toBe("abc^U\r\n");
    tty.mode((termios) => (termios.lflag &= ~(ECHOK | ECHOE)));
    tty.type("abc\x15x\n");
    expect(tty.screen()).toBe("abc^Ux\r\n");
    expect(tty.read()).toBe("x\n");
  });

  it("erases tabs up to their column and control characters as two", () => {
    const tty = terminal();
    tty.type("ab\t\x7f");
    expect(tty.screen()).toBe("ab\t\b\b\b\b\b\b");
    tty.type("\x16\x01\x7f");
    expect(tty.screen()).toBe("^\b^A\b \b\b \b");
  });

  it("takes the character after VLNEXT as it is", () => {
    const tty = terminal();
    tty.type("\x16\x03\x16\x04\n");
    expect(tty.signals).toEqual([]);
    expect(tty.read()).toBe("\x03\x04\n");
  });

  it("shows the line again on VREPRINT", () => {
    const tty = terminal();
    tty.type("ab\x12c");
    expect(tty.screen()).toBe("ab^R\r\nabc");
  });

  it("ends the file with VEOF on an empty line and ends the line without newline elsewhere", () => {
    const tty = terminal();
    tty.type("abc\x04");
    expect(tty.read()).toBe("abc");
    expect(tty.line.readable).toBeUndefined();
    tty.type("\x04");
    expect(tty.line.readable).toBe(0);
    expect(tty.read()).toBe("");
    expect(tty.line.readable).toBeUndefined();
  });

  it("swallows what goes past the longest line until the line ends", () => {
    const tty = terminal((termios) => (termios.lflag &= ~ECHO));
    expect(tty.type("x".repeat(10_000))).toBe(10_000);
    tty.type("\n");
    expect(tty.read()).toBe(`${"x".repeat(TTY_INPUT_MAX - 1)}\n`);
  });

  it("stops taking input while finished lines are unread", () => {
    const tty = terminal((termios) => (termios.lflag &= ~ECHO));
    const lines = "line\n".repeat(2000);
    const taken = tty.type(lines);
    expect(taken).toBeLessThan(lines.length);
    expect(tty.line.receiving).toBe(false);
    tty.read();
    expect(tty.line.receiving).toBe(true);
  });

  it("does not echo without ECHO, as for passwords", () => {
    const tty = terminal((termios) => (termios.lflag &= ~ECHO));
    tty.type("secret\x7f\n");
    expect(tty.screen()).toBe("");
    expect(tty.read()).toBe("secre\n");
  });
});

describe("signals", () => {
  it("sends SIGINT on Ctrl-C during canonical input and forgets the line", () => {
    const tty = terminal();
    tty.type("half a li\x03");
    expect(tty.signals).toEqual([SIGNALS.SIGINT]);
    expect(tty.screen()).toBe("^C");
    tty.type("ok\n");
    expect(tty.read()).toBe("ok\n");
  });

  it("sends SIGQUIT and SIGTSTP", () => {
    const tty = terminal();
    tty.type("\x1c\x1a");
    expect(tty.signals).toEqual([SIGNALS.SIGQUIT, SIGNALS.SIGTSTP]);
  });

  it("takes the keys as input without ISIG", () => {
    const tty = terminal((termios) => (termios.lflag &= ~(ISIG | ICANON)));
    tty.type("\x03");
    expect(tty.signals).toEqual([]);
    expect(tty.read()).toBe("\x03");
  });
});

describe("input mapping", () => {
  it.each([
    [ICRNL, "a\rb", "a\nb"],
    [INLCR, "a\nb", "a\rb"],
    [IGNCR, "a\rb", "ab"],
    [0, "a\r\nb", "a\r\nb"],
  ])("follows c_iflag %i", (iflag, typed, expected) => {
    const tty = terminal((termios) => {
      termios.iflag = iflag;
      termios.lflag = 0;
    });
    tty.type(typed);
    expect(tty.read()).toBe(expected);
  });
});

describe("changing the mode", () => {
  it("makes the unfinished line readable when canonical mode ends", () => {
    const tty = terminal();
    tty.type("part");
    tty.mode((termios) => (termios.lflag &= ~ICANON));
    expect(tty.read()).toBe("part");
  });

  it("makes raw input one line when canonical mode begins", () => {
    const tty = terminal((termios) => (termios.lflag &= ~ICANON));
    tty.type("raw");
    tty.mode((termios) => (termios.lflag |= ICANON));
    expect(tty.read()).toBe("raw");
  });
});

describe("output", () => {
  it("writes carriage returns before newlines with ONLCR", () => {
    const tty = terminal();
    tty.print("a\nb\n");
    expect(tty.screen()).toBe("a\r\nb\r\n");
    tty.mode((termios) => (termios.oflag &= ~OPOST));
    tty.print("a\nb\n");
    expect(tty.screen()).toBe("a\nb\n");
  });

  it("stops on Ctrl-S and goes on with Ctrl-Q, echo included", () => {
    const tty = terminal();
    tty.print("before");
    tty.type("\x13typed");
    expect(tty.print("more")).toBe(0);
    expect(tty.screen()).toBe("before");
    tty.type("\x11");
    expect(tty.screen()).toBe("typed");
    expect(tty.print("more")).toBe(4);
  });

  it("takes Ctrl-S as input without IXON", () => {
    const tty = terminal((termios) => {
      termios.iflag &= ~IXON;
      termios.lflag &= ~ICANON;
    });
    tty.type("\x13");
    expect(tty.read()).toBe("\x13");
  });
});

it("raw mode gives exactly the bytes it takes, in both directions", () => {
  const tty = terminal((termios) => {
    termios.iflag = 0;
    termios.oflag = 0;
    termios.lflag = 0;
  });
  const bytes = new Uint8Array(50_000);
  for (let i = 0, seed = 1; i < bytes.length; i++) bytes[i] = (seed = (seed * 48_271) % 0x7fffffff) >> 7;
  const typed: number[] = [];
  const shown: number[] = [];
  const into = new Uint8Array(777);
  for (let sent = 0, printed = 0; typed.length < bytes.length || shown.length < bytes.length; ) {
    sent += tty.line.receive(bytes.subarray(sent, sent + 1234));
    printed += tty.line.screen.write(bytes, printed);
    typed.push(...into.subarray(0, tty.line.read(into)));
    shown.push(...into.subarray(0, tty.line.screen.read(into)));
  }
  expect(Uint8Array.from(typed)).toEqual(bytes);
  expect(Uint8Array.from(shown)).toEqual(bytes);
});
