// -f: one printf directive for floating-point numbers, applied to exact decimals.

import type { Proc } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { exponentForm, type Form, fixedForm, generalForm, hexForm } from "./float-forms.ts";

const FORMS: Readonly<Record<string, Form>> = { f: fixedForm, e: exponentForm, g: generalForm, a: hexForm };
/** Wider output is refused. */
const WIDEST = 65536;

/** The function that shows a number, given as decimal text. @throws FormatError */
export function parseFormat(proc: Proc, format: string): (number: string) => string {
  const at = directiveStart(format, 0);
  if (at < 0) throw new FormatError(`format ${quote(proc, format)} has no % directive`);
  const match = /^%([-+ #0']*)(\d*)(\.\d*)?L?/.exec(format.slice(at))!;
  const end = at + match[0].length;
  const letter = format[end];
  if (letter === undefined) throw new FormatError(`format ${quote(proc, format)} ends in %`);
  const form = FORMS[letter.toLowerCase()];
  if (form === undefined)
    throw new FormatError(`format ${quote(proc, format)} has unknown %${letter} directive`);
  if (directiveStart(format, end + 1) >= 0) {
    throw new FormatError(`format ${quote(proc, format)} has too many % directives`);
  }
  const [, flags = "", width = "", precision] = match;
  const shown = directive(form, flags, limited(proc, format, width), precisionOf(proc, format, precision));
  const before = format.slice(0, at).replaceAll("%%", "%");
  const after = format.slice(end + 1).replaceAll("%%", "%");
  const upper = letter !== letter.toLowerCase();
  return (number) => before + (upper ? shown(number).toUpperCase() : shown(number)) + after;
}

/** A format that seq refuses, without the hint at --help. */
export class FormatError extends Error {}

function limited(proc: Proc, format: string, digits: string): number {
  const value = Number(digits);
  if (value > WIDEST) throw new FormatError(`invalid format ${quote(proc, format)}`);
  return value;
}

const precisionOf = (proc: Proc, format: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : limited(proc, format, text.slice(1));

/** The index of a "%" that is not part of "%%", or -1. */
function directiveStart(format: string, from: number): number {
  for (let at = format.indexOf("%", from); at >= 0; at = format.indexOf("%", at + 2)) {
    if (format[at + 1] !== "%") return at;
  }
  return -1;
}

function directive(form: Form, flags: string, width: number, precision: number | undefined) {
  return (number: string): string => {
    const negative = number.startsWith("-");
    const sign = negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
    const body = form(negative ? number.slice(1) : number, precision, flags.includes("#"));
    const length = sign.length + body.length;
    if (length >= width) return sign + body;
    if (flags.includes("-")) return (sign + body).padEnd(width);
    return flags.includes("0")
      ? sign + body.padStart(width - sign.length, "0")
      : (sign + body).padStart(width);
  };
}
