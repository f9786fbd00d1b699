// Operations for which S3 has no request: keeping empty directories, and renaming.

import { RENAME_NOREPLACE, S_IFDIR, sysError } from "@agentos/vfs/abi";
import { concurrently } from "./concurrently.ts";
import { copyObject } from "./multipart.ts";
import type { S3Fs } from "./s3-fs.ts";
import type { S3Inode } from "./s3-inode.ts";

interface Place {
  parent: S3Inode;
  name: string;
}

export async function isEmpty(fs: S3Fs, path: string): Promise<boolean> {
  const { files } = await fs.store.page(`${path}/`, { deep: true, most: 2 });
  return files.every(({ key }) => key === `${path}/`);
}

/** A directory that has lost its last entry gets a marker, or it would disappear. */
export async function keepDirectory(fs: S3Fs, path: string): Promise<void> {
  if (path === "") return;
  const { files } = await fs.store.page(`${path}/`, { deep: true, most: 1 });
  if (files.length === 0) await fs.store.put(`${path}/`, new Uint8Array(0), {});
}

export async function rename(fs: S3Fs, from: Place, to: Place, flags: number): Promise<void> {
  if (flags & ~RENAME_NOREPLACE) throw sysError("EINVAL");
  const [moved, target] = await Promise.all([from.parent.lookup(from.name), to.parent.lookup(to.name)]);
  if (moved === undefined) throw sysError("ENOENT");
  if (target && flags & RENAME_NOREPLACE) throw sysError("EEXIST");
  const newPath = to.parent.child(to.name);
  if (newPath === moved.path) return;
  const isDirectory = moved.type === S_IFDIR;
  if (isDirectory && `${newPath}/`.startsWith(`${moved.path}/`)) throw sysError("EINVAL");
  if (target && `${moved.path}/`.startsWith(`${newPath}/`)) throw sysError("ENOTEMPTY");
  if (target) await checkReplaceable(fs, isDirectory, target);
  await settleOpenFiles(fs, moved.path);
  if (isDirectory) await moveTree(fs, moved.path, newPath);
  else await moveFile(fs, moved.path, newPath);
  await moveOpenFiles(fs, moved.path, newPath);
  await keepDirectory(fs, from.parent.path);
}

async function checkReplaceable(fs: S3Fs, isDirectory: boolean, target: S3Inode): Promise<void> {
  if (!isDirectory && target.type === S_IFDIR) throw sysError("EISDIR");
  if (!isDirectory) return;
  if (target.type !== S_IFDIR) throw sysError("ENOTDIR");
  if (!(await isEmpty(fs, target.path))) throw sysError("ENOTEMPTY");
}

async function moveFile(fs: S3Fs, from: string, to: string): Promise<void> {
  await copyObject(fs.store, from, to);
  fs.entries.forget(to);
  await fs.store.delete(from);
  fs.entries.set(from, undefined);
}

/** Copies everything before it deletes anything, so that a failure leaves the old tree whole. */
async function moveTree(fs: S3Fs, from: string, to: string): Promise<void> {
  const copy = (key: string) => copyObject(fs.store, key, to + key.slice(from.length));
  await eachBelow(fs, from, copy);
  const marker = `${from}/`;
  await eachBelow(fs, from, async (key) => {
    if (key !== marker) await fs.store.delete(key);
  });
  await fs.store.delete(marker);
  fs.entries.forgetTree(from);
  fs.entries.forgetTree(to);
}

async function eachBelow(fs: S3Fs, path: string, work: (key: string) => Promise<void>): Promise<void> {
  let from: string | undefined;
  do {
    const page = await fs.store.page(`${path}/`, { deep: true, from });
    const keys = page.files.map(({ key }) => key);
    await concurrently(keys, work);
    from = page.next;
  } while (from !== undefined);
}

function openBelow(fs: S3Fs, path: string) {
  return [...fs.files.values()].filter((file) => file.path === path || file.path.startsWith(`${path}/`));
}

async function settleOpenFiles(fs: S3Fs, path: string): Promise<void> {
  await concurrently(openBelow(fs, path), (file) => file.commit());
}

async function moveOpenFiles(fs: S3Fs, from: string, to: string): Promise<void> {
  const replaced = fs.files.get(to);
  if (replaced) replaced.deleted = true;
  for (const file of openBelow(fs, from)) {
    fs.files.delete(file.path);
    file.path = to + file.path.slice(from.length);
    fs.files.set(file.path, file);
    await file.refresh();
  }
}
