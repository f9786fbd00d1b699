// match() and what is made of it. Expressions are Perl's, in bounded time; searches give up the turn.

import { type Regex, RegexLimitError, type Spans } from "@agentos/posix";
import { describe } from "../describe.ts";
import type { Task } from "../flow.ts";
import type { Runtime } from "../runtime.ts";
import { isArray, JqError, type Value } from "../value.ts";

interface Search {
  regex: Regex;
  global: boolean;
  skipEmpty: boolean;
}

function prepare(rt: Runtime, text: Value, given: Value, flags: Value): Search {
  if (typeof text !== "string")
    throw new JqError(`${describe(text)} cannot be matched, as it is not a string`);
  const [source, letters] = isArray(given) && flags === null ? [given[0]!, given[1] ?? null] : [given, flags];
  if (typeof source !== "string")
    throw new JqError(`${describe(source)} cannot be matched, as it is not a string`);
  if (letters !== null && typeof letters !== "string")
    throw new JqError(`${describe(letters)} is not a string`);
  const set = letters ?? "";
  if (/[^gimnpslx]/.test(set)) throw new JqError(`${set} is not a valid modifier string`);
  return {
    regex: rt.regex(
      set.includes("x") ? unspaced(source) : source,
      set.includes("i"),
      set.includes("p") ? "(?s)" : "",
    ),
    global: set.includes("g"),
    skipEmpty: set.includes("n"),
  };
}

/** Without the white space and comments that the flag x allows. */
const unspaced = (source: string): string =>
  source.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]])*\]|\s+|#[^\n]*/g, (part) =>
    /^[\s#]/.test(part) ? "" : part,
  );

/** Each match as offsets in the text. */
function* spansOf(rt: Runtime, text: string, { regex, global, skipEmpty }: Search): Task<Spans[]> {
  const found: Spans[] = [];
  for (let from = 0; from <= text.length; ) {
    const spans = yield* rt.wait(execute(rt, regex, text, from));
    if (spans === undefined) break;
    const [start, end] = [spans[0]!, spans[1]!];
    if (end > start || !skipEmpty) {
      rt.grow(found.length);
      found.push(spans.slice());
    }
    if (!global && found.length > 0) break;
    from = end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
  return found;
}

async function limited<T>(search: Promise<T>): Promise<T> {
  try {
    return await search;
  } catch (error) {
    throw tooLong(error);
  }
}

const tooLong = (error: unknown): unknown =>
  error instanceof RegexLimitError ? new JqError("regular expression takes too long") : error;

function execute(rt: Runtime, regex: Regex, text: string, from: number) {
  try {
    const spans = regex.execPausing(text, from, () => rt.proc.yield());
    return spans instanceof Promise ? limited(spans) : spans;
  } catch (error) {
    throw tooLong(error);
  }
}

/** Counts code points up to offsets that only grow, and back again for groups. */
class Points {
  readonly #text: string;
  #unit = 0;
  #points = 0;

  constructor(text: string) {
    this.#text = text;
  }

  at(unit: number): number {
    for (; this.#unit < unit; this.#unit++) if (!this.#trails(this.#unit)) this.#points++;
    for (; this.#unit > unit; ) if (!this.#trails(--this.#unit)) this.#points--;
    return this.#points;
  }

  #trails(unit: number): boolean {
    return (this.#text.charCodeAt(unit) & 0xfc00) === 0xdc00;
  }
}

function matchObject(text: string, spans: Spans, { regex }: Search, points: Points): Value {
  const names = new Map([...regex.names].map(([name, index]) => [index, name]));
  const part = (group: number): Map<string, Value> => {
    const [start, end] = [spans[2 * group]!, spans[2 * group + 1]!];
    if (start < 0)
      return new Map<string, Value>([
        ["offset", -1],
        ["string", null],
        ["length", 0],
      ]);
    const offset = points.at(start);
    return new Map<string, Value>([
      ["offset", offset],
      ["length", points.at(end) - offset],
      ["string", text.slice(start, end)],
    ]);
  };
  const captures: Value[] = [];
  for (let group = 1; group <= regex.groups; group++)
    captures.push(part(group).set("name", names.get(group) ?? null));
  return part(0).set("captures", captures);
}

export function* matches(rt: Runtime, text: Value, given: Value, flags: Value): Task<Value[]> {
  const search = prepare(rt, text, given, flags);
  const points = new Points(text as string);
  const found = yield* spansOf(rt, text as string, search);
  return found.map((spans) => matchObject(text as string, spans, search, points));
}

export function* tests(rt: Runtime, text: Value, given: Value, flags: Value): Task<boolean> {
  const search = prepare(rt, text, given, flags);
  return (yield* spansOf(rt, text as string, { ...search, global: false })).length > 0;
}

/** What is between the matches, each with its match; the rest with null. */
export function* pieces(rt: Runtime, text: Value, given: Value, flags: Value): Task<Value[]> {
  const search = prepare(rt, text, given, flags);
  const points = new Points(text as string);
  let from = 0;
  const parts: Value[] = [];
  for (const spans of yield* spansOf(rt, text as string, search)) {
    const gap = (text as string).slice(from, spans[0]!);
    from = spans[1]!;
    parts.push(
      new Map([
        ["gap", gap as Value],
        ["match", matchObject(text as string, spans, search, points)],
      ]),
    );
  }
  parts.push(
    new Map([
      ["gap", (text as string).slice(from) as Value],
      ["match", null],
    ]),
  );
  return parts;
}
