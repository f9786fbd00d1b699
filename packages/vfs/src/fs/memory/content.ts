// A regular file's bytes, in pages of 16 KiB; a missing page is a hole. Page 0 is kept separately, because most files
// end in it. Invariant: every byte of a page past the end of the file is zero, so that growing needs no clearing. A
// page has memory up to its last written byte, and all of that counts as allocated, so that sparse files cannot take
// up more memory than they are charged for.

export const BLOCK = 4096;
const PAGE = 4 * BLOCK;

class Page {
  readonly epoch: number;
  /** May end before the page does: the rest is zeros. */
  bytes: Uint8Array;

  constructor(epoch: number, bytes: Uint8Array) {
    this.epoch = epoch;
    this.bytes = bytes;
  }
}

/** How many blocks `bytes` bytes of a page occupy: memory that is in use counts as allocated. */
const blocksFor = (bytes: number): number => Math.ceil(bytes / BLOCK);
const wholeBlocks = (bytes: number): number => blocksFor(bytes) * BLOCK;

export class Content {
  readonly epoch: number;
  #head: Page | undefined;
  #tail: Map<number, Page> | undefined;

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  /** A copy for `epoch`, which shares every page until one side writes to it. */
  copy(epoch: number): Content {
    const copy = new Content(epoch);
    copy.#head = this.#head;
    copy.#tail = this.#tail && new Map(this.#tail);
    return copy;
  }

  #page(index: number): Page | undefined {
    return index === 0 ? this.#head : this.#tail?.get(index);
  }

  #place(index: number, page: Page): void {
    if (index === 0) this.#head = page;
    else (this.#tail ??= new Map()).set(index, page);
  }

  /** Fills all of `into` from `offset`. The caller has limited it to the end of the file. */
  read(into: Uint8Array, offset: number): void {
    for (let done = 0; done < into.length; ) {
      const position = offset + done;
      const inPage = position % PAGE;
      const count = Math.min(PAGE - inPage, into.length - done);
      const bytes = this.#page((position - inPage) / PAGE)?.bytes;
      const there = bytes ? Math.max(0, Math.min(count, bytes.length - inPage)) : 0;
      if (there > 0) into.set(bytes!.subarray(inPage, inPage + there), done);
      if (there < count) into.fill(0, done + there, done + count);
      done += count;
    }
  }

  /** How many more blocks a write of [offset, offset + length) would allocate. */
  blocksNeeded(offset: number, length: number): number {
    let needed = 0;
    for (let done = 0; done < length; ) {
      const inPage = (offset + done) % PAGE;
      const count = Math.min(PAGE - inPage, length - done);
      const there = this.#page((offset + done - inPage) / PAGE)?.bytes.length ?? 0;
      needed += Math.max(0, blocksFor(inPage + count) - blocksFor(there));
      done += count;
    }
    return needed;
  }

  write(from: Uint8Array, offset: number): void {
    for (let done = 0; done < from.length; ) {
      const inPage = (offset + done) % PAGE;
      const count = Math.min(PAGE - inPage, from.length - done);
      const page = this.#ownPage((offset + done - inPage) / PAGE, inPage + count);
      const whole = done === 0 && count === from.length;
      page.bytes.set(whole ? from : from.subarray(done, done + count), inPage);
      done += count;
    }
  }

  /** The page, this epoch's own, with room up to `end`. */
  #ownPage(index: number, end: number): Page {
    const page = this.#page(index);
    if (page === undefined) {
      const fresh = new Page(this.epoch, new Uint8Array(end));
      this.#place(index, fresh);
      return fresh;
    }
    if (page.epoch === this.epoch && page.bytes.length >= end) return page;
    const had = page.bytes;
    const room = end <= had.length ? had.length : Math.max(end, Math.min(had.length * 2, wholeBlocks(end)));
    const bytes = new Uint8Array(room);
    bytes.set(had);
    if (page.epoch === this.epoch) {
      page.bytes = bytes;
      return page;
    }
    const own = new Page(this.epoch, bytes);
    this.#place(index, own);
    return own;
  }

  /** Frees what is past `size`. @returns how many blocks that gave back */
  truncate(size: number): number {
    let freed = 0;
    const inPage = size % PAGE;
    const last = (size - inPage) / PAGE;
    const keepsLast = inPage > 0;
    for (const [index, page] of this.#tail ?? []) {
      if (index > last || (index === last && !keepsLast)) {
        freed += blocksFor(page.bytes.length);
        this.#tail!.delete(index);
      }
    }
    if (size === 0 && this.#head) {
      freed += blocksFor(this.#head.bytes.length);
      this.#head = undefined;
    }
    return keepsLast ? freed + this.#cut(last, inPage) : freed;
  }

  #cut(index: number, end: number): number {
    const page = this.#page(index);
    if (page === undefined || page.bytes.length <= end) return 0;
    const own = this.#ownPage(index, 0);
    const freed = blocksFor(own.bytes.length) - blocksFor(end);
    own.bytes = own.bytes.slice(0, end);
    return freed;
  }
}
