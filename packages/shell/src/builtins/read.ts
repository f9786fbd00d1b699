// The read builtin. @see POSIX.1-2024 XCU read; bash(1)

import { decode, ECHO, ICANON, isSysError, POLLIN, VMIN, VTIME } from "@agentos/kernel/abi";
import { type Co, wait } from "../co.ts";
import { editLine } from "../interactive/line-editor.ts";
import type { Shell } from "../shell.ts";
import { assignReference, isReference, notIdentifier } from "./assign.ts";
import type { Builtin } from "./builtin.ts";
import { SharedInput } from "./input.ts";
import { type BuiltinOptions, parseOptions } from "./options.ts";
import { lastField, type ReadText, splitAll, takeField } from "./read-fields.ts";

interface ReadRequest {
  fd: number;
  raw: boolean;
  /** The byte that ends the input. */
  delimiter: number;
  /** Characters to read at most; -1: no limit. */
  limit: number;
  /** -N: delimiters do not end the input, and it is not split. */
  exact: boolean;
  timeoutMs: number | undefined;
}

const TIMED_OUT = 142;
const INTERRUPTED = 130;

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "read", args, "ersa:d:i:n:N:p:t:u:");
  if (typeof options === "number") return options;
  const request = requestOf(shell, options);
  if (typeof request === "number") return request;
  const names = options.operands;
  for (const name of [options.values.get("a") ?? [], names].flat()) {
    if (isReference(name)) continue;
    notIdentifier(shell, "read", name);
    return 1;
  }
  const text: ReadText = { text: "", escaped: undefined };
  const status = yield* obtain(shell, options, request, text);
  if (status === undefined) return 1;
  yield* assign(shell, names, options.values.get("a"), request.exact, text);
  return status;
}

/** The numbers among the options. */
function requestOf(shell: Shell, { flags, values }: BuiltinOptions): ReadRequest | number {
  const delimiter = values.get("d");
  const timeout = values.get("t") ?? shell.vars.get("TMOUT");
  const seconds = timeout === undefined || timeout === "" ? undefined : Number(timeout);
  if (seconds !== undefined && !(seconds >= 0)) {
    if (flags.has("t")) return shell.fail("read", `${timeout}: invalid timeout specification`);
  }
  const exact = values.get("N");
  const count = exact ?? values.get("n");
  if (count !== undefined && !/^\d+$/.test(count)) return shell.fail("read", `${count}: invalid number`);
  const fd = values.get("u") ?? "0";
  if (!/^\d+$/.test(fd)) return shell.fail("read", `${fd}: invalid file descriptor specification`);
  return {
    fd: Number(fd),
    raw: flags.has("r"),
    delimiter: delimiter === undefined ? 10 : (delimiter.charCodeAt(0) || 0) & 0xff,
    limit: count === undefined ? -1 : Number(count),
    exact: exact !== undefined,
    timeoutMs: seconds !== undefined && seconds >= 0 ? seconds * 1000 : undefined,
  };
}

/** Reads into `text`. @returns the status; undefined if reading failed, which has been reported */
function* obtain(
  shell: Shell,
  options: BuiltinOptions,
  request: ReadRequest,
  text: ReadText,
): Co<number | undefined> {
  const { fd } = request;
  try {
    if (request.timeoutMs === 0 && options.flags.has("t")) {
      const ready = yield* wait(shell.proc.poll([{ fd, events: POLLIN }], 0));
      return ready[0] === 0 ? 1 : 0;
    }
    const terminal = shell.proc.isatty(fd);
    const prompt = options.values.get("p") ?? "";
    if (terminal && options.flags.has("e")) {
      const edited = yield* editLine(shell, { fd, prompt, initial: options.values.get("i") });
      if ("line" in edited) text.text = edited.line;
      else return edited.ended === "eof" ? 1 : INTERRUPTED;
      return 0;
    }
    if (terminal && prompt !== "") shell.report(prompt);
    const restore = terminal ? prepareTerminal(shell, request, options.flags.has("s")) : undefined;
    try {
      return yield* readText(shell, request, text);
    } finally {
      restore?.();
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    const what = isSysError(error, "EBADF") ? `${fd}: invalid file descriptor: ` : "read error: 0: ";
    shell.fail("read", what + error.message);
    return undefined;
  }
}

/** Sets a terminal up for -s, and for input that does not end with the line. @returns how to undo that */
function prepareTerminal(shell: Shell, request: ReadRequest, silent: boolean): (() => void) | undefined {
  const raw = request.limit >= 0 || request.delimiter !== 10;
  if (!raw && !silent) return undefined;
  const saved = shell.proc.tcgetattr(request.fd);
  const changed = { ...saved, cc: saved.cc.slice() };
  if (silent) changed.lflag &= ~ECHO;
  if (raw) {
    changed.lflag &= ~ICANON;
    changed.cc[VMIN] = 1;
    changed.cc[VTIME] = 0;
  }
  shell.proc.tcsetattr(request.fd, changed);
  return () => shell.proc.tcsetattr(request.fd, saved);
}

/** Reads bytes up to the delimiter, the limit or the end. */
function* readText(shell: Shell, request: ReadRequest, text: ReadText): Co<number> {
  const input = yield* SharedInput.open(shell, request.fd, request.timeoutMs);
  const line = new Line(shell.bytewise);
  let status = request.limit === 0 ? 0 : 1;
  let steps = 0;
  while (request.limit < 0 || line.characters < request.limit) {
    let byte = input.take();
    if (byte === -1) {
      if ((++steps & 63) === 0) yield* shell.breathe();
      if (!(yield* input.fill())) break;
      byte = input.take();
    }
    if (line.afterBackslash) {
      line.afterBackslash = false;
      if (byte !== 10) line.addEscaped(byte);
    } else if (byte === request.delimiter && !request.exact) {
      status = 0;
      break;
    } else if (byte === 92 && !request.raw) line.afterBackslash = true;
    else if (byte !== 0) line.add(byte);
    if (line.characters === request.limit && line.wholeCharacter) status = 0;
  }
  yield* input.done();
  line.finish(text);
  return input.timedOut ? TIMED_OUT : status;
}

/** Collects the bytes of a line, and the offsets of the characters that a backslash protects. */
class Line {
  #bytes = new Uint8Array(128);
  #length = 0;
  #continuation = 0;
  #escaped: number[] = [];
  readonly #bytewise: boolean;
  characters = 0;
  afterBackslash = false;

  constructor(bytewise: boolean) {
    this.#bytewise = bytewise;
  }

  get wholeCharacter(): boolean {
    return this.#continuation === 0;
  }

  add(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(this.#length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = byte;
    // A character counts once its last byte has come.
    if (this.#bytewise) this.#continuation = 0;
    else if (byte >= 0xc2 && byte < 0xf5) this.#continuation = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    else if (this.#continuation > 0 && byte >= 0x80 && byte < 0xc0) this.#continuation--;
    else this.#continuation = 0;
    if (this.#continuation === 0) this.characters++;
  }

  addEscaped(byte: number): void {
    this.#escaped.push(this.#length);
    this.add(byte);
  }

  finish(into: ReadText): void {
    into.text = decode(this.#bytes, 0, this.#length);
    if (this.#escaped.length === 0) return;
    const ascii = into.text.length === this.#length;
    const offsets = ascii
      ? this.#escaped
      : this.#escaped.map((offset) => decode(this.#bytes, 0, offset).length);
    into.escaped = new Set(offsets);
  }
}

/** Splits the text among the names. */
function* assign(
  shell: Shell,
  names: string[],
  array: string | undefined,
  exact: boolean,
  text: ReadText,
): Co<void> {
  if (array !== undefined) {
    shell.vars.setArray(array, exact ? [text.text] : splitAll(shell.ifs, text));
    return;
  }
  if (names.length === 0) {
    shell.vars.set("REPLY", text.text);
    return;
  }
  if (exact) {
    for (const [index, name] of names.entries())
      yield* assignReference(shell, name, index === 0 ? text.text : "");
    return;
  }
  let at = 0;
  while (at < text.text.length && isWhite(shell, text, at)) at++;
  for (const [index, name] of names.entries()) {
    if (index === names.length - 1) yield* assignReference(shell, name, lastField(shell.ifs, text, at));
    else {
      const field = takeField(shell.ifs, text, at);
      yield* assignReference(shell, name, field.value);
      at = field.next;
    }
  }
}

function isWhite(shell: Shell, text: ReadText, at: number): boolean {
  return !text.escaped?.has(at) && shell.ifs.isWhite(text.text[at]!);
}

export const read: Builtin = { name: "read", run };
