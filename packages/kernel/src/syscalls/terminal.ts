import { sysError } from "@agentos/vfs/abi";
import { SIGNALS } from "../abi/signals.ts";
import type { Terminal } from "../files/open-file.ts";
import type { Process } from "../process/process.ts";
import { syscall } from "./syscall.ts";

/** @throws EBADF · ENOTTY */
function terminalOf(p: Process, fd: number): Terminal {
  const { terminal } = p.fds.get(fd);
  if (!terminal) throw sysError("ENOTTY");
  return terminal;
}

/** The terminal, if it controls the caller's session. @throws ENOTTY */
function controllingTerminal(p: Process, fd: number): Terminal {
  const terminal = terminalOf(p, fd);
  if (p.group.session.terminal !== terminal) throw sysError("ENOTTY");
  return terminal;
}

/** If a process in the background changes the terminal, its group is stopped. Source: tcsetpgrp(3), termios(3). */
function requireForeground(p: Process, terminal: Terminal): void {
  if (p.group.session.terminal !== terminal || terminal.foreground === p.group.id) return;
  if (!p.accepts(SIGNALS.SIGTTOU)) return;
  if (p.inOrphanedGroup) throw sysError("EIO");
  p.signalGroup(SIGNALS.SIGTTOU);
  throw sysError("EINTR");
}

export const isatty = syscall({
  name: "isatty",
  run: (p, fd) => p.fds.has(fd) && p.fds.get(fd).terminal !== undefined,
});

export const ttyname = syscall({
  name: "ttyname",
  run: (p, fd) => (p.fds.has(fd) ? p.fds.get(fd).terminal?.path : undefined),
});

export const tcgetattr = syscall({
  name: "tcgetattr",
  errors: ["EBADF", "ENOTTY"],
  run: (p, fd) => terminalOf(p, fd).getTermios(),
});

export const tcsetattr = syscall({
  name: "tcsetattr",
  errors: ["EBADF", "ENOTTY", "EIO", "EINTR"],
  run: (p, fd, termios, drainInput = false) => {
    const terminal = terminalOf(p, fd);
    requireForeground(p, terminal);
    terminal.setTermios(termios, drainInput);
  },
});

export const getWindowSize = syscall({
  name: "getWindowSize",
  errors: ["EBADF", "ENOTTY"],
  run: (p, fd) => terminalOf(p, fd).getWindowSize(),
});

export const setWindowSize = syscall({
  name: "setWindowSize",
  errors: ["EBADF", "ENOTTY"],
  run: (p, fd, size) => terminalOf(p, fd).setWindowSize(size),
});

export const tcgetpgrp = syscall({
  name: "tcgetpgrp",
  errors: ["EBADF", "ENOTTY"],
  run: (p, fd) => controllingTerminal(p, fd).foreground,
});

export const tcsetpgrp = syscall({
  name: "tcsetpgrp",
  errors: ["EBADF", "ENOTTY", "EPERM", "EINTR", "EIO"],
  run: (p, fd, pgid) => {
    const terminal = controllingTerminal(p, fd);
    const group = p.kernel.groups.get(pgid);
    if (group?.session !== p.group.session) throw sysError("EPERM");
    requireForeground(p, terminal);
    terminal.foreground = pgid;
  },
});

export const setControllingTty = syscall({
  name: "setControllingTty",
  errors: ["EBADF", "ENOTTY", "EPERM"],
  run: (p, fd) => p.kernel.giveTerminal(p, terminalOf(p, fd)),
});
