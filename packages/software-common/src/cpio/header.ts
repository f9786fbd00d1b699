// The headers of cpio archives. Source: cpio(5): newc and crc (hexadecimal), odc (octal), bin (binary).

import { bytesFromLatin1, latin1FromBytes, majorOf, makeDevice, minorOf } from "@agentos/kernel/abi";

export type Format = "newc" | "crc" | "odc" | "bin";

export const TRAILER = "TRAILER!!!";

export interface Entry {
  /** One character per byte. */
  name: string;
  mode: number;
  uid: number;
  gid: number;
  nlink: number;
  mtime: number;
  size: number;
  dev: number;
  ino: number;
  rdev: number;
  checksum: number;
}

/** Bytes that are no header. */
export class CpioError extends Error {}

const LONGEST_NAME = 4096 * 4;
const NEWC_LENGTH = 110;
const ODC_LENGTH = 76;
const BIN_LENGTH = 26;
const MAGIC_LENGTH = 6;
const HARDEST_SIZE = 2 ** 53;

/** What data and names are filled up to. */
export const alignmentOf = (format: Format): number => ({ newc: 4, crc: 4, odc: 1, bin: 2 })[format];

export const paddingOf = (length: number, alignment: number): number =>
  (alignment - (length % alignment)) % alignment;

/** The header with the name and what fills it up. */
export function encodeEntry(entry: Entry, format: Format): Uint8Array {
  const name = `${entry.name}\0`;
  const text =
    format === "odc"
      ? odcText(entry, name)
      : format === "bin"
        ? binText(entry, name)
        : newcText(entry, name, format);
  const whole = text + name;
  return bytesFromLatin1(whole + "\0".repeat(paddingOf(whole.length, alignmentOf(format))));
}

function newcText(entry: Entry, name: string, format: Format): string {
  const fields = [
    entry.ino,
    entry.mode,
    entry.uid,
    entry.gid,
    entry.nlink,
    entry.mtime,
    entry.size,
    majorOf(entry.dev),
    minorOf(entry.dev),
    majorOf(entry.rdev),
    minorOf(entry.rdev),
    name.length,
    format === "crc" ? entry.checksum : 0,
  ];
  const hex = fields.map((n) => (n >>> 0).toString(16).toUpperCase().padStart(8, "0")).join("");
  return (format === "crc" ? "070702" : "070701") + hex;
}

function odcText(entry: Entry, name: string): string {
  const octal = (n: number, width: number) => (n % 8 ** width).toString(8).padStart(width, "0");
  const { dev, ino, mode, uid, gid, nlink, rdev, mtime, size } = entry;
  const short = [dev, ino, mode, uid, gid, nlink, rdev].map((n) => octal(n, 6)).join("");
  return `070707${short}${octal(mtime, 11)}${octal(name.length, 6)}${octal(size, 11)}`;
}

function binText(entry: Entry, name: string): string {
  const { dev, ino, mode, uid, gid, nlink, rdev, mtime, size } = entry;
  const halves = (n: number) => [Math.floor(n / 65536), n];
  const words = [
    0o70707,
    dev,
    ino,
    mode,
    uid,
    gid,
    nlink,
    rdev,
    ...halves(mtime),
    name.length,
    ...halves(size),
  ];
  return words.map((word) => String.fromCharCode(word & 0xff, (word >>> 8) & 0xff)).join("");
}

/** Exactly that many bytes. @throws CpioError */
export type Take = (count: number) => Promise<Uint8Array>;

/** The next header and its name. @throws CpioError */
export async function readEntry(take: Take): Promise<{ entry: Entry; format: Format }> {
  const magic = latin1FromBytes(await take(MAGIC_LENGTH));
  if (magic === "070701" || magic === "070702") return readNewc(take, magic === "070702" ? "crc" : "newc");
  if (magic === "070707") return { entry: await readOdc(take), format: "odc" };
  if (magic.startsWith("\xc7\x71")) return { entry: await readBin(take, magic), format: "bin" };
  throw new CpioError("Malformed number or unknown magic");
}

function numbers(text: string, widths: readonly number[], base: number): number[] {
  let at = 0;
  return widths.map((width) => {
    const digits = text.slice(at, (at += width));
    const number = Number.parseInt(digits, base);
    if (Number.isNaN(number) || number < 0 || number >= HARDEST_SIZE) throw new CpioError("Malformed number");
    return number;
  });
}

async function readName(take: Take, length: number, padding: number): Promise<string> {
  if (length === 0 || length > LONGEST_NAME) throw new CpioError("Malformed name");
  const text = latin1FromBytes(await take(length + padding));
  const nul = text.indexOf("\0");
  return text.slice(0, nul < 0 ? length : nul);
}

async function readNewc(take: Take, format: "newc" | "crc"): Promise<{ entry: Entry; format: Format }> {
  const text = latin1FromBytes(await take(NEWC_LENGTH - MAGIC_LENGTH));
  const fields = numbers(text, new Array(13).fill(8), 16);
  const [
    ino,
    mode,
    uid,
    gid,
    nlink,
    mtime,
    size,
    devMajor,
    devMinor,
    rdevMajor,
    rdevMinor,
    nameSize,
    checksum,
  ] = fields as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const name = await readName(take, nameSize, paddingOf(NEWC_LENGTH + nameSize, 4));
  const dev = makeDevice(devMajor, devMinor);
  const rdev = makeDevice(rdevMajor, rdevMinor);
  return { entry: { name, mode, uid, gid, nlink, mtime, size, dev, ino, rdev, checksum }, format };
}

async function readOdc(take: Take): Promise<Entry> {
  const text = latin1FromBytes(await take(ODC_LENGTH - MAGIC_LENGTH));
  const [dev, ino, mode, uid, gid, nlink, rdev, mtime, nameSize, size] = numbers(
    text,
    [6, 6, 6, 6, 6, 6, 6, 11, 6, 11],
    8,
  ) as [number, number, number, number, number, number, number, number, number, number];
  const name = await readName(take, nameSize, 0);
  return { name, mode, uid, gid, nlink, mtime, size, dev, ino, rdev, checksum: 0 };
}

async function readBin(take: Take, begun: string): Promise<Entry> {
  const text = begun + latin1FromBytes(await take(BIN_LENGTH - MAGIC_LENGTH));
  const word = (at: number) => text.charCodeAt(at * 2) | (text.charCodeAt(at * 2 + 1) << 8);
  const long = (at: number) => word(at) * 65536 + word(at + 1);
  const nameSize = word(10);
  const name = await readName(take, nameSize, nameSize % 2);
  return {
    name,
    dev: word(1),
    ino: word(2),
    mode: word(3),
    uid: word(4),
    gid: word(5),
    nlink: word(6),
    rdev: word(7),
    mtime: long(8),
    size: long(11),
    checksum: 0,
  };
}
