// File systems that a VM made for its mounts and that hold resources: databases, connections. They are closed with the
// mount, or with the VM.

import { errorCode, isSysError } from "@agentos/kernel/abi";
import { type FileSystem, HostDirFs, MemoryFs, type MountNamespace, SqliteFs } from "@agentos/vfs";
import { ConfigError } from "../../errors.ts";
import type { S3Config } from "../../s3-config.ts";
import type { VmFiles } from "../files/app-file.ts";
import type { MountSpec } from "../spec.ts";
import { NODE_MODULES, packageStore } from "./node-modules.ts";

const made = new WeakMap<MountNamespace, Set<FileSystem>>();

/** @throws ENOENT EACCES EBUSY … the source of the mount cannot be used · ConfigError a package is missing */
export async function makeFileSystem(
  vm: VmFiles,
  { path, source, readOnly }: MountSpec,
): Promise<FileSystem> {
  const { uid, gid } = vm;
  switch (source.kind) {
    case "host_dir":
      return new HostDirFs({
        directory: source.hostPath,
        readOnly,
        grafts: path === NODE_MODULES ? packageStore(source.hostPath) : {},
      });
    case "memory":
      return new MemoryFs({ maxBytes: source.maxBytes, root: { uid, gid } });
    case "driver":
      return source.fileSystem;
    case "sqlite": {
      const { maxBytes } = source;
      return kept(vm, new SqliteFs({ path: source.path, maxBytes, readOnly, root: { uid, gid } }));
    }
    case "s3":
      return kept(vm, await openBucket({ ...source.config, readOnly }, { uid, gid }));
  }
}

function kept({ namespace }: VmFiles, fs: FileSystem): FileSystem {
  const known = made.get(namespace) ?? new Set();
  made.set(namespace, known.add(fs));
  return fs;
}

/** Closes the VM's file systems that are no longer mounted anywhere. @throws ENOSPC EIO not everything could be stored */
export async function closeUnmounted(namespace: MountNamespace): Promise<void> {
  const mounted = new Set(namespace.listMounts().map(({ fs }) => fs));
  const [failure] = await close(namespace, (fs) => !mounted.has(fs));
  if (failure) throw failure;
}

/** Closes all of them, when the VM ends. What programs had not yet closed, and cannot be stored, is lost. */
export async function closeAll(namespace: MountNamespace): Promise<void> {
  const failure = (await close(namespace, () => true)).find((error) => !isSysError(error));
  if (failure) throw failure;
}

/** Closes all of them, even if some fail. @returns the errors */
async function close(namespace: MountNamespace, which: (fs: FileSystem) => boolean): Promise<unknown[]> {
  const known = made.get(namespace) ?? new Set();
  const failures: unknown[] = [];
  for (const fs of [...known].filter(which)) {
    known.delete(fs);
    try {
      await fs.close?.();
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

/** @agentos/mount-s3 is installed only by those who mount buckets. */
type BucketPackage = Pick<typeof import("@agentos/mount-s3"), "S3Fs">;

export async function openBucket(
  config: S3Config,
  owner: { uid: number; gid: number },
  load: () => Promise<BucketPackage> = () => import("@agentos/mount-s3"),
): Promise<FileSystem> {
  try {
    const { S3Fs } = await load();
    return new S3Fs({ ...config, ...owner });
  } catch (error) {
    if (errorCode(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    const advice = "the plugin `s3` needs a package that is not installed: npm install @agentos/mount-s3";
    throw new ConfigError("plugin", advice, { cause: error });
  }
}
