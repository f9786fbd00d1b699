// ${x^} ${x^^} ${x,} ${x,,} ${x~} ${x~~}

import type { ShellPattern } from "./pattern.ts";

export function changeCase(
  value: string,
  to: "upper" | "lower" | "toggle",
  all: boolean,
  pattern: ShellPattern | undefined,
): string {
  if (all && !pattern && to !== "toggle") return to === "upper" ? upper(value) : lower(value);
  let text = "";
  let first = true;
  for (const char of value) {
    text += (all || first) && (!pattern || pattern.matches(char)) ? changeOne(char, to) : char;
    first = false;
  }
  return text;
}

function changeOne(char: string, to: "upper" | "lower" | "toggle"): string {
  if (to === "upper") return upper(char);
  if (to === "lower") return lower(char);
  return upper(char) === char ? lower(char) : upper(char);
}

/** Converts character by character, as towupper(3), so that the length never changes. */
function upper(text: string): string {
  const changed = text.toUpperCase();
  return changed.length === text.length
    ? changed
    : [...text].map((char) => single(char, char.toUpperCase())).join("");
}

function lower(text: string): string {
  const changed = text.toLowerCase();
  return changed.length === text.length
    ? changed
    : [...text].map((char) => single(char, char.toLowerCase())).join("");
}

function single(char: string, changed: string): string {
  return changed.length === char.length ? changed : char;
}
