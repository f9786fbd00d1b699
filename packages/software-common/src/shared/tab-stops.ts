/** What is wrong with a list of tab stops. */
export class TabStopError extends Error {}

const LARGEST_STOP = 2 ** 20;

/** Columns that tabs lead to. */
export interface TabStops {
  /** The next stop after a column; undefined beyond the last. */
  after(column: number): number | undefined;
}

function everyStop(size: number): TabStops {
  return { after: (column) => column + size - (column % size) };
}

/** A list such as "8", "4,8,12", "2,/8" or "2,+8". @throws TabStopError */
export function parseTabStops(list: string | undefined, quoted: (text: string) => string): TabStops {
  if (list === undefined) return everyStop(8);
  const words = list.split(/[,\s]+/).filter((word) => word !== "");
  const rest = /^([/+])(\d+)$/.exec(words.at(-1) ?? "");
  const numbers = (rest === null ? words : words.slice(0, -1)).map((word) => {
    if (!/^\d+$/.test(word))
      throw new TabStopError(`tab size contains invalid character(s): ${quoted(word.replace(/^\d+/, ""))}`);
    if (Number(word) > LARGEST_STOP) throw new TabStopError(`tab stop is too large ${quoted(word)}`);
    return Number(word);
  });
  if (numbers.includes(0)) throw new TabStopError("tab size cannot be 0");
  if (numbers.some((stop, i) => i > 0 && stop <= numbers[i - 1]!))
    throw new TabStopError("tab sizes must be ascending");
  if (numbers.length === 0)
    return everyStop(rest === null ? 8 : Math.min(Number(rest[2]), LARGEST_STOP) || 8);
  if (numbers.length === 1 && rest === null) return everyStop(numbers[0]!);
  return listedStops(numbers, rest);
}

function listedStops(numbers: readonly number[], rest: RegExpExecArray | null): TabStops {
  const last = numbers.at(-1)!;
  const size = rest === null ? 0 : Math.min(Number(rest[2]), LARGEST_STOP);
  const origin = rest?.[1] === "+" ? last : 0;
  return {
    after(column) {
      const listed = numbers.find((stop) => stop > column);
      if (listed !== undefined || size === 0) return listed;
      return column + size - ((column - origin) % size);
    },
  };
}
