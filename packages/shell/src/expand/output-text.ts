import { decode } from "@agentos/kernel/abi";

/** The output of a command, decoded chunk by chunk as it comes, so that no step takes long. */
export class OutputText {
  #text = "";
  /** Newlines that only count if something follows them. */
  #newlines = 0;
  /** The first bytes of a character that is not complete yet. */
  #rest: Uint8Array | undefined;
  /** How many bytes have been taken. */
  length = 0;
  hadNul = false;

  add(chunk: Uint8Array): void {
    this.length += chunk.length;
    let bytes = chunk;
    if (bytes.indexOf(0) >= 0) {
      this.hadNul = true;
      bytes = bytes.filter((byte) => byte !== 0);
    }
    if (this.#rest) bytes = joined(this.#rest, bytes);
    const end = completeLength(bytes);
    this.#rest = end < bytes.length ? bytes.slice(end) : undefined;
    this.#append(decode(bytes, 0, end));
  }

  #append(text: string): void {
    let end = text.length;
    while (end > 0 && text.charCodeAt(end - 1) === 10) end--;
    if (end > 0) {
      this.#text += "\n".repeat(this.#newlines) + text.slice(0, end);
      this.#newlines = 0;
    }
    this.#newlines += text.length - end;
  }

  /** All of it, without the newlines at the end. */
  finish(): string {
    if (this.#rest) this.#append(decode(this.#rest));
    return this.#text;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** How many bytes come before a UTF-8 sequence that is cut off at the end. */
function completeLength(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return wanted > back ? length - back : length;
  }
  return length;
}
