import { type ErrnoCode, isSysError } from "@agentos/kernel/abi";
import { type FileSystem, HostDirFs, SqliteFs } from "@agentos/vfs";
import { ConfigError, fileError } from "../../errors.ts";
import type { MountCalls } from "../calls.ts";
import type { VmFiles } from "../files/app-file.ts";
import { makeDirectories } from "../files/file-trees.ts";
import type { MountInfo, MountSource, MountSpec } from "../spec.ts";
import { closeAll, closeUnmounted, makeFileSystem } from "./made-mounts.ts";
import { exposeNodeModules, NODE_MODULES } from "./node-modules.ts";

export function mountCalls(vm: VmFiles): MountCalls {
  return {
    mount: (mount) => attach(vm, mount),
    unmount: (path) => detach(vm, path),
    listMounts: () => vm.namespace.listMounts().map(mountInfo),
  };
}

/** The initial mounts of a VM. @throws ConfigError, which names the mount that failed */
export async function attachAll(vm: VmFiles, mounts: readonly MountSpec[]): Promise<void> {
  for (const [i, mount] of mounts.entries()) {
    try {
      await attach(vm, mount);
    } catch (error) {
      await closeAll(vm.namespace);
      throw startError(error, mount, `mounts[${i}]`);
    }
  }
}

function startError(error: unknown, { source, path }: MountSpec, option: string): unknown {
  const isConfig = error instanceof ConfigError;
  if (!isConfig && !isSysError(error)) return error;
  const { message } = isConfig ? error : fileError(error, "mount", sourceName(source) ?? "driver", path);
  const hint = isConfig ? undefined : HINTS[source.kind]?.[error.code];
  const text = hint === undefined ? message : `${message} (${hint})`;
  return new ConfigError(option, `AgentOs.create: option \`${option}\`: ${text}`, { cause: error });
}

/** Explains what an errno alone does not say. */
const HINTS: Partial<Record<MountSource["kind"], Partial<Record<ErrnoCode, string>>>> = {
  sqlite: {
    EBUSY: "another VM has it open: one at a time",
    EINVAL: "the file is something else than a database of such mounts",
    ENOENT: "its directory must exist",
  },
  s3: {
    EACCES: "the service refuses the `credentials`, or they may not list the bucket",
    EIO: "there is no such service, or it cannot serve now: check `endpoint` and `region`",
    ENOENT: "the bucket must exist",
    ETIMEDOUT: "no answer within `timeoutMs`: check `endpoint` and the network",
  },
};

/** Mounts a file system, creating the mount point if necessary. @throws ENOENT (the host's directory) ENOTDIR EBUSY */
async function attach(vm: VmFiles, mount: MountSpec): Promise<void> {
  const { namespace } = vm;
  const { path, readOnly, source } = mount;
  const fs = await makeFileSystem(vm, mount);
  try {
    await makeDirectories(vm, path);
    // Guests see the source in /proc/mounts, so it must not be a path of the host.
    await namespace.mount(path, fs, { readOnly, source: source.kind === "host_dir" ? "host" : undefined });
  } catch (error) {
    await closeUnmounted(namespace);
    throw error;
  }
  if (path === NODE_MODULES) await exposeNodeModules(vm);
}

/** Unmounts a file system once everything written to it is stored. */
async function detach({ namespace }: VmFiles, path: string): Promise<void> {
  await namespace.unmount(path);
  await closeUnmounted(namespace);
}

function sourceName(source: MountSource): string | undefined {
  switch (source.kind) {
    case "host_dir":
      return source.hostPath;
    case "sqlite":
      return source.path;
    case "s3":
      return `s3://${source.config.bucket}`;
    default:
      return undefined;
  }
}

function mountInfo(mount: { path: string; fs: FileSystem; source: string; readOnly: boolean }): MountInfo {
  const { path, fs, source, readOnly } = mount;
  return { path, type: fs.type, source: hostSource(fs) ?? source, readOnly };
}

/** The host's path, which the app is told but the guest is not. */
function hostSource(fs: FileSystem): string | undefined {
  if (fs instanceof HostDirFs) return fs.directory;
  return fs instanceof SqliteFs ? fs.path : undefined;
}
