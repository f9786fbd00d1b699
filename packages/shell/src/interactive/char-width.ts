// How many columns a character takes on a terminal. @see wcwidth(3); Unicode TR 11

const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const COMBINING = /^(?:\p{Mn}|\p{Me}|\u200b|\u200c|\u200d)$/u;

/** Control characters count as shown: "^A". */
export function charWidth(char: string): number {
  const code = char.codePointAt(0)!;
  if (code < 32 || code === 127) return 2;
  if (code < 0x300) return 1;
  if (COMBINING.test(char)) return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}
