// A pool of read buffers. Most readers only live for one small file, which costs less to read than a new buffer costs.

import { allocateTextBuffer, type TextBuffer } from "./host-bytes.ts";

const MAX_FREE = 4;

const free = new Map<number, TextBuffer[]>();

/** A buffer of `size` bytes whose content is undefined. */
export function takeBuffer(size: number): TextBuffer {
  return free.get(size)?.pop() ?? allocateTextBuffer(size);
}

/** Returns a buffer that nobody uses any more. */
export function releaseBuffer(buffer: TextBuffer): void {
  let list = free.get(buffer.length);
  if (list === undefined) {
    if (free.size >= MAX_FREE) return;
    list = [];
    free.set(buffer.length, list);
  }
  if (list.length < MAX_FREE) list.push(buffer);
}
