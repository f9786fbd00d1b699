// Kinds of files by their first bytes. Source: the formats' own specifications; the words are file(1)'s.

export interface Kind {
  text: string;
  mime: string;
  /** "us-ascii", "utf-8", "binary" … */
  charset?: string;
}

interface Magic {
  at?: number;
  bytes: string;
  text: string | ((head: Head) => string);
  mime: string;
}

/** The beginning of a file. */
export class Head {
  readonly bytes: Uint8Array;
  /** One character per byte. */
  readonly latin1: string;

  constructor(bytes: Uint8Array, latin1: string) {
    this.bytes = bytes;
    this.latin1 = latin1;
  }

  number(at: number, length: number, littleEndian = false): number {
    let sum = 0;
    for (let i = 0; i < length; i++)
      sum = sum * 256 + (this.bytes[at + (littleEndian ? length - 1 - i : i)] ?? 0);
    return sum;
  }
}

const PNG_COLOURS: Readonly<Record<number, string>> = {
  0: " grayscale",
  2: "/color RGB",
  3: " colormap",
  4: " gray+alpha",
  6: "/color RGBA",
};
const MACHINES: Readonly<Record<number, string>> = {
  3: "Intel 80386",
  40: "ARM",
  62: "x86-64",
  183: "ARM aarch64",
  243: "UCB RISC-V",
};
const ELF_TYPES: Readonly<Record<number, string>> = {
  1: "relocatable",
  2: "executable",
  3: "shared object",
  4: "core file",
};
const GZIP_SYSTEMS: Readonly<Record<number, string>> = {
  0: "FAT filesystem (MS-DOS, OS/2, NT)",
  3: "Unix",
  7: "Macintosh",
  11: "NTFS filesystem (NT)",
};

function png(head: Head): string {
  const [width, height, depth, colour, interlaced] = [
    head.number(16, 4),
    head.number(20, 4),
    head.bytes[24],
    head.bytes[25],
    head.bytes[28],
  ];
  const kind = PNG_COLOURS[colour ?? 0] ?? "";
  return `PNG image data, ${width} x ${height}, ${depth}-bit${kind}, ${interlaced ? "interlaced" : "non-interlaced"}`;
}

function elf(head: Head): string {
  const little = head.bytes[5] !== 2;
  const type = head.number(16, 2, little);
  const machine = MACHINES[head.number(18, 2, little)] ?? "unknown arch";
  const size = head.bytes[4] === 2 ? "64" : "32";
  return `ELF ${size}-bit ${little ? "LSB" : "MSB"} ${ELF_TYPES[type] ?? "unknown"}, ${machine}, version 1 (SYSV)`;
}

function gzip(head: Head): string {
  const flags = head.bytes[3] ?? 0;
  const name = flags & 8 ? (head.latin1.slice(10).split("\0")[0] ?? "") : "";
  const seconds = head.number(4, 4, true);
  const parts = ["gzip compressed data"];
  if (name !== "") parts.push(`was "${name}"`);
  if (seconds !== 0) parts.push(`last modified: ${asctime(seconds)}`);
  if (head.bytes[8] === 2) parts.push("max compression");
  if (head.bytes[8] === 4) parts.push("max speed");
  parts.push(`from ${GZIP_SYSTEMS[head.bytes[9] ?? 255] ?? "unknown"}`);
  return parts.join(", ");
}

function asctime(seconds: number): string {
  const [day, date, month, year, time] = new Date(seconds * 1000).toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${date!.replace(/^0/, " ")} ${time} ${year}`;
}

function zip(head: Head): string {
  const method = head.number(8, 2, true) === 0 ? "store" : "deflate";
  return `Zip archive data, at least v${(head.bytes[4] ?? 0) / 10 === 1 ? "1.0" : "2.0"} to extract, compression method=${method}`;
}

const MAGICS: readonly Magic[] = [
  { bytes: "\x7fELF", text: elf, mime: "application/x-executable" },
  { bytes: "\x1f\x8b", text: gzip, mime: "application/gzip" },
  {
    bytes: "BZh",
    text: (head) => `bzip2 compressed data, block size = ${head.latin1[3]}00k`,
    mime: "application/x-bzip2",
  },
  {
    bytes: "\xfd7zXZ\0",
    text: (head) =>
      `XZ compressed data, checksum ${{ 0: "NONE", 1: "CRC32", 4: "CRC64", 10: "SHA-256" }[head.bytes[7] ?? 0] ?? "NONE"}`,
    mime: "application/x-xz",
  },
  { bytes: "\x28\xb5\x2f\xfd", text: "Zstandard compressed data (v0.8+)", mime: "application/zstd" },
  {
    bytes: "7z\xbc\xaf\x27\x1c",
    text: "7-zip archive data, version 0.4",
    mime: "application/x-7z-compressed",
  },
  { bytes: "PK\x03\x04", text: zip, mime: "application/zip" },
  { bytes: "PK\x05\x06", text: "Zip archive data (empty)", mime: "application/zip" },
  {
    bytes: "!<arch>\ndebian",
    text: "Debian binary package (format 2.0)",
    mime: "application/vnd.debian.binary-package",
  },
  { bytes: "!<arch>\n", text: "current ar archive", mime: "application/x-archive" },
  { at: 257, bytes: "ustar  \0", text: "POSIX tar archive (GNU)", mime: "application/x-tar" },
  { at: 257, bytes: "ustar\0", text: "POSIX tar archive", mime: "application/x-tar" },
  { bytes: "070701", text: "ASCII cpio archive (SVR4 with no CRC)", mime: "application/x-cpio" },
  { bytes: "070702", text: "ASCII cpio archive (SVR4 with CRC)", mime: "application/x-cpio" },
  { bytes: "070707", text: "ASCII cpio archive (pre-SVR4 or odc)", mime: "application/x-cpio" },
  { bytes: "\xc7\x71", text: "cpio archive", mime: "application/x-cpio" },
  { bytes: "\x89PNG\r\n\x1a\n", text: png, mime: "image/png" },
  {
    bytes: "\xff\xd8\xff",
    text: (head) =>
      head.latin1.slice(6, 10) === "JFIF"
        ? `JPEG image data, JFIF standard ${head.bytes[11]}.0${head.bytes[12]}`
        : "JPEG image data",
    mime: "image/jpeg",
  },
  {
    bytes: "GIF8",
    text: (head) =>
      `GIF image data, version ${head.latin1.slice(3, 6)}, ${head.number(6, 2, true)} x ${head.number(8, 2, true)}`,
    mime: "image/gif",
  },
  { at: 8, bytes: "WEBP", text: "RIFF (little-endian) data, Web/P image", mime: "image/webp" },
  { at: 8, bytes: "WAVE", text: "RIFF (little-endian) data, WAVE audio", mime: "audio/x-wav" },
  {
    bytes: "BM",
    text: (head) =>
      `PC bitmap, ${head.number(18, 4, true)} x ${head.number(22, 4, true)} x ${head.number(28, 2, true)}`,
    mime: "image/bmp",
  },
  {
    bytes: "%PDF-",
    text: (head) => `PDF document, version ${/^%PDF-(\d\.\d)/.exec(head.latin1)?.[1] ?? ""}`,
    mime: "application/pdf",
  },
  { bytes: "%!PS", text: "PostScript document text", mime: "application/postscript" },
  { bytes: "SQLite format 3\0", text: "SQLite 3.x database", mime: "application/vnd.sqlite3" },
  {
    bytes: "\0asm",
    text: (head) =>
      `WebAssembly (wasm) binary module version 0x${head.number(4, 4, true).toString(16)} (MVP)`,
    mime: "application/wasm",
  },
  {
    bytes: "\xca\xfe\xba\xbe",
    text: (head) => `compiled Java class data, version ${head.number(6, 2)}.${head.number(4, 2)}`,
    mime: "application/x-java-applet",
  },
  { bytes: "OggS", text: "Ogg data", mime: "audio/ogg" },
  { bytes: "ID3", text: "Audio file with ID3", mime: "audio/mpeg" },
  { bytes: "fLaC", text: "FLAC audio bitstream data", mime: "audio/flac" },
  { at: 4, bytes: "ftyp", text: "ISO Media", mime: "video/mp4" },
  { bytes: "wOFF", text: "Web Open Font Format", mime: "font/woff" },
  { bytes: "wOF2", text: "Web Open Font Format (Version 2)", mime: "font/woff2" },
  { bytes: "MZ", text: "MS-DOS executable", mime: "application/x-dosexec" },
];

/** Two letters alone make no bitmap of a text. */
const plausible = (magic: Magic, head: Head): boolean =>
  magic.bytes !== "BM" || head.number(6, 4, true) === 0;

/** What the first bytes say; undefined if they say nothing. */
export function kindByMagic(head: Head): Kind | undefined {
  for (const magic of MAGICS) {
    if (!head.latin1.startsWith(magic.bytes, magic.at ?? 0) || !plausible(magic, head)) continue;
    const text = typeof magic.text === "string" ? magic.text : magic.text(head);
    return { text, mime: magic.mime, charset: "binary" };
  }
  return undefined;
}
