// A guest's calls on terminals. Source: termios(3) cfmakeraw; libuv src/unix/tty.c uv_tty_set_mode.

import {
  BRKINT,
  CS8,
  ECHO,
  ICANON,
  ICRNL,
  IEXTEN,
  INLCR,
  ISIG,
  ISTRIP,
  IXON,
  ONLCR,
  type Termios,
  VMIN,
  VTIME,
} from "@agentos/kernel/abi";
import type { GuestCall } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { integer } from "./arguments.ts";

function rawMode(termios: Termios): Termios {
  const cc = termios.cc.slice();
  cc[VMIN] = 1;
  cc[VTIME] = 0;
  return {
    ...termios,
    iflag: termios.iflag & ~(BRKINT | ICRNL | INLCR | ISTRIP | IXON),
    oflag: termios.oflag | ONLCR,
    cflag: termios.cflag | CS8,
    lflag: termios.lflag & ~(ECHO | ICANON | IEXTEN | ISIG),
    cc,
  };
}

export function terminalCalls(proc: Proc): Record<string, GuestCall> {
  const saved = new Map<number, Termios>();
  return {
    isatty: (fd) => proc.isatty(integer(fd)),
    windowSize: (fd) => {
      const { cols, rows } = proc.getWindowSize(integer(fd));
      return [cols, rows];
    },
    setRawMode: (fd, on) => {
      const number = integer(fd);
      if (on === true) {
        if (!saved.has(number)) saved.set(number, proc.tcgetattr(number));
        proc.tcsetattr(number, rawMode(saved.get(number)!));
      } else {
        const before = saved.get(number);
        if (before) proc.tcsetattr(number, before);
        saved.delete(number);
      }
      return undefined;
    },
  };
}
