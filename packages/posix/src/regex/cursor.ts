/** A reading position in a pattern, by characters (code points). */
export class Cursor {
  readonly source: string;
  offset = 0;

  constructor(source: string) {
    this.source = source;
  }

  get done(): boolean {
    return this.offset >= this.source.length;
  }

  /** The UTF-16 unit `ahead` places on; "" past the end. */
  peek(ahead = 0): string {
    return this.source.charAt(this.offset + ahead);
  }

  startsWith(text: string): boolean {
    return this.source.startsWith(text, this.offset);
  }

  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.offset += text.length;
    return true;
  }

  advance(count = 1): void {
    this.offset += count;
  }

  /** Takes one character and answers its code point. */
  next(): number {
    const code = this.source.codePointAt(this.offset)!;
    this.offset += code > 0xffff ? 2 : 1;
    return code;
  }

  /** Takes the text before `end` and `end` itself; undefined when `end` does not follow. */
  takeUntil(end: string): string | undefined {
    const at = this.source.indexOf(end, this.offset);
    if (at < 0) return undefined;
    const text = this.source.slice(this.offset, at);
    this.offset = at + end.length;
    return text;
  }

  /** Takes decimal digits; undefined when there are none. */
  takeNumber(): number | undefined {
    const start = this.offset;
    while (this.peek() >= "0" && this.peek() <= "9") this.offset++;
    return this.offset === start ? undefined : Number(this.source.slice(start, this.offset));
  }
}
