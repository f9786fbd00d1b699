import { byteText } from "../shared/byte-text.ts";

/** What follows the address, for a row of up to 16 bytes. */
export type RowFormat = (row: Uint8Array) => string;

const BYTES = 16;

function byBytes(show: (byte: number) => string, width: number): RowFormat {
  return (row) => {
    let out = "";
    for (let i = 0; i < BYTES; i++) out += i < row.length ? ` ${show(row[i]!)}` : " ".repeat(width + 1);
    return out;
  };
}

function byWords(show: (word: number) => string, width: number): RowFormat {
  return (row) => {
    let out = "";
    for (let i = 0; i < BYTES; i += 2) {
      out += i < row.length ? ` ${show(row[i]! | ((row[i + 1] ?? 0) << 8))}` : " ".repeat(width + 1);
    }
    return out;
  };
}

const character = (byte: number): string => byteText(byte).padStart(3);

export const CANONICAL: RowFormat = (row) => {
  let hex = "";
  let text = "";
  for (let i = 0; i < BYTES; i++) {
    if (i % 8 === 0) hex += " ";
    const byte = row[i];
    hex += byte === undefined ? "   " : ` ${byte.toString(16).padStart(2, "0")}`;
    if (byte !== undefined) text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".";
  }
  return `${hex}  |${text}|`;
};

const hexWord = (word: number): string => word.toString(16).padStart(4, "0");

/** By the option that asks for it; "words" is the standard one. */
export const FORMATS: Readonly<Record<string, RowFormat>> = {
  words: byWords(hexWord, 4),
  bytes: byBytes((byte) => byte.toString(8).padStart(3, "0"), 3),
  canonical: CANONICAL,
  characters: byBytes(character, 3),
  decimal: byWords((word) => `  ${String(word).padStart(5, "0")}`, 7),
  octal: byWords((word) => ` ${word.toString(8).padStart(6, "0")}`, 7),
  hexadecimal: byWords((word) => `   ${hexWord(word)}`, 7),
};
