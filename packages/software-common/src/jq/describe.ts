import { writeJson } from "./json-writer.ts";
import { kindOf, type Value } from "./value.ts";

const LONGEST = 14;

/** A value in a message: its kind and the beginning of its text. */
export function describe(value: Value): string {
  return `${kindOf(value)} (${excerpt(writeJson(value))})`;
}

/** The beginning of a text as messages show it, at most so many bytes long. */
export function excerpt(text: string, longest: number = LONGEST): string {
  if (Buffer.byteLength(text) <= longest) return text;
  let kept = text.slice(0, longest - 3);
  while (Buffer.byteLength(kept) > longest - 3) kept = kept.slice(0, -1);
  return `${kept.toWellFormed()}...`;
}
