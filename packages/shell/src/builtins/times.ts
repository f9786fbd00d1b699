import type { Builtin } from "./builtin.ts";

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `${minutes}m${((ms - minutes * 60_000) / 1000).toFixed(3)}s`;
}

export const times: Builtin = {
  name: "times",
  special: true,
  run: (shell) => {
    const usage = shell.proc.rusage();
    const own = `${duration(usage.userMs)} ${duration(usage.systemMs)}`;
    const children = `${duration(usage.childrenUserMs)} ${duration(usage.childrenSystemMs)}`;
    return shell.print("times", `${own}\n${children}\n`);
  },
};
