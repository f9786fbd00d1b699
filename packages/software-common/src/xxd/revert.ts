const pairsOf = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** A line "offset: hex  text"; undefined if it is none. */
export function parseDumpLine(line: string): { offset: number; bytes: Uint8Array } | undefined {
  const match = /^\s*([\da-fA-F]+):\s?(.*)$/.exec(line);
  if (match === null) return undefined;
  const hex = match[2]!.split(/ {2}/)[0]!;
  const digits = /^(?:[\da-fA-F]{2}\s?)*/.exec(hex)![0].replace(/\s/g, "");
  return { offset: Number.parseInt(match[1]!, 16), bytes: pairsOf(digits) };
}

/** The bytes of a plain dump's line; a lone digit is left for the next. */
export function parsePlainLine(line: string): { bytes: Uint8Array; rest: string } {
  const digits = line.replace(/[^\da-fA-F]/g, "");
  const even = digits.length - (digits.length % 2);
  return { bytes: pairsOf(digits.slice(0, even)), rest: digits.slice(even) };
}
