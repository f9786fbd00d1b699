// Read buffers that are free. Most readers live for one small file, which costs less than a fresh buffer does.

import { allocateTextBuffer, type TextBuffer } from "./host-bytes.ts";

const MAX_FREE = 4;

const free = new Map<number, TextBuffer[]>();

/** A buffer of `size` bytes whose content is undefined. */
export function takeBuffer(size: number): TextBuffer {
  return free.get(size)?.pop() ?? allocateTextBuffer(size);
}

/** Gives back a buffer that nobody looks at any more. */
export function releaseBuffer(buffer: TextBuffer): void {
  let list = free.get(buffer.length);
  if (list === undefined) {
    if (free.size >= MAX_FREE) return;
    list = [];
    free.set(buffer.length, list);
  }
  if (list.length < MAX_FREE) list.push(buffer);
}
