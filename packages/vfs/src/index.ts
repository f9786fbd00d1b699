// The tree of one VM, and every operation that takes a path

export { type Caller, Dentry, isSamePlace } from "./dentry.ts";
export { type MountEntry, MountNamespace, type NamespaceOptions } from "./mount-namespace.ts";
export type { Mount, MountOptions } from "./mounts.ts";
export type { NewTime } from "./ops/attributes.ts";
export type { DirEntryStat } from "./ops/list.ts";
export type { Opened } from "./ops/open.ts";
export type { FsAccess, FsPolicy } from "./ops/resolve.ts";
export type { Change, ChangeKind, Watcher, WatchOptions } from "./watch.ts";

// File systems

export { HostDirFs, type HostDirOptions } from "./fs/host-dir/host-dir-fs.ts";
export {
  buildLayer,
  type LayerAttributes,
  type LayerEntry,
  type LayerFiles,
  type LayerOptions,
} from "./fs/memory/build-layer.ts";
export { MemoryFs, type MemoryFsOptions } from "./fs/memory/memory-fs.ts";
export { Snapshot } from "./fs/memory/snapshot.ts";
export { NodeFsAdapter, type NodeFsAdapterOptions } from "./fs/node-adapter/node-fs-adapter.ts";
export type { NodeFsLike } from "./fs/node-adapter/node-fs-like.ts";
export { OverlayFs, type OverlayFsOptions } from "./fs/overlay/overlay-fs.ts";
export { SqliteFs, type SqliteFsOptions } from "./fs/sqlite/sqlite-fs.ts";

// The contract of file systems, and what drivers need

export { now } from "./clock.ts";
export { nextDevice } from "./device-number.ts";
export type { FileHandle, FileSystem, Inode, NewNode, Ownership, SetAttr } from "./inode.ts";
export { allows, ownershipOf } from "./permission.ts";
