import type { Proc } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";

const WIDEST = 65536;
const MOST_PRECISE = 33;

/** What --format does to a number. */
export interface NumberFormat {
  precision: number | undefined;
  dress: (number: string) => string;
}

/** One %f directive between literal text; the message of a mistake if it is none. */
export function parseFormat(proc: Proc, format: string): NumberFormat | string {
  const shown = quote(proc, format);
  const [before, from] = literal(format, 0);
  if (from === format.length) return `format ${shown} has no % directive`;
  const match = /^%([ 0'-]*)(\d{0,9})(?:\.(\d{0,9}))?(.?)/su.exec(format.slice(from))!;
  const [directive, flags = "", width = "", precision, letter] = match;
  if (letter === "") return `format ${shown} ends in %`;
  if (letter !== "f") return `invalid format ${shown}, directive must be %[0]['][-][N][.][N]f`;
  const [after, end] = literal(format, from + directive.length);
  if (end < format.length) return `format ${shown} has too many % directives`;
  const columns = Math.min(Number(width), WIDEST);
  const pad = (number: string): string => {
    if (flags.includes("-")) return number.padEnd(columns);
    if (!flags.includes("0")) return number.padStart(columns);
    const sign = number.startsWith("-") ? "-" : "";
    return sign + number.slice(sign.length).padStart(columns - sign.length, "0");
  };
  return {
    precision: precision === undefined ? undefined : Math.min(Number(precision), MOST_PRECISE),
    dress: (number) => before + pad(number) + after,
  };
}

/** Text up to the next directive, where "%%" stays as it is, and where that directive is. */
function literal(format: string, start: number): [string, number] {
  const text = /^(?:[^%]|%%)*/.exec(format.slice(start))![0];
  return [text, start + text.length];
}
