// Opening what redirections name. Source: POSIX XCU 2.7; bash(1) "REDIRECTION".

import {
  AF_INET,
  encode,
  isSysError,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  S_IFMT,
  S_IFREG,
  SOCK_DGRAM,
  SOCK_STREAM,
  sysError,
} from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import { type Co, wait } from "../co.ts";
import { ShellError } from "../errors.ts";
import type { Shell } from "../shell.ts";

const FLAGS: Readonly<Record<string, number>> = {
  "<": O_RDONLY,
  ">": O_WRONLY | O_CREAT | O_TRUNC,
  ">|": O_WRONLY | O_CREAT | O_TRUNC,
  ">>": O_WRONLY | O_CREAT | O_APPEND,
  "<>": O_RDWR | O_CREAT,
  "&>": O_WRONLY | O_CREAT | O_TRUNC,
  ">&": O_WRONLY | O_CREAT | O_TRUNC,
  "&>>": O_WRONLY | O_CREAT | O_APPEND,
};

const NETWORK = /^\/dev\/(tcp|udp)\/([^/]+)\/([^/]+)$/;
const SMALL_HEREDOC = 4096;

/** @returns the new descriptor @throws SyscallError, ShellError for noclobber */
export function* openRedirectFile(
  shell: Shell,
  path: string,
  operator: string,
  proc = shell.proc,
): Co<number> {
  const network = NETWORK.exec(path);
  if (network) return yield* connect(proc, network[1] === "tcp", network[2]!, network[3]!);
  if (path === "") throw sysError("ENOENT");
  const flags = FLAGS[operator]!;
  if (shell.set.noclobber && (operator === ">" || operator === "&>" || operator === ">&")) {
    return yield* openNew(proc, path, flags);
  }
  return yield* wait(proc.open(path, flags, 0o666));
}

function* openNew(proc: Proc, path: string, flags: number): Co<number> {
  const stat = yield* wait(proc.statIfExists(path));
  if (stat && (stat.mode & S_IFMT) === S_IFREG) {
    throw new ShellError(`${path}: cannot overwrite existing file`, 1, "command");
  }
  try {
    return yield* wait(proc.open(path, stat ? flags & ~(O_TRUNC | O_CREAT) : flags | O_EXCL, 0o666));
  } catch (error) {
    if (isSysError(error, "EEXIST"))
      throw new ShellError(`${path}: cannot overwrite existing file`, 1, "command");
    throw error;
  }
}

function* connect(proc: Proc, stream: boolean, host: string, service: string): Co<number> {
  const port = Number(service);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ShellError(`${service}: invalid service`, 1, "command");
  }
  let address: string | undefined;
  try {
    [address] = yield* wait(proc.resolve(host));
  } catch (error) {
    if (!isSysError(error, "ENOENT")) throw error;
  }
  if (address === undefined) throw new ShellError(`${host}: Name or service not known`, 1, "command");
  const fd = proc.socket(AF_INET, stream ? SOCK_STREAM : SOCK_DGRAM);
  yield* wait(proc.connect(fd, { family: AF_INET, host: address, port }));
  return fd;
}

/** A descriptor to read `text` from: a pipe where it fits, else an unlinked file. */
export function* openHereDocument(proc: Proc, text: string): Co<number> {
  const bytes = encode(text);
  if (bytes.length <= SMALL_HEREDOC) {
    const [reader, writer] = proc.pipe();
    if (bytes.length > 0) yield* wait(proc.write(writer, bytes));
    yield* wait(proc.close(writer));
    return reader;
  }
  const path = `/tmp/sh-thd.${proc.pid}.${proc.now()}`;
  const writer = yield* wait(proc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600));
  try {
    const reader = yield* wait(proc.open(path, O_RDONLY));
    yield* wait(proc.write(writer, bytes));
    return reader;
  } finally {
    yield* wait(proc.close(writer));
    yield* wait(proc.unlink(path));
  }
}
