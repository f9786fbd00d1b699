import { isSysError, SIGNALS, SIGRTMAX, SIGRTMIN, signalName } from "@agentos/kernel/abi";
import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { usage } from "./options.ts";

/** The number of a signal by name, with or without SIG, or by number; undefined if there is none. */
function signalNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return number === 0 || signalName(number) !== undefined ? number : undefined;
  }
  const upper = text.toUpperCase();
  const name = upper.startsWith("SIG") ? upper : `SIG${upper}`;
  if (Object.hasOwn(SIGNALS, name)) return SIGNALS[name as keyof typeof SIGNALS];
  for (let number = SIGRTMIN; number <= SIGRTMAX; number++) if (signalName(number) === name) return number;
  return undefined;
}

function* run(shell: Shell, args: string[]): Co<number> {
  if (args.length === 0) return usage(shell, "kill");
  if (args[0] === "-l" || args[0] === "-L") return yield* list(shell, args.slice(1));
  const parsed = parse(shell, args);
  if (typeof parsed === "number") return parsed;
  if (parsed.targets.length === 0) return usage(shell, "kill");
  let delivered = false;
  for (const target of parsed.targets) delivered = send(shell, target, parsed.signal) || delivered;
  // A signal to the shell itself, or the end of a child, must take effect before the next command.
  yield* shell.breathe();
  return delivered ? 0 : 1;
}

function parse(shell: Shell, args: string[]): { signal: number; targets: string[] } | number {
  const first = args[0]!;
  if (first === "--") return { signal: SIGNALS.SIGTERM, targets: args.slice(1) };
  if (!first.startsWith("-") || first === "-") return { signal: SIGNALS.SIGTERM, targets: args };
  let text = first.slice(1);
  let rest = args.slice(1);
  if (text === "s" || text === "n") {
    if (args[1] === undefined) return shell.fail("kill", `${first}: option requires an argument`);
    text = args[1];
    rest = args.slice(2);
  } else if (/^[sn]./.test(text) && signalNumber(text) === undefined) text = text.slice(1);
  const signal = signalNumber(text);
  if (signal === undefined) return shell.fail("kill", `${text}: invalid signal specification`);
  return { signal, targets: rest[0] === "--" ? rest.slice(1) : rest };
}

function send(shell: Shell, target: string, signal: number): boolean {
  try {
    if (target.startsWith("%")) return sendToJob(shell, target, signal);
    if (!/^-?\d+$/.test(target)) {
      shell.fail("kill", `${target}: arguments must be process or job IDs`);
      return false;
    }
    shell.proc.kill(Number(target), signal);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    shell.fail("kill", `(${target}) - ${error.message}`);
    return false;
  }
}

/** Sends to the process group of a job, if it has one of its own, or to each of its processes. */
function sendToJob(shell: Shell, spec: string, signal: number): boolean {
  const job = shell.jobs.find(spec);
  if (job === undefined || job === "ambiguous") {
    shell.fail("kill", `${spec}: ${job === undefined ? "no such job" : "ambiguous job spec"}`);
    return false;
  }
  const targets = job.pgid > 0 ? [-job.pgid] : job.processes.map((process) => process.pid);
  for (const pid of targets) shell.proc.kill(pid, signal);
  // A stopped process can die of these signals only after it is continued.
  const wakes = signal === SIGNALS.SIGTERM || signal === SIGNALS.SIGHUP;
  if (job.state === "stopped" && wakes) for (const pid of targets) shell.proc.kill(pid, SIGNALS.SIGCONT);
  return true;
}

function* list(shell: Shell, args: string[]): Co<number> {
  if (args.length === 0) return yield* shell.print("kill", signalTable());
  let status = 0;
  let output = "";
  for (const arg of args) {
    // The exit status of a killed command stands for the signal.
    const number = /^\d+$/.test(arg) ? Number(arg) : undefined;
    const signal = number !== undefined && number > 128 ? number - 128 : signalNumber(arg);
    const name = signal === undefined || signal === 0 ? undefined : signalName(signal);
    if (number === 0) output += "EXIT\n";
    else if (name === undefined) status = shell.fail("kill", `${arg}: invalid signal specification`);
    else output += number === undefined ? `${signal}\n` : `${name.slice(3)}\n`;
  }
  return (yield* shell.print("kill", output)) || status;
}

/** The table `kill -l` and `trap -l` show: five columns. */
function signalTable(): string {
  let table = "";
  let column = 0;
  for (let number = 1; number <= SIGRTMAX; number++) {
    const name = signalName(number);
    if (name === undefined) continue;
    const cell = `${String(number).padStart(2)}) ${name}`;
    column++;
    table += column % 5 === 0 ? `${cell}\n` : `${cell}\t`;
  }
  return column % 5 === 0 ? table : `${table.replace(/\t$/, "")}\n`;
}

export const kill: Builtin = { name: "kill", run };
