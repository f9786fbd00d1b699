// What /dev holds in a new VM, made once and forked for each. Source: Linux admin-guide/devices.txt.

import { MemoryFs, type Snapshot } from "@agentos/vfs";
import { makeDevice, S_IFCHR, S_IFDIR, S_IFLNK } from "@agentos/vfs/abi";

export const RDEV = {
  null: makeDevice(1, 3),
  zero: makeDevice(1, 5),
  full: makeDevice(1, 7),
  random: makeDevice(1, 8),
  urandom: makeDevice(1, 9),
  tty: makeDevice(5, 0),
  ptmx: makeDevice(5, 2),
} as const;

const LINKS = {
  fd: "/proc/self/fd",
  stdin: "/proc/self/fd/0",
  stdout: "/proc/self/fd/1",
  stderr: "/proc/self/fd/2",
} as const;

let layer: Snapshot | undefined;

function buildDevices(): Snapshot {
  const fs = new MemoryFs();
  const root = fs.root();
  const owner = { uid: 0, gid: 0 };
  for (const [name, rdev] of Object.entries(RDEV))
    root.mknod(name, { mode: S_IFCHR | 0o666, ...owner }, rdev);
  for (const [name, target] of Object.entries(LINKS))
    root.symlink(name, target, { mode: S_IFLNK | 0o777, ...owner });
  root.mkdir("pts", { mode: S_IFDIR | 0o755, ...owner });
  root.mkdir("shm", { mode: S_IFDIR | 0o1777, ...owner });
  return fs.snapshot();
}

/** A file system for /dev; /dev/pts is an empty directory to mount a `DevPts` on. */
export function createDevFs(): MemoryFs {
  layer ??= buildDevices();
  return MemoryFs.from(layer);
}
