// The settings of a terminal by name. Source: stty(1) of GNU coreutils; termios(3).

import {
  BRKINT,
  CREAD,
  ECHO,
  ECHOCTL,
  ECHOE,
  ECHOK,
  ECHOKE,
  ECHONL,
  HUPCL,
  ICANON,
  ICRNL,
  IEXTEN,
  IGNCR,
  IMAXBEL,
  INLCR,
  ISIG,
  ISTRIP,
  IUTF8,
  IXANY,
  IXON,
  NOFLSH,
  OCRNL,
  ONLCR,
  ONLRET,
  ONOCR,
  OPOST,
  type Termios,
  TOSTOP,
  VDISCARD,
  VEOF,
  VEOL,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VMIN,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VTIME,
  VWERASE,
} from "@agentos/kernel/abi";

export type Group = "cflag" | "iflag" | "oflag" | "lflag";

export interface Flag {
  name: string;
  group: Group;
  bit: number;
  /** As "sane" has it; undefined leaves it alone. */
  sane: boolean | undefined;
}

const flag = (name: string, group: Group, bit: number, sane?: boolean): Flag => ({ name, group, bit, sane });

/** In the order of -a. */
export const FLAGS: readonly Flag[] = [
  flag("hupcl", "cflag", HUPCL),
  flag("cread", "cflag", CREAD, true),
  flag("brkint", "iflag", BRKINT, true),
  flag("istrip", "iflag", ISTRIP),
  flag("inlcr", "iflag", INLCR, false),
  flag("igncr", "iflag", IGNCR, false),
  flag("icrnl", "iflag", ICRNL, true),
  flag("ixon", "iflag", IXON, true),
  flag("ixany", "iflag", IXANY, false),
  flag("imaxbel", "iflag", IMAXBEL, true),
  flag("iutf8", "iflag", IUTF8),
  flag("opost", "oflag", OPOST, true),
  flag("ocrnl", "oflag", OCRNL, false),
  flag("onlcr", "oflag", ONLCR, true),
  flag("onocr", "oflag", ONOCR, false),
  flag("onlret", "oflag", ONLRET, false),
  flag("isig", "lflag", ISIG, true),
  flag("icanon", "lflag", ICANON, true),
  flag("iexten", "lflag", IEXTEN, true),
  flag("echo", "lflag", ECHO, true),
  flag("echoe", "lflag", ECHOE, true),
  flag("echok", "lflag", ECHOK, true),
  flag("echonl", "lflag", ECHONL, false),
  flag("noflsh", "lflag", NOFLSH, false),
  flag("tostop", "lflag", TOSTOP, false),
  flag("echoctl", "lflag", ECHOCTL, true),
  flag("echoke", "lflag", ECHOKE, true),
];

const SYNONYMS: Readonly<Record<string, string>> = {
  crterase: "echoe",
  crtkill: "echoke",
  ctlecho: "echoctl",
};

export const flagNamed = (name: string): Flag | undefined =>
  FLAGS.find((one) => one.name === (SYNONYMS[name] ?? name));

/** Special characters: where they are in `cc`, and what "sane" makes of them. */
export const CHARACTERS: readonly { name: string; index: number; sane: number }[] = [
  { name: "intr", index: VINTR, sane: 3 },
  { name: "quit", index: VQUIT, sane: 28 },
  { name: "erase", index: VERASE, sane: 127 },
  { name: "kill", index: VKILL, sane: 21 },
  { name: "eof", index: VEOF, sane: 4 },
  { name: "eol", index: VEOL, sane: 0 },
  { name: "start", index: VSTART, sane: 17 },
  { name: "stop", index: VSTOP, sane: 19 },
  { name: "susp", index: VSUSP, sane: 26 },
  { name: "rprnt", index: VREPRINT, sane: 18 },
  { name: "werase", index: VWERASE, sane: 23 },
  { name: "lnext", index: VLNEXT, sane: 22 },
  { name: "discard", index: VDISCARD, sane: 15 },
];

export function setFlag(termios: Termios, { group, bit }: Flag, on: boolean): void {
  if (on) termios[group] |= bit;
  else termios[group] &= ~bit;
}

export const hasFlag = (termios: Termios, { group, bit }: Flag): boolean => (termios[group] & bit) !== 0;

const RAW_OFF = "brkint istrip inlcr igncr icrnl ixon ixany imaxbel opost isig icanon".split(" ");
const COOKED_ON = "brkint icrnl ixon imaxbel opost isig icanon".split(" ");

function setAll(termios: Termios, names: readonly string[], on: boolean): void {
  for (const name of names) setFlag(termios, flagNamed(name)!, on);
}

/** Settings that stand for several; undefined: there is none of that name. */
export const COMBINATIONS: Readonly<Record<string, (termios: Termios) => void>> = {
  sane(termios) {
    for (const one of FLAGS) if (one.sane !== undefined) setFlag(termios, one, one.sane);
    for (const { index, sane } of CHARACTERS) termios.cc[index] = sane;
    termios.cc[VMIN] = 1;
    termios.cc[VTIME] = 0;
  },
  raw(termios) {
    setAll(termios, RAW_OFF, false);
    termios.cc[VMIN] = 1;
    termios.cc[VTIME] = 0;
  },
  "-raw": (termios) => setAll(termios, COOKED_ON, true),
  cooked: (termios) => setAll(termios, COOKED_ON, true),
  "-cooked": (termios) => COMBINATIONS.raw!(termios),
  cbreak: (termios) => setAll(termios, ["icanon"], false),
  "-cbreak": (termios) => setAll(termios, ["icanon"], true),
  nl(termios) {
    setAll(termios, ["icrnl", "onlcr"], false);
  },
  "-nl"(termios) {
    setAll(termios, ["icrnl", "onlcr"], true);
    setAll(termios, ["inlcr", "igncr", "ocrnl", "onlret"], false);
  },
  crt: (termios) => setAll(termios, ["echoe", "echoctl", "echoke"], true),
  dec(termios) {
    setAll(termios, ["echoe", "echoctl", "echoke"], true);
    setAll(termios, ["ixany"], false);
    for (const [index, char] of [
      [VINTR, 3],
      [VERASE, 127],
      [VKILL, 21],
    ] as const)
      termios.cc[index] = char;
  },
  ek(termios) {
    termios.cc[VERASE] = 127;
    termios.cc[VKILL] = 21;
  },
};

/** "^C", "^?", "a", "0x1b", "undef". */
export function parseCharacter(text: string): number | undefined {
  if (text === "undef" || text === "^-" || text === "") return 0;
  if (/^(?:0[xX][0-9a-fA-F]+|\d{2,3})$/.test(text)) return Number(text) & 0xff;
  if (text === "^?") return 127;
  if (/^\^[@-_a-z]$/.test(text)) return text[1]!.toUpperCase().charCodeAt(0) & 0x1f;
  return text.length === 1 ? text.charCodeAt(0) : undefined;
}

export function showCharacter(code: number): string {
  if (code === 0) return "<undef>";
  if (code === 127) return "^?";
  return code < 32 ? `^${String.fromCharCode(code + 64)}` : String.fromCharCode(code);
}
