import { latin1FromBytes, type MaybePromise } from "@agentos/kernel/abi";
import { type Proc, Reader, stdout } from "@agentos/kernel/program";
import type { LineSpan, Matcher } from "./matcher.ts";
import type { Printer } from "./printer.ts";
import type { Settings } from "./settings.ts";

const CHUNK = 1 << 17;
/** A line that is longer than this is searched in pieces no longer: memory must stay bounded. */
const LONGEST_LINE = 1 << 28;

/** The search of one file: reads blocks of whole lines, finds the lines to select and prints what was asked for. */
export class FileSearch {
  readonly #proc: Proc;
  readonly #settings: Settings;
  readonly #matcher: Matcher;
  readonly #printer: Printer;
  readonly #name: string;
  readonly #delimiter: string;
  /** Nothing is printed per line. */
  readonly #silent: boolean;
  selected = 0;
  #binary = false;
  #stopped = false;
  /** Of the current block: its offset in the file, and the number of its first line. */
  #offset = 0;
  #lineNumber = 1;
  /** The last block, whose lines are counted only if another one follows. */
  #uncounted: LineCounter | undefined;
  /** Lines of trailing context still to print. */
  #trailing = 0;
  /** The end of what was printed last, as an offset in the file; -1 before anything. */
  #printedTo = -1;
  /** Lines before the block, for leading context. */
  #previous: { text: string; number: number; offset: number }[] = [];

  constructor(proc: Proc, settings: Settings, matcher: Matcher, printer: Printer, name: string) {
    this.#proc = proc;
    this.#settings = settings;
    this.#matcher = matcher;
    this.#printer = printer;
    this.#name = name;
    this.#delimiter = settings.nullData ? "\0" : "\n";
    this.#silent = settings.quiet || settings.list !== undefined || settings.count;
  }

  /** Whether any line was selected. */
  async run(fd: number): Promise<boolean> {
    if (this.#settings.maxCount > 0) await this.#readBlocks(fd);
    const { quiet, list, count } = this.#settings;
    if (count && !quiet && list === undefined) await this.#printer.count(this.#name, this.selected);
    if (!quiet && list !== undefined && (list === "with") === this.selected > 0)
      await this.#printer.name(this.#name);
    return this.selected > 0;
  }

  async #readBlocks(fd: number): Promise<void> {
    const reader = new Reader(this.#proc, fd, CHUNK);
    let parts: string[] = [];
    let length = 0;
    while (!this.#stopped) {
      const next = reader.read();
      const chunk = next instanceof Promise ? await next : next;
      if (chunk === undefined) break;
      const text = latin1FromBytes(chunk);
      const end = text.lastIndexOf(this.#delimiter) + 1;
      if (end === 0) {
        length += text.length;
        if (length > LONGEST_LINE) break;
        parts.push(text);
        continue;
      }
      parts.push(text.slice(0, end));
      const block = parts.length === 1 ? parts[0]! : parts.join("");
      parts = end < text.length ? [text.slice(end)] : [];
      length = text.length - end;
      const pause = this.#proc.yield();
      if (pause) await pause;
      await this.#block(block);
    }
    if (!this.#stopped && parts.length > 0) await this.#block(parts.join("") + this.#delimiter);
  }

  async #block(block: string): Promise<void> {
    const { binary, nullData, invert } = this.#settings;
    if (binary !== "text" && !this.#binary && !nullData && block.includes("\0")) this.#binary = true;
    if (this.#binary && binary === "without-match") {
      this.#stopped = true;
      return;
    }
    if (this.#uncounted !== undefined) this.#lineNumber = this.#uncounted.total();
    const counter = new LineCounter(block, this.#lineNumber, this.#delimiter);
    const pause = () => this.#proc.yield();
    for (let from = 0; from < block.length && !this.#stopped; ) {
      const found = this.#matcher.nextLine(block, from, pause);
      const span = found instanceof Promise ? await found : found;
      if (invert) await this.#selectUpTo(block, from, span?.start ?? block.length, counter);
      else {
        if (this.#trailing > 0) await this.#context(block, from, span?.start ?? block.length, counter);
        const selecting = span && this.#select(block, span, counter);
        if (selecting) await selecting;
      }
      if (invert && span !== undefined && !this.#stopped)
        await this.#context(block, span.start, span.end + 1, counter);
      from = span === undefined ? block.length : span.end + 1;
    }
    this.#finishBlock(block, counter);
  }

  #finishBlock(block: string, counter: LineCounter): void {
    const { before, lineNumber } = this.#settings;
    if (before > 0 && !this.#silent) this.#remember(block, counter);
    if (lineNumber) this.#uncounted = counter;
    this.#offset += block.length;
  }

  /** Keeps the block's last lines for the leading context of a match in the next. */
  #remember(block: string, counter: LineCounter): void {
    const lines: { text: string; number: number; offset: number }[] = [];
    for (let end = block.length - 1; end >= 0 && lines.length < this.#settings.before; ) {
      const start = end === 0 ? 0 : block.lastIndexOf(this.#delimiter, end - 1) + 1;
      lines.push({ text: block.slice(start, end), number: 0, offset: this.#offset + start });
      end = start - 1;
    }
    const total = counter.total();
    lines.reverse();
    for (const [i, line] of lines.entries()) line.number = total - lines.length + i;
    this.#previous = [...this.#previous, ...lines].slice(-this.#settings.before);
  }

  async #selectUpTo(block: string, from: number, to: number, counter: LineCounter): Promise<void> {
    for (let start = from; start < to && !this.#stopped; ) {
      const end = block.indexOf(this.#delimiter, start);
      const selecting = this.#select(block, { start, end }, counter);
      if (selecting) await selecting;
      start = end + 1;
    }
  }

  #select(block: string, span: LineSpan, counter: LineCounter): MaybePromise<void> {
    const { quiet, list, maxCount } = this.#settings;
    this.selected++;
    if (quiet || list !== undefined) {
      this.#stopped = true;
      return;
    }
    const printing = this.#silent ? undefined : this.#print(block, span, counter);
    if (this.selected < maxCount) return printing;
    return this.#selectLast(block, span, counter, printing);
  }

  async #selectLast(
    block: string,
    span: LineSpan,
    counter: LineCounter,
    printing: MaybePromise<void>,
  ): Promise<void> {
    await printing;
    if (this.#stopped) return;
    this.#stopped = true;
    if (!this.#silent) await this.#context(block, span.end + 1, block.length, counter);
  }

  #print(block: string, span: LineSpan, counter: LineCounter): MaybePromise<void> {
    const { before, after, binary, utf8 } = this.#settings;
    const text = block.slice(span.start, span.end);
    if (this.#binary || (binary !== "text" && utf8 && hasInvalidUtf8(text))) {
      this.#stopped = true;
      return binary === "without-match" ? undefined : this.#printer.binaryMatches(this.#name);
    }
    if (before > 0 || after > 0) return this.#printInContext(block, span.start, text, counter);
    if (this.#printer.plain) return stdout(this.#proc).writeLatin1(block.slice(span.start, span.end + 1));
    return this.#printer.line(this.#name, text, counter.at(span.start), this.#offset + span.start, true);
  }

  async #printInContext(block: string, start: number, text: string, counter: LineCounter): Promise<void> {
    await this.#leading(block, start, counter);
    await this.#emit(text, counter.at(start), this.#offset + start, true);
    this.#trailing = this.#settings.after;
  }

  async #leading(block: string, start: number, counter: LineCounter): Promise<void> {
    const { before, after } = this.#settings;
    const lines: { text: string; number: number; offset: number }[] = [];
    let at = start;
    for (; at > 0 && lines.length < before; ) {
      const from = at === 1 ? 0 : block.lastIndexOf(this.#delimiter, at - 2) + 1;
      if (this.#offset + from < this.#printedTo) break;
      lines.unshift({ text: block.slice(from, at - 1), number: 0, offset: this.#offset + from });
      at = from;
    }
    const number = counter.at(start);
    for (const [i, line] of lines.entries()) line.number = number - lines.length + i;
    if (at === 0 && lines.length < before) {
      const earlier = this.#previous.filter(({ offset }) => offset >= this.#printedTo);
      lines.unshift(...earlier.slice(-(before - lines.length)));
    }
    const first = lines[0]?.offset ?? this.#offset + start;
    if ((before > 0 || after > 0) && this.#printedTo >= 0 && first > this.#printedTo)
      await this.#printer.separator();
    for (const line of lines) await this.#emit(line.text, line.number, line.offset, false);
  }

  /** Prints trailing context from `from` on, as far as it goes. */
  async #context(block: string, from: number, to: number, counter: LineCounter): Promise<void> {
    for (let start = from; start < to && this.#trailing > 0; this.#trailing--) {
      const end = block.indexOf(this.#delimiter, start);
      const text = block.slice(start, end);
      await this.#emit(text, counter.at(start), this.#offset + start, false);
      start = end + 1;
    }
  }

  async #emit(text: string, number: number, offset: number, selected: boolean): Promise<void> {
    await this.#printer.line(this.#name, text, number, offset, selected);
    this.#printedTo = offset + text.length + 1;
  }
}

/** Counts lines up to rising positions in a block. */
class LineCounter {
  readonly #block: string;
  readonly #delimiter: string;
  #number: number;
  #at = 0;

  constructor(block: string, first: number, delimiter: string) {
    this.#block = block;
    this.#number = first;
    this.#delimiter = delimiter;
  }

  /** The number of the line after the block. */
  total(): number {
    return this.at(this.#block.length);
  }

  /** The number of the line that begins at `position`. */
  at(position: number): number {
    for (let next = this.#block.indexOf(this.#delimiter, this.#at); next >= 0 && next < position; ) {
      this.#number++;
      this.#at = next + 1;
      next = this.#block.indexOf(this.#delimiter, this.#at);
    }
    return this.#number;
  }
}

const BEYOND_ASCII = /[\x80-\xff]/;
const VALID_UTF8 =
  /^(?:[\0-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})*$/;

function hasInvalidUtf8(line: string): boolean {
  return BEYOND_ASCII.test(line) && !VALID_UTF8.test(line);
}
