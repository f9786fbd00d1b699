import type { Stat, StatFs } from "@agentos/kernel/abi";

const NS = 1_000_000_000n;

/** A stat in the layout of Node's fs binding: 18 numbers, with times as seconds and nanoseconds. */
export function statFields(stat: Stat): Float64Array {
  const { dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks } = stat;
  const fields = Float64Array.of(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, ...NO_TIMES);
  [stat.atimeNs, stat.mtimeNs, stat.ctimeNs, stat.birthtimeNs].forEach((time, i) => {
    const ns = ((time % NS) + NS) % NS;
    fields[10 + 2 * i] = Number((time - ns) / NS);
    fields[11 + 2 * i] = Number(ns);
  });
  return fields;
}

const NO_TIMES = [0, 0, 0, 0, 0, 0, 0, 0];

/** Linux: TMPFS_MAGIC, the type that a VM's root resembles most. */
const TMPFS_MAGIC = 0x01021994;

/** type, bsize, frsize, blocks, bfree, bavail, files, ffree */
export function statFsFields({ bsize, blocks, bfree, files, ffree }: StatFs): Float64Array {
  return Float64Array.of(TMPFS_MAGIC, bsize, bsize, blocks, bfree, bfree, files, ffree);
}
