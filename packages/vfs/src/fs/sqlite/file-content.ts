import { sysError } from "../../abi/index.ts";
import { MAX_FILE_SIZE } from "./chunk-table.ts";
import type { Attributes, Node } from "./inode-table.ts";
import { DIRTY_LIMIT } from "./journal.ts";
import type { SqliteFs } from "./sqlite-fs.ts";

/** @throws EFBIG */
function checkSize(size: number): void {
  if (size > MAX_FILE_SIZE) throw sysError("EFBIG");
}

/** Truncates or extends a file, and changes further attributes along with it. @throws EFBIG ENOSPC */
export function resize(fs: SqliteFs, node: Node, size: number, change: Partial<Attributes>): void {
  checkSize(size);
  const shrinks = size < node.attributes.size;
  fs.journal.transaction(() => {
    const blocks = shrinks && { blocks: fs.chunks.truncate(node.ino, size) };
    fs.journal.change(node, { ...change, ...blocks, size });
  }, shrinks);
  if (shrinks) fs.chunks.forgetFrom(node.ino, size);
}

/** Writes all of `from`. @throws EFBIG · ENOSPC, having written nothing or, of a large write, only the beginning */
export function write(fs: SqliteFs, node: Node, from: Uint8Array, offset: number): void {
  checkSize(offset + from.length);
  for (let done = 0; done < from.length; ) {
    if (fs.chunks.dirtyBytes >= DIRTY_LIMIT || fs.journal.isTight) fs.journal.commit();
    const rest = done === 0 ? from : from.subarray(done);
    const { count, blocks } = fs.chunks.write(node.ino, rest, offset + done);
    done += count;
    const time = fs.clock();
    fs.journal.change(node, {
      size: Math.max(node.attributes.size, offset + done),
      blocks: node.attributes.blocks + blocks,
      mtimeNs: time,
      ctimeNs: time,
    });
    if (fs.journal.isTight) commitThis(fs, node);
  }
}

/** Commits if this file's last chunk is all that waits. */
function commitThis(fs: SqliteFs, node: Node): void {
  try {
    fs.journal.commit();
  } catch (error) {
    fs.revert(node);
    throw error;
  }
}
