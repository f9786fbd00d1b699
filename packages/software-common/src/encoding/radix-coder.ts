// Source: RFC 4648.

export interface RadixSpec {
  alphabet: string;
  /** Per character. */
  bits: 5 | 6;
  /** Characters of one group: 4 of base64, 8 of base32. */
  group: number;
}

export const BASE64: RadixSpec = {
  alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  bits: 6,
  group: 4,
};

export const BASE32: RadixSpec = { alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5, group: 8 };

const PAD = 61;
const NEWLINE = 10;

/** Bytes → characters, group by group. */
export class Encoder {
  readonly #spec: RadixSpec;
  readonly #codes: Uint8Array;
  #buffer = 0;
  #bits = 0;
  #written = 0;

  constructor(spec: RadixSpec) {
    this.#spec = spec;
    this.#codes = Uint8Array.from(spec.alphabet, (char) => char.charCodeAt(0));
  }

  push(bytes: Uint8Array): Uint8Array {
    const { bits } = this.#spec;
    const mask = (1 << bits) - 1;
    const out = new Uint8Array(Math.ceil(((bytes.length + 1) * 8) / bits));
    let length = 0;
    let buffer = this.#buffer;
    let held = this.#bits;
    for (const byte of bytes) {
      buffer = ((buffer << 8) | byte) & 0xfff;
      held += 8;
      while (held >= bits) {
        held -= bits;
        out[length++] = this.#codes[(buffer >> held) & mask]!;
      }
    }
    this.#buffer = buffer;
    this.#bits = held;
    this.#written += length;
    return out.subarray(0, length);
  }

  /** The last, incomplete group with its padding. */
  finish(): Uint8Array {
    const { bits, group } = this.#spec;
    const out: number[] = [];
    if (this.#bits > 0) out.push(this.#codes[(this.#buffer << (bits - this.#bits)) & ((1 << bits) - 1)]!);
    while ((this.#written + out.length) % group !== 0) out.push(PAD);
    return Uint8Array.from(out);
  }
}

/** Characters → bytes; stops at the first that is wrong. */
export class Decoder {
  invalid = false;
  readonly #spec: RadixSpec;
  readonly #values = new Int8Array(256).fill(-1);
  readonly #ignoreGarbage: boolean;
  #buffer = 0;
  #bits = 0;
  /** Characters and padding in the current group. */
  #chars = 0;
  #pads = 0;

  constructor(spec: RadixSpec, ignoreGarbage: boolean) {
    this.#spec = spec;
    this.#ignoreGarbage = ignoreGarbage;
    for (let i = 0; i < spec.alphabet.length; i++) this.#values[spec.alphabet.charCodeAt(i)] = i;
  }

  push(text: Uint8Array): Uint8Array {
    const { bits, group } = this.#spec;
    const out = new Uint8Array(Math.ceil((text.length * bits) / 8) + 1);
    let length = 0;
    for (const char of text) {
      if (this.invalid) break;
      const value = this.#values[char]!;
      if (value < 0) {
        this.#special(char);
        continue;
      }
      if (this.#pads > 0) {
        this.invalid = true;
        break;
      }
      this.#buffer = ((this.#buffer << bits) | value) & 0xfff;
      this.#bits += bits;
      if (this.#bits >= 8) {
        this.#bits -= 8;
        out[length++] = (this.#buffer >> this.#bits) & 0xff;
      }
      if (++this.#chars === group) this.#endGroup();
    }
    return out.subarray(0, length);
  }

  #special(char: number): void {
    if (char === PAD) {
      this.#pads++;
      if (!this.#mayPad()) this.invalid = true;
      else if (this.#chars + this.#pads === this.#spec.group) this.#endGroup();
    } else if (char !== NEWLINE && !this.#ignoreGarbage) this.invalid = true;
  }

  /** Padding stands only after a whole number of bytes. */
  #mayPad(): boolean {
    return this.#bits < this.#spec.bits && this.#chars > 0 && this.#chars + this.#pads <= this.#spec.group;
  }

  #endGroup(): void {
    this.#chars = 0;
    this.#pads = 0;
    this.#bits = 0;
  }

  /** Nothing more, or a mark that the last group is incomplete. */
  finish(): Uint8Array {
    if (this.#chars > 0) this.invalid = true;
    return new Uint8Array(0);
  }
}
