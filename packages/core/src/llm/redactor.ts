// Removes a secret from passing data, even where it is split between two chunks.

import { Buffer } from "node:buffer";

const REPLACEMENT = Buffer.from("[redacted]");

/** Shorter keys are placeholders ("none", "ollama"): removing them would break ordinary text and JSON. */
const SHORTEST_SECRET = 16;

const isSecret = (key: string): boolean => key.length >= SHORTEST_SECRET;

export class Redactor {
  readonly #secret: Buffer;
  readonly #active: boolean;
  #held: Buffer = Buffer.alloc(0);

  constructor(secret: string) {
    this.#secret = Buffer.from(secret);
    this.#active = isSecret(secret);
  }

  /** @returns the data that can be passed on: all but a tail that may be the beginning of the secret */
  push(chunk: Uint8Array): Uint8Array {
    if (!this.#active) return chunk;
    const data = this.#replaced(Buffer.concat([this.#held, chunk]));
    const held = this.#overlap(data);
    this.#held = data.subarray(data.length - held);
    return data.subarray(0, data.length - held);
  }

  end(): Uint8Array {
    return this.#held;
  }

  #replaced(data: Buffer): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = data.indexOf(this.#secret); at >= 0; at = data.indexOf(this.#secret, from)) {
      parts.push(data.subarray(from, at), REPLACEMENT);
      from = at + this.#secret.length;
    }
    return from === 0 ? data : Buffer.concat([...parts, data.subarray(from)]);
  }

  /** The length of the longest tail of the data with which the secret begins. */
  #overlap(data: Buffer): number {
    for (let length = Math.min(this.#secret.length - 1, data.length); length > 0; length--) {
      if (data.subarray(data.length - length).equals(this.#secret.subarray(0, length))) return length;
    }
    return 0;
  }
}

export function redacted(text: string, secret: string): string {
  return isSecret(secret) ? text.replaceAll(secret, REPLACEMENT.toString()) : text;
}
