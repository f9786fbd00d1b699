// od's output types. Source: POSIX.1-2024 XCU od; GNU coreutils manual, "od invocation".

import { byteText } from "../shared/byte-text.ts";

/** A type string that od refuses. */
export class BadType extends Error {}

export interface TypeFormat {
  /** Bytes of one item. */
  size: number;
  /** Columns of one item, without the space before it. */
  width: number;
  show: (view: DataView, at: number) => string;
  /** The "z" suffix: printable characters at the end of the line. */
  trailer: boolean;
}

const NAMES = [
  ..."nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp".split(
    " ",
  ),
];

function named(view: DataView, at: number): string {
  const code = view.getUint8(at) & 0x7f;
  return code === 127 ? "del" : (NAMES[code] ?? String.fromCharCode(code));
}

const character = (view: DataView, at: number): string => byteText(view.getUint8(at));

function unsigned(view: DataView, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(at + i));
  return value;
}

const WIDTHS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  d: { 1: 4, 2: 6, 4: 11, 8: 20 },
  u: { 1: 3, 2: 5, 4: 10, 8: 20 },
  o: { 1: 3, 2: 6, 4: 11, 8: 22 },
  x: { 1: 2, 2: 4, 4: 8, 8: 16 },
  f: { 4: 15, 8: 24 },
};

const NAMED_SIZES: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8, F: 4, D: 8 };

function shower(letter: string, size: number, width: number): TypeFormat["show"] {
  switch (letter) {
    case "d":
      return (view, at) => BigInt.asIntN(size * 8, unsigned(view, at, size)).toString();
    case "u":
      return (view, at) => unsigned(view, at, size).toString();
    case "f":
      return size === 4
        ? (view, at) => shortestFloat(view.getFloat32(at, true), Math.fround)
        : (view, at) => shortestFloat(view.getFloat64(at, true), (value) => value);
    default:
      return (view, at) =>
        unsigned(view, at, size)
          .toString(letter === "o" ? 8 : 16)
          .padStart(width, "0");
  }
}

/** As %g with the fewest digits that give the value back. */
function shortestFloat(value: number, rounded: (value: number) => number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  let digits = 1;
  while (digits < 17 && rounded(Number(value.toPrecision(digits))) !== value) digits++;
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < digits) return String(Number(value.toPrecision(digits)));
  return value.toExponential(digits - 1).replace(/e([-+])(\d)$/, "e$10$2");
}

/** @throws BadType */
export function parseTypes(text: string, quoted: (text: string) => string): TypeFormat[] {
  const out: TypeFormat[] = [];
  for (let at = 0; at < text.length; ) {
    const match = /^(?:([ac])|([doux])(\d+|[CSIL])?|(f)(\d+|[FDL])?)(z?)/.exec(text.slice(at));
    if (match === null) throw new BadType(`invalid character '${text[at]}' in type string ${quoted(text)}`);
    const [all, simple, integer, integerSize, float, floatSize, z] = match;
    const trailer = z === "z";
    if (simple !== undefined)
      out.push({ size: 1, width: 3, show: simple === "a" ? named : character, trailer });
    else {
      const letter = integer ?? float!;
      const given = integerSize ?? floatSize;
      const size =
        given === undefined ? (float === undefined ? 4 : 8) : (NAMED_SIZES[given] ?? Number(given));
      const width = WIDTHS[letter]![size];
      if (width === undefined) {
        const kind = float === undefined ? "integral" : "floating point";
        throw new BadType(
          `invalid type string ${quoted(text)};\nthis system doesn't provide a ${size}-byte ${kind} type`,
        );
      }
      out.push({ size, width, show: shower(letter, size, width), trailer });
    }
    at += all.length;
  }
  return out;
}

const leastCommonMultiple = (a: number, b: number): number => {
  let multiple = Math.max(a, b);
  while (multiple % a !== 0 || multiple % b !== 0) multiple++;
  return multiple;
};

/** The lines for one row of bytes: the address before the first, blanks before the others; columns line up. */
export function formatRow(
  row: Uint8Array,
  types: readonly TypeFormat[],
  rowBytes: number,
  address: string,
): string {
  const unit = types.reduce((size, type) => leastCommonMultiple(size, type.size), 1);
  const columns = Math.max(...types.map(({ size, width }) => (unit / size) * (width + 1)));
  const padded = new Uint8Array(Math.ceil(Math.max(row.length, rowBytes) / unit) * unit);
  padded.set(row);
  const view = new DataView(padded.buffer);
  let out = "";
  for (const [i, type] of types.entries()) {
    const items = rowBytes / type.size;
    const spare = (columns / unit) * rowBytes - items * type.width;
    let line = i === 0 ? address : " ".repeat(address.length);
    let left = spare;
    for (let item = 0; item < items; item++) {
      const after = Math.floor((spare * (items - item - 1)) / items);
      const width = left - after + type.width;
      left = after;
      if (item * type.size < row.length) line += type.show(view, item * type.size).padStart(width);
      else if (type.trailer) line += " ".repeat(width);
    }
    out += `${line}${type.trailer ? `  >${printable(row)}<` : ""}\n`;
  }
  return out;
}

const printable = (row: Uint8Array): string =>
  Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
