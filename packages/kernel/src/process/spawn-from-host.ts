import { andThen, type MaybePromise } from "@agentos/vfs/abi";
import type { OpenFile } from "../files/open-file.ts";
import type { Kernel } from "../kernel.ts";
import { Description } from "./fd-table.ts";
import type { Process } from "./process.ts";
import { createChild, discardChild, replaceImage, startSoon } from "./process-exec.ts";
import { startSession } from "./process-groups.ts";
import { changeDirectory } from "./working-directory.ts";

/** What the host asks a VM to run. */
export interface SpawnRequest {
  /** An absolute path, or one relative to `cwd`; PATH is not searched. */
  file: string;
  argv: readonly string[];
  env?: ReadonlyMap<string, string>;
  /** @default "/" */
  cwd?: string;
  /** @default 0 */
  uid?: number;
  /** @default 0 */
  gid?: number;
  groups?: readonly number[];
  /** @default 0o022 */
  umask?: number;
  /** The descriptors it starts with, by number. They belong to the process from now on, even if the spawn fails. */
  fds?: Readonly<Record<number, OpenFile>>;
  /** A file on the terminal that is to control the new session. */
  terminal?: OpenFile;
}

/** A process that the host has started. */
export interface Spawned {
  readonly pid: number;
  readonly process: Process;
  /** Resolves when it has ended, with its status as encoded in wait(2). */
  readonly exited: Promise<number>;
}

/** Starts a program as a child of init, leader of a session of its own. */
export async function spawnFromHost(kernel: Kernel, request: SpawnRequest): Promise<Spawned> {
  const fds = Object.entries(request.fds ?? {});
  let child: Process;
  try {
    child = createChild(kernel.init);
  } catch (error) {
    for (const file of new Set(fds.map(([, file]) => file))) void file.close();
    throw error;
  }
  const exited = new Promise<number>((resolve) => {
    child.onEnd = resolve;
  });
  try {
    installFds(child, fds);
    await prepare(child, request);
  } catch (error) {
    discardChild(child);
    throw error;
  }
  startSoon(child);
  return { pid: child.pid, process: child, exited };
}

/** A file given under several numbers becomes one description, as after dup(2). */
function installFds(child: Process, fds: readonly [string, OpenFile][]): void {
  const descriptions = new Map<OpenFile, Description>();
  for (const [fd, file] of fds) {
    let description = descriptions.get(file);
    if (!description) descriptions.set(file, (description = new Description(file)));
    void child.fds.place(Number(fd), description);
  }
}

function prepare(child: Process, request: SpawnRequest): MaybePromise<void> {
  const { uid = 0, gid = 0, groups = [], umask = 0o022 } = request;
  startSession(child);
  if (request.terminal?.terminal) child.kernel.giveTerminal(child, request.terminal.terminal);
  child.uid = uid;
  child.gid = gid;
  child.caller = { ...child.caller, uid, gid, groups, umask };
  return andThen(request.cwd === undefined ? undefined : changeDirectory(child, request.cwd), () =>
    replaceImage(child, request.file, request.argv, allowedEnv(child.kernel, request.env ?? new Map())),
  );
}

function allowedEnv({ permissions }: Kernel, env: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const { env: isAllowed } = permissions;
  return isAllowed ? new Map([...env].filter(([name]) => isAllowed({ name }))) : env;
}
