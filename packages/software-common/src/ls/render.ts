// How ls shows one entry: quoting, colour, indicator; and the lines of a long listing.

import {
  encode,
  isBlockDevice,
  isCharDevice,
  isDirectory,
  isFifo,
  isRegular,
  isSocket,
  isSymlink,
  majorOf,
  minorOf,
  type Stat,
} from "@agentos/kernel/abi";
import { type Proc, quoteName } from "@agentos/kernel/program";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { scaleSize } from "../shared/block-size.ts";
import { displayWidth } from "../shared/display-width.ts";
import { formatTime } from "../shared/file-time.ts";
import { modeString } from "../shared/mode-string.ts";
import { shownName } from "../shared/quote.ts";
import type { Pause } from "../sort/merge-sort.ts";
import type { Cell } from "./columns.ts";
import type { Settings } from "./settings.ts";
import type { Entry } from "./sort.ts";

/** Half of an average Gregorian year: older files show the year instead of the hour. */
const RECENT_NS = 15_778_476n * 1_000_000_000n;

interface LongField {
  text: string;
  left?: boolean;
}

interface LongRows {
  rows: LongField[][];
  widths: number[];
}

const ENTRIES_PER_BREATH = 256;

export class Renderer {
  readonly #settings: Settings;
  readonly #users: Map<number, string>;
  readonly #groups: Map<number, string>;
  readonly #now: bigint;
  readonly #zone: string | undefined;
  #minorWidth = 0;

  static async create(proc: Proc, settings: Settings): Promise<Renderer> {
    const named = settings.format === "long" && !settings.numeric;
    const users = new Map(named ? (await readUsers(proc)).map(({ uid, name }) => [uid, name]) : []);
    const groups = new Map(named ? (await readGroups(proc)).map(({ gid, name }) => [gid, name]) : []);
    return new Renderer(settings, users, groups, proc.now(), proc.env.get("TZ"));
  }

  constructor(
    settings: Settings,
    users: Map<number, string>,
    groups: Map<number, string>,
    now: bigint,
    zone: string | undefined,
  ) {
    this.#settings = settings;
    this.#users = users;
    this.#groups = groups;
    this.#now = now;
    this.#zone = zone;
  }

  get showsTotal(): boolean {
    return this.#settings.format === "long" || this.#settings.blocks;
  }

  total(entries: readonly Entry[]): string {
    const blocks = entries.reduce((sum, { stat }) => sum + stat.blocks, 0);
    return `total ${this.#blockCount(blocks)}${this.#settings.end}`;
  }

  async cells(entries: readonly Entry[], pause: Pause): Promise<Cell[]> {
    const inodes = entries.map(({ stat }) => String(stat.ino));
    const blocks = entries.map(({ stat }) => this.#blockCount(stat.blocks));
    const inodeWidth = widest(inodes);
    const blockWidth = widest(blocks);
    const { format } = this.#settings;
    const align = format !== "commas";
    const cells: Cell[] = [];
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!;
      let prefix = "";
      if (this.#settings.inode) prefix += `${align ? inodes[i]!.padStart(inodeWidth) : inodes[i]} `;
      if (this.#settings.blocks) prefix += `${align ? blocks[i]!.padStart(blockWidth) : blocks[i]} `;
      const name = this.quoted(entry.name);
      const mark = this.#indicator(entry.stat);
      cells.push({
        text:
          prefix +
          this.#colored(name, entry.stat, entry.targetStat === undefined && entry.target !== undefined) +
          mark,
        width: prefix.length + textWidth(name) + mark.length,
      });
      const waiting = i % ENTRIES_PER_BREATH === 0 ? pause() : undefined;
      if (waiting) await waiting;
    }
    return cells;
  }

  /** The columns of -l and how wide they are. */
  async longRows(entries: readonly Entry[], pause: Pause): Promise<LongRows> {
    this.#minorWidth = widest(entries.map(({ stat }) => String(minorOf(stat.rdev))));
    const rows: LongField[][] = [];
    const widths: number[] = [];
    for (let i = 0; i < entries.length; i++) {
      const row = this.#longFields(entries[i]!);
      rows.push(row);
      for (let column = 0; column < row.length; column++)
        widths[column] = Math.max(widths[column] ?? 0, row[column]!.text.length);
      const waiting = i % ENTRIES_PER_BREATH === 0 ? pause() : undefined;
      if (waiting) await waiting;
    }
    return { rows, widths };
  }

  *longLines(entries: readonly Entry[], { rows, widths }: LongRows): Generator<string> {
    for (let i = 0; i < entries.length; i++) {
      const fields = rows[i]!.map(({ text, left }, column) =>
        left ? text.padEnd(widths[column]!) : text.padStart(widths[column]!),
      );
      yield `${fields.join(" ")} ${this.#longName(entries[i]!)}${this.#settings.end}`;
    }
  }

  #longFields({ stat }: Entry): LongField[] {
    const settings = this.#settings;
    const fields: LongField[] = [];
    if (settings.inode) fields.push({ text: String(stat.ino) });
    if (settings.blocks) fields.push({ text: this.#blockCount(stat.blocks) });
    fields.push({ text: modeString(stat.mode), left: true }, { text: String(stat.nlink) });
    const owner = this.#users.get(stat.uid) ?? String(stat.uid);
    if (settings.owner) fields.push({ text: owner, left: !settings.numeric });
    if (settings.group)
      fields.push({ text: this.#groups.get(stat.gid) ?? String(stat.gid), left: !settings.numeric });
    if (settings.author) fields.push({ text: owner, left: true });
    fields.push({ text: this.#size(stat) }, { text: this.#time(stat[settings.time]), left: true });
    return fields;
  }

  #size(stat: Stat): string {
    if (isCharDevice(stat.mode) || isBlockDevice(stat.mode)) {
      return `${majorOf(stat.rdev)}, ${String(minorOf(stat.rdev)).padStart(this.#minorWidth)}`;
    }
    return scaleSize(stat.size, this.#settings.scales.size);
  }

  #blockCount(blocks: number): string {
    return scaleSize(blocks * 512, this.#settings.scales.blocks);
  }

  #time(ns: bigint): string {
    const style = this.#settings.timeStyle;
    const recent = ns <= this.#now && ns > this.#now - RECENT_NS;
    const format = timeFormat(style, recent);
    return formatTime(ns, format, this.#zone);
  }

  #longName(entry: Entry): string {
    const broken = entry.target !== undefined && entry.targetStat === undefined;
    const name = this.#colored(this.quoted(entry.name), entry.stat, broken);
    if (entry.target === undefined) return name + this.#indicator(entry.stat);
    const target = this.quoted(entry.target);
    if (!entry.targetStat) return `${name} -> ${target}`;
    return `${name} -> ${this.#colored(target, entry.targetStat, false)}${this.#indicator(entry.targetStat)}`;
  }

  quoted(name: string): string {
    const shown = this.#settings.hideControl ? name.replace(/[\x00-\x1f\x7f\udc80-\udcff]/g, "?") : name;
    switch (this.#settings.quoting) {
      case "literal":
        return shown;
      case "shell":
        return shownName(shown) === shown ? shown : shellQuoted(shown);
      case "shell-always":
        return shellQuoted(shown);
      case "shell-escape":
        return shownName(shown);
      case "shell-escape-always":
        return quoteName(shown);
      case "c":
        return `"${escapeC(shown).replaceAll('"', '\\"')}"`;
      case "escape":
        return escapeC(shown).replaceAll(" ", "\\ ");
    }
  }

  #indicator({ mode }: Stat): string {
    const { indicator } = this.#settings;
    if (indicator === "none") return "";
    if (isDirectory(mode)) return "/";
    if (indicator === "slash") return "";
    if (isSymlink(mode)) return this.#settings.format === "long" ? "" : "@";
    if (isFifo(mode)) return "|";
    if (isSocket(mode)) return "=";
    return indicator === "classify" && isRegular(mode) && (mode & 0o111) !== 0 ? "*" : "";
  }

  #colored(text: string, { mode }: Stat, broken: boolean): string {
    if (!this.#settings.color) return text;
    const code = colorCode(mode, broken);
    return code === undefined ? text : `\x1b[${code}m${text}\x1b[0m`;
  }
}

/** The defaults of dircolors. */
function colorCode(mode: number, broken: boolean): string | undefined {
  if (isDirectory(mode))
    return (mode & 0o1002) === 0o1002 ? "30;42" : mode & 0o2 ? "34;42" : mode & 0o1000 ? "37;44" : "01;34";
  if (isSymlink(mode)) return broken ? "40;31;01" : "01;36";
  if (isFifo(mode)) return "40;33";
  if (isSocket(mode)) return "01;35";
  if (isCharDevice(mode) || isBlockDevice(mode)) return "40;33;01";
  if (mode & 0o4000) return "37;41";
  if (mode & 0o2000) return "30;43";
  return mode & 0o111 ? "01;32" : undefined;
}

function timeFormat(style: string, recent: boolean): string {
  if (style.startsWith("+")) {
    const [old, young = old] = style.slice(1).split("\n");
    return (recent ? young : old)!;
  }
  if (style === "full-iso") return "%Y-%m-%d %H:%M:%S.%N %z";
  if (style === "long-iso") return "%Y-%m-%d %H:%M";
  if (style === "iso") return recent ? "%m-%d %H:%M" : "%Y-%m-%d ";
  return recent ? "%b %e %H:%M" : "%b %e  %Y";
}

const NAMED: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\\": "\\\\",
};

/** In quotes a shell removes; control characters stand as they are. */
const shellQuoted = (name: string): string =>
  /'/.test(name) && !/["$`\\!]/.test(name) ? `"${name}"` : `'${name.replaceAll("'", "'\\''")}'`;

function escapeC(name: string): string {
  return name.replace(/[\x00-\x1f\x7f\\\udc80-\udcff]/g, (char) => {
    if (NAMED[char]) return NAMED[char];
    return [...encode(char)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  });
}

const widest = (texts: readonly (string | { text: string })[]): number =>
  texts.reduce((width, text) => Math.max(width, (typeof text === "string" ? text : text.text).length), 0);

function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += Math.max(0, displayWidth(char.codePointAt(0)!));
  return width;
}
