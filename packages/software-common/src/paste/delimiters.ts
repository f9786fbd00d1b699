const ESCAPES: Readonly<Record<string, string>> = {
  "0": "",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

/** -d's list, one string per delimiter ("\0" is an empty one); undefined if it ends in a lone backslash. */
export function parseDelimiters(list: string): string[] | undefined {
  const out: string[] = [];
  for (let i = 0; i < list.length; i++) {
    if (list[i] !== "\\") {
      out.push(list[i]!);
      continue;
    }
    const next = list[++i];
    if (next === undefined) return undefined;
    out.push(ESCAPES[next] ?? next);
  }
  return out.length === 0 ? [""] : out;
}
