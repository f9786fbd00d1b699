// Variables whose value is computed at each use. Source: bash(1), "Shell Variables".

import { bashOpts, shellOpts } from "./options.ts";
import { describe } from "./print/printer.ts";
import type { Shell } from "./shell.ts";
import { INTEGER, READONLY } from "./variable.ts";
import type { Variables } from "./variables.ts";

const NANOS_PER_SECOND = 1_000_000_000n;

/** bash's generator: Park and Miller's, folded to 15 bits. */
function nextRandom(shell: Shell): number {
  const seed = shell.randomSeed === 0 ? 123459876 : shell.randomSeed;
  const high = Math.floor(seed / 127773);
  let next = 16807 * (seed - high * 127773) - high * 2836;
  if (next < 0) next += 0x7fffffff;
  shell.randomSeed = next;
  return ((next >>> 16) ^ (next & 0xffff)) & 0x7fff;
}

function random(shell: Shell): string {
  let value = nextRandom(shell);
  while (value === shell.lastRandom) value = nextRandom(shell);
  shell.lastRandom = value;
  return String(value);
}

function secureRandom(shell: Shell): string {
  const bytes = new Uint8Array(4);
  shell.proc.random(bytes);
  return String(new DataView(bytes.buffer).getUint32(0));
}

function realTime(shell: Shell): string {
  const now = shell.proc.now();
  const micros = (now % NANOS_PER_SECOND) / 1000n;
  return `${now / NANOS_PER_SECOND}.${String(micros).padStart(6, "0")}`;
}

export function defineDynamicVariables(vars: Variables): void {
  vars.define(
    "RANDOM",
    {
      get: random,
      set: (shell, value) => {
        shell.randomSeed = Math.trunc(Number(value)) >>> 0 || 0;
        shell.lastRandom = -1;
      },
    },
    INTEGER,
  );
  vars.define("SRANDOM", { get: secureRandom, set: () => {} }, INTEGER);
  vars.define(
    "SECONDS",
    {
      get: (shell) => String(Math.floor((shell.proc.monotonicMs() - shell.startMs) / 1000)),
      set: (shell, value) => {
        shell.startMs = shell.proc.monotonicMs() - (Math.trunc(Number(value)) || 0) * 1000;
      },
    },
    INTEGER,
  );
  vars.define("EPOCHSECONDS", { get: (shell) => String(shell.proc.now() / NANOS_PER_SECOND), set: () => {} });
  vars.define("EPOCHREALTIME", { get: realTime, set: () => {} });
  vars.define("LINENO", { get: (shell) => String(shell.line), set: () => {} });
  vars.define("BASHPID", { get: (shell) => String(shell.proc.pid) }, INTEGER);
  vars.define("BASH_SUBSHELL", { get: (shell) => String(shell.subshellLevel), set: () => {} });
  vars.define("BASH_COMMAND", {
    get: (shell) => (shell.describing ? describe(shell.describing) : ""),
    set: () => {},
  });
  vars.define("BASHOPTS", { get: (shell) => bashOpts(shell.shopt) }, READONLY);
  vars.define("SHELLOPTS", { get: (shell) => shellOpts(shell.set) }, READONLY);
  vars.define("HISTCMD", { get: (shell) => String(shell.history.length + 1), set: () => {} }, INTEGER);
  vars.define("_", { get: (shell) => shell.lastArgument, set: () => {} });
  defineList(vars, "PIPESTATUS", (shell) =>
    typeof shell.pipeStatus === "number" ? [String(shell.pipeStatus)] : shell.pipeStatus.map(String),
  );
  defineList(vars, "DIRSTACK", (shell) => [shell.cwd, ...shell.dirStack]);
  defineList(vars, "GROUPS", (shell) => groupIds(shell).map(String));
  defineList(vars, "FUNCNAME", (shell) => shell.callStack().map((frame) => frame.name));
  defineList(vars, "BASH_SOURCE", (shell) => shell.callStack().map((frame) => frame.source));
  defineList(vars, "BASH_LINENO", (shell) => shell.callStack().map((frame) => String(frame.callLine)));
  defineList(vars, "BASH_ARGV", (shell) => shell.callStack().flatMap((frame) => frame.args.toReversed()));
  defineList(vars, "BASH_ARGC", (shell) => shell.callStack().map((frame) => String(frame.args.length)));
}

function groupIds(shell: Shell): number[] {
  return [...new Set([shell.proc.gid, ...shell.proc.groups])];
}

function defineList(vars: Variables, name: string, list: (shell: Shell) => readonly string[]): void {
  vars.define(name, { list, get: (shell) => list(shell)[0] ?? "", set: () => {} });
}
