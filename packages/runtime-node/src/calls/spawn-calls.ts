// Children of a guest. Source: libuv src/unix/process.c, node src/spawn_sync.cc.

import {
  exitCodeOf,
  exited,
  isSysError,
  O_CLOEXEC,
  O_RDWR,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_STREAM,
  type SyscallError,
  signalName,
  sysError,
  termSignalOf,
  X_OK,
} from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import { type Proc, ProcessExit } from "@agentos/kernel/program";
import { bytes, integer, list, path, text } from "./arguments.ts";
import { writeAll } from "./descriptor-calls.ts";

const PIPE = -2;
const DETACHED = 1;

/** How a child is to be started. */
interface ChildRequest {
  file: string;
  argv: string[];
  cwd: string | undefined;
  env: Map<string, string>;
  /** For each descriptor of the child: one of the guest's, PIPE, or -1 for none. */
  stdio: number[];
  isDetached: boolean;
}

function childRequest(proc: Proc, values: readonly Value[]): ChildRequest {
  const [file, args, cwd, env, stdio, flags] = values;
  return {
    file: path(file),
    argv: list(args).map(text),
    cwd: cwd === undefined || cwd === null || cwd === "" ? undefined : path(cwd),
    env: env === undefined || env === null ? proc.env : environment(list(env).map(text)),
    stdio: list(stdio).map(integer),
    isDetached: (integer(flags) & DETACHED) !== 0,
  };
}

function environment(pairs: readonly string[]): Map<string, string> {
  const env = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at > 0) env.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return env;
}

/** Looks a name up in the child's PATH, as execvp(3). @throws ENOENT · EACCES */
async function search(proc: Proc, file: string, env: ReadonlyMap<string, string>): Promise<string> {
  if (file.includes("/")) return file;
  let isForbidden = false;
  for (const directory of (env.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(":")) {
    const candidate = `${directory || "."}/${file}`;
    if (await proc.access(candidate, X_OK)) return candidate;
    isForbidden ||= (await proc.statIfExists(candidate)) !== undefined;
  }
  throw sysError(isForbidden ? "EACCES" : "ENOENT");
}

interface Started {
  pid: number;
  /** The guest's end of each PIPE in the request, and -1 for other entries. */
  ends: number[];
  /** Why there is no child. The pipes exist nevertheless, and are at their end. */
  failure?: SyscallError;
}

async function startChild(proc: Proc, request: ChildRequest): Promise<Started> {
  const ends: number[] = [];
  const childEnds: number[] = [];
  const fds = new Map<number, number>();
  try {
    for (const [fd, kind] of request.stdio.entries()) {
      if (kind >= 0) {
        fds.set(fd, kind);
        ends.push(-1);
        continue;
      }
      const [mine, theirs] = kind === PIPE ? makePair(proc) : [-1, fd < 3 ? await openNull(proc) : -1];
      ends.push(mine);
      if (theirs >= 0) {
        childEnds.push(theirs);
        fds.set(fd, theirs);
      }
    }
    const file = await search(proc, request.file, request.env);
    const options = { env: request.env, fds, cwd: request.cwd, session: request.isDetached };
    return { pid: await proc.spawn(file, request.argv, options), ends };
  } catch (error) {
    if (!isSysError(error)) throw error;
    return { pid: 0, ends, failure: error };
  } finally {
    for (const fd of childEnds) await proc.close(fd);
  }
}

/** As in libuv, the pipes of children are socket pairs. */
function makePair(proc: Proc): [number, number] {
  const [mine, theirs] = proc.socketpair(SOCK_STREAM);
  proc.setCloexec(mine, true);
  proc.setCloexec(theirs, true);
  return [mine, theirs];
}

const openNull = (proc: Proc) => proc.open("/dev/null", O_RDWR | O_CLOEXEC);

interface Ending {
  code: number;
  /** Empty if no signal ended it. */
  signal: string;
}

async function waitFor(proc: Proc, pid: number): Promise<Ending> {
  for (;;) {
    try {
      const { status } = (await proc.wait(pid))!;
      return exited(status)
        ? { code: exitCodeOf(status), signal: "" }
        : { code: 0, signal: signalName(termSignalOf(status)) ?? "" };
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
    }
  }
}

export function spawnCalls(
  proc: Proc,
  notify: (name: string, ...args: Value[]) => void,
): Record<string, GuestCall> {
  return {
    /** [pid or negative errno, the guest's ends of the pipes]. A notice "childExit" follows when the child ends. */
    spawn: async (...values) => {
      const { pid, ends, failure } = await startChild(proc, childRequest(proc, values));
      if (failure) return [-failure.errno, ends];
      waitFor(proc, pid).then(
        // As in libuv, input, including the end of the child's pipes, is reported before signals are.
        ({ code, signal }) => setImmediate(() => notify("childExit", pid, code, signal)),
        (error: unknown) => {
          if (!(error instanceof ProcessExit)) throw error;
        },
      );
      return [pid, ends];
    },
    spawnSync: (...values) => runChild(proc, values),
  };
}

/** Runs a child to its end: [pid, code, signal, output per descriptor, errno of a failure]. */
async function runChild(proc: Proc, values: readonly Value[]): Promise<Value> {
  const [inputs, timeout, maxBuffer, killSignal] = values.slice(6);
  const { pid, ends, failure } = await startChild(proc, childRequest(proc, values));
  if (failure) {
    for (const fd of ends) if (fd >= 0) await proc.close(fd);
    throw failure;
  }
  let problem = 0;
  const pipes = new Set(ends.filter((fd) => fd >= 0));
  /** As SyncProcessRunner::Kill(): does not wait for others that hold the pipes, such as a grandchild. */
  const stop = (errno: number): void => {
    problem ||= errno;
    for (const fd of pipes) proc.shutdown(fd, SHUT_RDWR);
    try {
      proc.kill(pid, integer(killSignal) || SIGTERM);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  };
  const limit = integer(maxBuffer);
  const timer = integer(timeout) > 0 ? setTimeout(stop, integer(timeout), TIMED_OUT) : undefined;
  try {
    // Together: when the caller dies, each of them fails.
    const [{ code, signal }, ...outputs] = await Promise.all([
      waitFor(proc, pid),
      ...ends.map(async (fd, i) => {
        if (fd < 0) return null;
        const output = await exchange(proc, fd, list(inputs)[i], limit, () => stop(NO_BUFFERS));
        pipes.delete(fd);
        await proc.close(fd);
        return output;
      }),
    ]);
    return [pid, code, signal, outputs, problem];
  } finally {
    clearTimeout(timer);
  }
}

const SIGTERM = 15;
const TIMED_OUT = -110;
const NO_BUFFERS = -105;

/** Feeds the input and collects the output until its end. */
async function exchange(
  proc: Proc,
  fd: number,
  input: Value,
  limit: number,
  onOverflow: () => void,
): Promise<Uint8Array> {
  const [output] = await Promise.all([collect(proc, fd, limit, onOverflow), feed(proc, fd, input)]);
  return output;
}

async function collect(proc: Proc, fd: number, limit: number, onOverflow: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const buffer = new Uint8Array(65_536);
  for (let count = await readOrEnd(proc, fd, buffer); count > 0; count = await readOrEnd(proc, fd, buffer)) {
    chunks.push(buffer.slice(0, count));
    total += count;
    if (total <= limit) continue;
    onOverflow();
    break;
  }
  return Buffer.concat(chunks);
}

async function readOrEnd(proc: Proc, fd: number, into: Uint8Array): Promise<number> {
  try {
    return await proc.read(fd, into);
  } catch (error) {
    if (isSysError(error, "ECONNRESET")) return 0;
    throw error;
  }
}

/** The child need not read all of it. */
async function feed(proc: Proc, fd: number, input: Value): Promise<void> {
  try {
    if (input instanceof Uint8Array && input.length > 0) await writeAll(proc, fd, bytes(input));
    proc.shutdown(fd, SHUT_WR);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
