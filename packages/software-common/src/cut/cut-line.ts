import type { Range } from "./ranges.ts";

/** The part of a line to be printed; undefined: nothing, not even the line's end. */
export type LineCut = (line: string) => string | undefined;

export function cutBytes(ranges: readonly Range[], joint: string | undefined): LineCut {
  return (line) => {
    let out = "";
    let any = false;
    for (const { first, last } of ranges) {
      if (first > line.length) break;
      if (any && joint !== undefined) out += joint;
      out += line.slice(first - 1, last);
      any = true;
    }
    return out;
  };
}

export function cutFields(
  ranges: readonly Range[],
  separator: string,
  joint: string,
  onlyDelimited: boolean,
  lineEnd: string,
): LineCut {
  const single = ranges.length === 1 && ranges[0]!.first === ranges[0]!.last ? ranges[0]!.first : undefined;
  if (separator === lineEnd) return (line) => line;
  return (line) => {
    const first = line.indexOf(separator);
    if (first < 0) return onlyDelimited ? undefined : line;
    if (single !== undefined) return oneField(line, separator, single, first);
    const fields = line.split(separator);
    const kept: string[] = [];
    for (const range of ranges) {
      for (let i = range.first; i <= range.last && i <= fields.length; i++) kept.push(fields[i - 1]!);
    }
    return kept.join(joint);
  };
}

function oneField(line: string, separator: string, field: number, firstEnd: number): string {
  let start = 0;
  let end = firstEnd;
  for (let i = 1; i < field; i++) {
    if (end < 0) return "";
    start = end + 1;
    end = line.indexOf(separator, start);
  }
  return end < 0 ? line.slice(start) : line.slice(start, end);
}
