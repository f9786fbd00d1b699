// fork, exec and running an image. Source: fork(2), execve(2), POSIX.1-2024.

import { andThen, type MaybePromise, sysError } from "@agentos/vfs/abi";
import { exitStatus } from "../abi/wait.ts";
import { loadImage } from "../binfmt/binfmt.ts";
import type { Image } from "../binfmt/image.ts";
import type { Proc, SpawnOptions } from "../program/proc.ts";
import { scheduler } from "../scheduler.ts";
import { Gate } from "./gate.ts";
import { Process } from "./process.ts";
import { endProcess, failProcess } from "./process-exit.ts";
import { setProcessGroup, startSession } from "./process-groups.ts";
import { changeDirectory } from "./working-directory.ts";

/** Linux: MAX_ARG_STRLEN, and a quarter of the default stack limit. */
const LONGEST_ARGUMENT = 131_072;
const MOST_ARGUMENT_BYTES = 2 ** 21;

/** How many processes beyond the limit the host can start in a VM, to look around and to kill. */
const HOST_RESERVE = 16;

/** The part of the process limit that one session may use: a fork bomb must leave room for other work in the VM. */
const SESSION_SHARE = 0.75;

/** Thrown by exec to unwind the old program; the process then runs the new one. */
class ImageReplaced {}
const IMAGE_REPLACED = new ImageReplaced();

/** Makes a copy of the parent that does not run yet. @throws EAGAIN */
export function createChild(parent: Process, fds: "all" | "inheritable" | "none" = "all"): Process {
  const { kernel } = parent;
  if (parent.group.session.size >= kernel.limits.maxProcesses * SESSION_SHARE) throw sysError("EAGAIN");
  kernel.quotas.processes.take(parent === kernel.init ? HOST_RESERVE : 0);
  const { uid, gid, groups, umask, root, cwd } = parent.caller;
  const pid = kernel.allocatePid();
  const caller = { pid, uid, gid, groups, umask, root, cwd };
  const table = fds === "none" ? parent.fds.empty() : parent.fds.copy(fds === "inheritable");
  const child = new Process(kernel, pid, parent, caller, table);
  child.uid = parent.uid;
  child.gid = parent.gid;
  child.argv = parent.argv;
  child.exe = parent.exe;
  child.niceness = parent.niceness;
  child.cpuLimitMs = parent.cpuLimitMs;
  child.fileSizeLimit = parent.fileSizeLimit;
  child.resourceLimits = parent.resourceLimits;
  child.blocked = parent.blocked;
  for (const [signal, action] of parent.actions) if (action === "ignore") child.actions.set(signal, action);
  kernel.processes.set(child.pid, child);
  return child;
}

/** fork(2): `body` becomes the child's image. */
export function forkProcess(p: Process, body: (child: Proc) => MaybePromise<number>): number {
  const child = createChild(p);
  child.env = new Map(p.env);
  child.image = { run: (process) => body(process.kernel.procOf(process)) };
  startSoon(child);
  return child.pid;
}

/** fork and exec in one, for a caller that does not need the copy of itself. */
export function spawnProcess(
  p: Process,
  file: string,
  argv: readonly string[],
  options: SpawnOptions = {},
): MaybePromise<number> {
  const { fds, pgid } = options;
  const child = createChild(p, fds ? "none" : "inheritable");
  const abandon = (error: unknown): never => {
    discardChild(child);
    throw error;
  };
  try {
    if (fds) selectFds(p, child, fds);
    if (options.session) startSession(child);
    if (pgid !== undefined) setProcessGroup(p, child.pid, pgid);
    const env = options.env ?? p.env;
    const placed = options.cwd === undefined ? undefined : changeDirectory(child, options.cwd);
    const loaded = andThen(placed, () => replaceImage(child, file, argv, env));
    if (!(loaded instanceof Promise)) {
      startSoon(child);
      return child.pid;
    }
    return loaded.then(() => {
      startSoon(child);
      return child.pid;
    }, abandon);
  } catch (error) {
    return abandon(error);
  }
}

/** @param fds maps the child's descriptors to the parent's. @throws EBADF */
function selectFds(p: Process, child: Process, fds: ReadonlyMap<number, number>): void {
  for (const [to, from] of fds) void child.fds.place(to, p.fds.description(from));
}

/** Discards a child that never ran: it leaves no zombie and sends no signal. */
export function discardChild(child: Process): void {
  const { parent } = child;
  parent?.children.delete(child);
  child.parent = child.kernel.init;
  endProcess(child, 0);
}

/** execve(2). Does not return: it throws, to unwind the old program. */
export async function execProcess(
  p: Process,
  file: string,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
): Promise<never> {
  await replaceImage(p, file, argv, env);
  p.interruptWaits(IMAGE_REPLACED);
  p.fds.closeOnExec();
  for (const [signal, action] of p.actions) if (action !== "ignore") p.actions.delete(signal);
  throw IMAGE_REPLACED;
}

/** Makes a file the image of a process. @throws ENOENT EACCES ENOEXEC E2BIG … and leaves the process as it was */
export function replaceImage(
  p: Process,
  file: string,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
): MaybePromise<void> {
  checkArguments(argv, env);
  return andThen(loadImage(p, file, argv), (loaded) => {
    p.image = loaded.image;
    p.argv = loaded.argv;
    p.exe = loaded.exe;
    p.env = new Map(env);
    p.hasExecuted = true;
  });
}

/** @throws E2BIG · EINVAL an argument contains a NUL, which a C string cannot */
function checkArguments(argv: readonly string[], env: ReadonlyMap<string, string>): void {
  let total = 0;
  const count = (length: number): void => {
    if (length >= LONGEST_ARGUMENT) throw sysError("E2BIG");
    total += length + 9;
  };
  for (const argument of argv) {
    if (argument.includes("\0")) throw sysError("EINVAL");
    count(argument.length);
  }
  for (const [name, value] of env) count(name.length + value.length + 1);
  if (total > MOST_ARGUMENT_BYTES) throw sysError("E2BIG");
}

/** Starts the image as soon as the current program waits. */
export function startSoon(p: Process): void {
  if (scheduler.isExpired()) p.kernel.runQueue.push(p.group.session, () => start(p));
  else queueMicrotask(() => start(p));
}

function start(p: Process): void {
  if (p.gate === Gate.stopped) p.resume(() => start(p));
  else if (p.gate === Gate.open) runImage(p, p.image!);
}

function runImage(p: Process, image: Image): void {
  let code: MaybePromise<number>;
  try {
    code = image.run(p);
  } catch (error) {
    afterThrow(p, image, error);
    return;
  }
  if (code instanceof Promise) {
    code.then(
      (value) => afterReturn(p, image, value),
      (error: unknown) => afterThrow(p, image, error),
    );
  } else afterReturn(p, image, code);
}

function afterReturn(p: Process, image: Image, code: number): void {
  if (p.image === image) endProcess(p, exitStatus(code));
  else start(p);
}

function afterThrow(p: Process, image: Image, error: unknown): void {
  if (error !== IMAGE_REPLACED || p.image === image) failProcess(p, error);
  else start(p);
}
