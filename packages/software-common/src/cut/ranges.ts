import { UsageError } from "@agentos/kernel/program";

/** One-based and inclusive; `last` may be Infinity. */
export interface Range {
  first: number;
  last: number;
}

/**
 * Parses a list such as "1,3-5,7-". The ranges are in order and do not overlap; adjacent ones are kept apart, because
 * --output-delimiter goes between them. @throws UsageError
 */
export function parseRanges(
  list: string,
  kind: "fields" | "bytes",
  complement: boolean,
  quoted: (text: string) => string,
): Range[] {
  const ranges: Range[] = [];
  for (const part of list.split(/[,\s]/)) ranges.push(parseRange(part, kind, quoted));
  const merged = mergeOverlaps(ranges);
  return complement ? complementOf(merged) : merged;
}

function parseRange(part: string, kind: "fields" | "bytes", quoted: (text: string) => string): Range {
  const field = kind === "fields";
  const numbered = field ? "fields are numbered from 1" : "byte/character positions are numbered from 1";
  const match = /^(\d*)(-?)(\d*)$/.exec(part);
  if (match === null) throw new UsageError(invalidPart(part, field, quoted));
  const [, from = "", dash, to = ""] = match;
  if (from === "" && to === "")
    throw new UsageError(dash === "" ? numbered : "invalid range with no endpoint: -");
  const first = from === "" ? 1 : Number(from);
  const last = dash === "" ? first : to === "" ? Number.POSITIVE_INFINITY : Number(to);
  if (first === 0) throw new UsageError(numbered);
  if (last < first)
    throw new UsageError(last === 0 && dash === "-" && from === "" ? numbered : "invalid decreasing range");
  return { first, last };
}

function invalidPart(part: string, field: boolean, quoted: (text: string) => string): string {
  const at = part.search(/[^\d-]/);
  if (at < 0) return field ? "invalid field range" : "invalid byte or character range";
  return field
    ? `invalid field value ${quoted(part.slice(at))}`
    : `invalid byte/character position ${quoted(part.slice(at))}`;
}

function mergeOverlaps(ranges: Range[]): Range[] {
  const sorted = ranges.toSorted((a, b) => a.first - b.first);
  const out: Range[] = [];
  for (const { first, last } of sorted) {
    const previous = out.at(-1);
    if (previous !== undefined && first <= previous.last) previous.last = Math.max(previous.last, last);
    else out.push({ first, last });
  }
  return out;
}

function complementOf(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  let next = 1;
  for (const { first, last } of ranges) {
    if (first > next) out.push({ first: next, last: first - 1 });
    next = last + 1;
  }
  if (next !== Number.POSITIVE_INFINITY) out.push({ first: next, last: Number.POSITIVE_INFINITY });
  return out;
}
