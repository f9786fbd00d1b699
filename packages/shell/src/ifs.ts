// $IFS, prepared for splitting. Source: POSIX XCU 2.6.5.

export class Ifs {
  /** The characters; undefined while IFS is unset, which splits as " \t\n". */
  readonly isDefault: boolean;
  /** What "$*" joins with. */
  readonly joiner: string;
  readonly #white: string;
  readonly #other: string;
  /** Finds the first separator; undefined when nothing splits. */
  readonly #any: RegExp | undefined;

  constructor(value: string | undefined) {
    const chars = value ?? " \t\n";
    this.isDefault = chars === " \t\n";
    this.joiner = chars.slice(0, 1);
    this.#white = [...chars].filter((char) => char === " " || char === "\t" || char === "\n").join("");
    this.#other = [...chars].filter((char) => !this.#white.includes(char)).join("");
    this.#any = chars === "" ? undefined : new RegExp(`[${chars.replace(/[\]\\^-]/g, "\\$&")}]`);
  }

  /** Whether the text has a separator in it. */
  splits(text: string): boolean {
    return this.#any?.test(text) ?? false;
  }

  isWhite(char: string): boolean {
    return this.#white.includes(char);
  }

  isOther(char: string): boolean {
    return char !== "" && this.#other.includes(char);
  }
}
