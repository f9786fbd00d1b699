import { isSysError, type MaybePromise } from "@agentos/kernel/abi";
import { type FileSystem, HostDirFs, MemoryFs } from "@agentos/vfs";
import { ConfigError, fileError } from "../errors.ts";
import type { VmFiles } from "./app-file.ts";
import type { MountCalls } from "./calls.ts";
import { makeDirectories } from "./file-trees.ts";
import type { MountInfo, MountSource, MountSpec } from "./spec.ts";

const NODE_MODULES = "/root/node_modules";

export function mountCalls(vm: VmFiles): MountCalls {
  return {
    mount: (mount) => attach(vm, mount),
    unmount: (path) => vm.namespace.unmount(path),
    listMounts: () => vm.namespace.listMounts().map(mountInfo),
  };
}

/** The mounts that a VM starts with. @throws ConfigError naming the one that fails */
export async function attachAll(vm: VmFiles, mounts: readonly MountSpec[]): Promise<void> {
  for (const [i, mount] of mounts.entries()) {
    try {
      await attach(vm, mount);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const { message } = fileError(error, "mount", sourceName(mount.source) ?? "driver", mount.path);
      throw new ConfigError(`mounts[${i}]`, `AgentOs.create: option \`mounts[${i}]\`: ${message}`);
    }
  }
}

/** Mounts; the mount point is made if there is none. @throws ENOENT (the host's directory) ENOTDIR EBUSY */
export async function attach(vm: VmFiles, { path, readOnly, source }: MountSpec): Promise<void> {
  const { namespace } = vm;
  const fs = await fileSystemOf(source, readOnly);
  await makeDirectories(vm, path);
  // Guests see the source in /proc/mounts: not a path of the host's.
  await namespace.mount(path, fs, { readOnly, source: source.kind === "host_dir" ? "host" : undefined });
  if (path === NODE_MODULES) await exposeNodeModules(vm);
}

/** Node looks for node_modules in each parent directory: a link in the root makes these found from everywhere. */
async function exposeNodeModules({ namespace, caller }: VmFiles): Promise<void> {
  await namespace.chmod(caller, "/root", 0o711);
  try {
    await namespace.symlink(caller, NODE_MODULES.slice(1), "/node_modules");
  } catch (error) {
    if (!isSysError(error, "EEXIST")) throw error;
  }
}

function fileSystemOf(source: MountSource, readOnly: boolean): MaybePromise<FileSystem> {
  switch (source.kind) {
    case "host_dir":
      return new HostDirFs({ directory: source.hostPath, readOnly });
    case "memory":
      return new MemoryFs({ maxBytes: source.maxBytes });
    case "driver":
      return source.fileSystem;
  }
}

function sourceName(source: MountSource): string | undefined {
  return source.kind === "host_dir" ? source.hostPath : undefined;
}

function mountInfo(mount: { path: string; fs: FileSystem; source: string; readOnly: boolean }): MountInfo {
  const { path, fs, source, readOnly } = mount;
  return { path, type: fs.type, source: fs instanceof HostDirFs ? fs.directory : source, readOnly };
}
