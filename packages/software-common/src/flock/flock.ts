import {
  exitCodeOf,
  isSysError,
  LOCK_EX,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
  O_CREAT,
  O_RDONLY,
  signaled,
  termSignalOf,
} from "@agentos/kernel/abi";
import { defineProgram, errorText, fail, type Proc, stdout, UsageError, warn } from "@agentos/kernel/program";
import { parseDuration } from "../shared/duration.ts";
import { execCommand } from "../shared/run-command.ts";

// Source: sysexits.h.
const USAGE = 64;
const DATA_ERROR = 65;
const NO_INPUT = 66;
const UNAVAILABLE = 69;
const LONGEST_NAP_MS = 50;

interface Locking {
  operation: number;
  wait: boolean;
  timeoutMs: number | undefined;
}

/** flock: holds a lock on a file while a command runs. Source: flock(1) of util-linux. */
export default defineProgram({
  name: "flock",
  summary: "Manage file locks from shell scripts.",
  usage: "[options] <file>|<directory> <command> [<argument>...] | <file descriptor number>",
  usageStatus: USAGE,
  optionsFirst: true,
  options: {
    shared: { short: "s", long: "shared", help: "get a shared lock" },
    exclusive: { short: "xe", long: "exclusive", help: "get an exclusive lock (default)" },
    unlock: { short: "u", long: "unlock", help: "remove a lock" },
    nonblock: { short: "n", long: ["nonblock", "nb"], help: "fail rather than wait" },
    timeout: {
      short: "w",
      long: ["timeout", "wait"],
      value: "secs",
      help: "wait for a limited amount of time",
    },
    conflictCode: {
      short: "E",
      long: "conflict-exit-code",
      value: "number",
      help: "exit code after conflict or timeout",
    },
    close: { short: "o", long: "close", help: "close file descriptor before running command" },
    noFork: { short: "F", long: "no-fork", help: "execute command without forking" },
    command: { short: "c", long: "command", help: "run a single command string through the shell" },
    verbose: { long: "verbose", help: "increase verbosity" },
  },
  async run(proc, { options, operands, order }) {
    const [target, ...words] = operands;
    if (target === undefined) throw new UsageError("not enough arguments");
    const conflict = options.conflictCode ?? "1";
    if (!/^\d{1,3}$/.test(conflict) || Number(conflict) > 255)
      return fail(proc, "exit code out of range (expected 0 to 255)", USAGE);
    const timeoutMs = options.timeout === undefined ? undefined : parseDuration(options.timeout);
    if (options.timeout !== undefined && timeoutMs === undefined)
      return fail(proc, `invalid timeout value: '${options.timeout}'`, USAGE);
    const kind = order.findLast(
      ({ name }) => name === "shared" || name === "exclusive" || name === "unlock",
    )?.name;
    const operation = kind === "shared" ? LOCK_SH : kind === "unlock" ? LOCK_UN : LOCK_EX;
    const command = commandOf(proc, words, options.command);
    if (typeof command === "string") return fail(proc, command, USAGE);

    const fd = command ? await openLock(proc, target) : descriptorOf(target);
    if (typeof fd === "string") return fail(proc, fd, command ? NO_INPUT : USAGE);
    const start = proc.monotonicMs();
    try {
      if (!(await lock(proc, fd, { operation, wait: !options.nonblock, timeoutMs }))) {
        if (options.verbose)
          await warn(proc, options.nonblock ? "failed to get lock" : "timeout while waiting to get lock");
        return Number(conflict);
      }
    } catch (error) {
      return fail(proc, `${target}: ${errorText(error)}`, DATA_ERROR);
    }
    if (options.verbose) {
      const took = (Math.max(0.001, proc.monotonicMs() - start) / 1000).toFixed(6);
      await stdout(proc).write(`${proc.argv[0]}: getting lock took ${took} seconds\n`);
      if (command) await stdout(proc).write(`${proc.argv[0]}: executing ${command[0]}\n`);
      await stdout(proc).flush();
    }
    if (!command) return 0;
    if (options.noFork) return execute(proc, command);
    return runChild(proc, command, options.close ? fd : undefined);
  },
});

/** The words to run; undefined for a lock on a descriptor; the message of a mistake. */
function commandOf(
  proc: Proc,
  words: readonly string[],
  byOption: boolean,
): readonly string[] | string | undefined {
  const throughShell = byOption || words[0] === "-c" || words[0] === "--command";
  if (!throughShell) return words.length > 0 ? words : undefined;
  const rest = byOption ? words : words.slice(1);
  if (rest.length !== 1) return "-c requires exactly one command argument";
  return [proc.env.get("SHELL") || "/bin/sh", "-c", rest[0]!];
}

function descriptorOf(text: string): number | string {
  return /^\d{1,9}$/.test(text) ? Number(text) : `bad file descriptor: '${text}'`;
}

async function openLock(proc: Proc, path: string): Promise<number | string> {
  try {
    return await proc.open(path, O_RDONLY | O_CREAT, 0o666);
  } catch (error) {
    if (isSysError(error, "EISDIR")) return proc.open(path, O_RDONLY);
    return `cannot open lock file ${path}: ${errorText(error)}`;
  }
}

/** @returns whether the lock was got @throws EBADF EINVAL */
async function lock(proc: Proc, fd: number, { operation, wait, timeoutMs }: Locking): Promise<boolean> {
  if (wait && timeoutMs === undefined) {
    await proc.flock(fd, operation);
    return true;
  }
  const deadline = proc.monotonicMs() + (wait ? (timeoutMs ?? 0) : 0);
  for (let nap = 1; ; nap = Math.min(nap * 2, LONGEST_NAP_MS)) {
    try {
      await proc.flock(fd, operation | LOCK_NB);
      return true;
    } catch (error) {
      if (!isSysError(error, "EAGAIN")) throw error;
    }
    const left = deadline - proc.monotonicMs();
    if (left <= 0) return false;
    await proc.sleep(Math.min(nap, left));
  }
}

async function execute(proc: Proc, command: readonly string[]): Promise<number> {
  try {
    return await execCommand(proc, command);
  } catch (error) {
    return fail(proc, `failed to execute ${command[0]}: ${errorText(error)}`, UNAVAILABLE);
  }
}

async function runChild(proc: Proc, command: readonly string[], closed: number | undefined): Promise<number> {
  const pid = proc.fork(async (child) => {
    if (closed !== undefined) await child.close(closed);
    return execute(child, command);
  });
  const { status } = (await proc.wait(pid))!;
  return signaled(status) ? 128 + termSignalOf(status) : exitCodeOf(status);
}
