// The `time` reserved word, in $TIMEFORMAT. Source: bash(1) "Pipelines" and TIMEFORMAT.

import type { ResourceUsage } from "@agentos/kernel/program";
import type { Shell } from "../shell.ts";

const POSIX_FORMAT = "real %2R\nuser %2U\nsys %2S";
const DEFAULT_FORMAT = "\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS";

/** Starts the clocks; what it returns stops them and reports. */
export function startTimer(shell: Shell, posix: boolean): () => void {
  const began = shell.proc.monotonicMs();
  const before = shell.proc.rusage();
  return () => {
    const format = posix ? POSIX_FORMAT : (shell.vars.get("TIMEFORMAT") ?? DEFAULT_FORMAT);
    if (format === "") return;
    const real = shell.proc.monotonicMs() - began;
    const invalid = /%(?!%|P|[0-3]?l?[RUS])(.?)/.exec(format.replaceAll("%%", ""));
    if (invalid) return shell.complain(`TIMEFORMAT: \`${invalid[1]}': invalid format character`);
    shell.report(`${formatTimes(format, real, before, shell.proc.rusage())}\n`);
  };
}

function formatTimes(format: string, real: number, before: ResourceUsage, after: ResourceUsage): string {
  const user = after.userMs + after.childrenUserMs - before.userMs - before.childrenUserMs;
  const system = after.systemMs + after.childrenSystemMs - before.systemMs - before.childrenSystemMs;
  return format.replace(/%(%|P|([0-3]?)(l?)([RUS]))/g, (_match, whole: string, digits, long, which) => {
    if (whole === "%") return "%";
    if (whole === "P") return (real > 0 ? ((user + system) / real) * 100 : 0).toFixed(2);
    const ms = which === "R" ? real : which === "U" ? user : system;
    return formatDuration(ms, digits === "" ? 3 : Number(digits), long === "l");
  });
}

function formatDuration(ms: number, digits: number, long: boolean): string {
  if (!long) return (ms / 1000).toFixed(digits);
  const minutes = Math.floor(ms / 60000);
  return `${minutes}m${(ms / 1000 - minutes * 60).toFixed(digits)}s`;
}
