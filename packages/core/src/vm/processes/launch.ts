// Translates what the app asked to run into what the kernel starts: the file, its arguments, its environment.

import { resolve } from "node:path/posix";
import type { Kernel, OpenFile, Spawned } from "@agentos/kernel";
import { isRegular, isSysError, sysError } from "@agentos/kernel/abi";
import type { Launch } from "../calls.ts";
import type { VmUser } from "../users.ts";

const SHELL = "/bin/bash";

export interface LaunchContext {
  readonly kernel: Kernel;
  readonly user: VmUser;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
}

export interface LaunchFiles {
  fds: Readonly<Record<number, OpenFile>>;
  /** The terminal that controls the new session. */
  terminal?: OpenFile;
}

/** Starts a process in a session of its own. Closes the files if that fails. @throws ENOENT EACCES EAGAIN … */
export async function launch(context: LaunchContext, what: Launch, files: LaunchFiles): Promise<Spawned> {
  const { kernel, user } = context;
  const cwd = resolve(context.cwd, what.cwd ?? "");
  const env = environmentOf(context, what, cwd);
  const isCommand = what.command !== undefined;
  const file = isCommand ? SHELL : await search(context, what.file!, env, cwd).catch(closing(files));
  try {
    const argv = isCommand ? ["bash", "-c", what.command!] : (what.argv ?? [what.file!]);
    const { uid, gid, groups } = user;
    // The kernel owns the files from now on, even if the spawn fails.
    return await kernel.spawn({ file, argv, env, cwd, uid, gid, groups, ...files });
  } catch (error) {
    if (isCommand && isSysError(error, "ENOENT") && !(await exists(context, SHELL))) throw noShell();
    throw error;
  }
}

/** Closes the files, since no process got them, and rethrows. */
function closing({ fds }: LaunchFiles): (error: unknown) => never {
  return (error) => {
    for (const file of new Set(Object.values(fds))) void file.close();
    throw error;
  };
}

function environmentOf(context: LaunchContext, what: Launch, cwd: string): Map<string, string> {
  const env = new Map(context.env);
  env.set("PWD", cwd);
  if (what.env) for (const [name, value] of Object.entries(what.env)) env.set(name, value);
  const { env: isAllowed } = context.kernel.permissions;
  if (isAllowed) for (const name of env.keys()) if (!isAllowed({ name })) env.delete(name);
  return env;
}

/** execvp(3): a name without "/" is looked up along PATH. @throws ENOENT EACCES */
async function search(
  { kernel, user }: LaunchContext,
  file: string,
  env: ReadonlyMap<string, string>,
  cwd: string,
): Promise<string> {
  if (file === "" || file.includes("/")) return file;
  const caller = kernel.namespace.caller(user);
  let failure = sysError("ENOENT");
  for (const directory of (env.get("PATH") ?? "/usr/bin").split(":")) {
    const path = `${directory || cwd}/${file}`;
    const stat = await kernel.namespace.statIfExists(caller, path);
    if (stat === undefined || !isRegular(stat.mode)) continue;
    if ((stat.mode & 0o111) !== 0) return path;
    failure = sysError("EACCES");
  }
  throw failure;
}

async function exists({ kernel }: LaunchContext, path: string): Promise<boolean> {
  return (await kernel.namespace.statIfExists(kernel.namespace.caller(), path)) !== undefined;
}

/** A VM without software has no shell. */
function noShell(): Error {
  const error = new Error(
    "the VM has no shell: install a package that brings one, such as @agentos/software-common",
  );
  return Object.assign(error, { code: "ENOENT" });
}
