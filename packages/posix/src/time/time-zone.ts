// Time zones by the TZ variable: POSIX strings here, names through the host's Intl data.

import { civilFromSeconds } from "./civil-time.ts";
import { parsePosixZone } from "./posix-zone.ts";

export interface ZoneOffset {
  /** East of Greenwich. */
  seconds: number;
  abbreviation: string;
  daylight: boolean;
}

export interface TimeZone {
  /** @param seconds since the epoch */
  at(seconds: number): ZoneOffset;
}

const UTC: TimeZone = { at: () => ({ seconds: 0, abbreviation: "UTC", daylight: false }) };

const known = new Map<string, TimeZone>();
const KNOWN_LIMIT = 64;

/** The zone a TZ value names; UTC without one. An unknown name is UTC under that name. */
export function timeZone(tz: string | undefined): TimeZone {
  const name = (tz ?? "").replace(/^:/, "");
  if (name === "" || name === "UTC" || name === "UTC0") return UTC;
  const cached = known.get(name);
  if (cached !== undefined) return cached;
  const zone = namedZone(name) ?? parsePosixZone(name) ?? unknownZone(name);
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(name, zone);
  return zone;
}

/** Seconds since the epoch of a local time; the earlier of two where clocks go back. */
export function instantOf(zone: TimeZone, localSeconds: number): number {
  const early = localSeconds - zone.at(localSeconds - 86400).seconds;
  const late = localSeconds - zone.at(localSeconds + 86400).seconds;
  for (const guess of early <= late ? [early, late] : [late, early]) {
    if (guess + zone.at(guess).seconds === localSeconds) return guess;
  }
  return Math.max(early, late);
}

const unknownZone = (name: string): TimeZone => {
  const abbreviation = /^[A-Za-z]+/.exec(name)?.[0] ?? "UTC";
  return { at: () => ({ seconds: 0, abbreviation, daylight: false }) };
};

/** The zone's own abbreviations where the host's data has only long names. Others are shown as "+03". */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  "Central European Standard Time": "CET",
  "Central European Summer Time": "CEST",
  "Eastern European Standard Time": "EET",
  "Eastern European Summer Time": "EEST",
  "Western European Standard Time": "WET",
  "Western European Summer Time": "WEST",
  "Greenwich Mean Time": "GMT",
  "British Summer Time": "BST",
  "Irish Standard Time": "IST",
  "Moscow Standard Time": "MSK",
  "Israel Standard Time": "IST",
  "Israel Daylight Time": "IDT",
  "South Africa Standard Time": "SAST",
  "East Africa Time": "EAT",
  "Central Africa Time": "CAT",
  "West Africa Standard Time": "WAT",
  "India Standard Time": "IST",
  "Pakistan Standard Time": "PKT",
  "China Standard Time": "CST",
  "Taipei Standard Time": "CST",
  "Hong Kong Standard Time": "HKT",
  "Philippine Standard Time": "PST",
  "Western Indonesia Time": "WIB",
  "Japan Standard Time": "JST",
  "Korean Standard Time": "KST",
  "Australian Western Standard Time": "AWST",
  "Australian Central Standard Time": "ACST",
  "Australian Central Daylight Time": "ACDT",
  "Australian Eastern Standard Time": "AEST",
  "Australian Eastern Daylight Time": "AEDT",
  "New Zealand Standard Time": "NZST",
  "New Zealand Daylight Time": "NZDT",
};

function formatter(name: string, style: "short" | "long" | "longOffset"): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: style });
}

const partOf = (format: Intl.DateTimeFormat, seconds: number): string =>
  format.formatToParts(seconds * 1000).find(({ type }) => type === "timeZoneName")?.value ?? "";

function namedZone(name: string): TimeZone | undefined {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name) || /^[A-Za-z]{3,}-?\d/.test(name)) return undefined;
  let offsets: Intl.DateTimeFormat;
  try {
    offsets = formatter(name, "longOffset");
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const short = formatter(name, "short");
  const long = formatter(name, "long");
  const offsetAt = (seconds: number): number => offsetOf(partOf(offsets, seconds));
  return {
    at(seconds) {
      const offset = offsetAt(seconds);
      const word = partOf(short, seconds);
      const abbreviation = /^[A-Z]{3,5}$/.test(word)
        ? word
        : (ABBREVIATIONS[partOf(long, seconds)] ?? numeric(offset));
      return { seconds: offset, abbreviation, daylight: offset > standardOffset(seconds, offsetAt) };
    },
  };
}

/** The smaller of the offsets in January and July of that year. */
function standardOffset(seconds: number, offsetAt: (seconds: number) => number): number {
  const { year } = civilFromSeconds(seconds);
  return Math.min(offsetAt(Date.UTC(year, 0, 1) / 1000), offsetAt(Date.UTC(year, 6, 1) / 1000));
}

function offsetOf(text: string): number {
  const match = /([-+\u2212])(\d+):(\d+)(?::(\d+))?/.exec(text);
  if (match === null) return 0;
  const [, sign, hours, minutes, seconds = "0"] = match;
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === "+" ? total : -total;
}

function numeric(offset: number): string {
  const minutes = Math.abs(Math.trunc(offset / 60));
  const two = (value: number): string => String(value).padStart(2, "0");
  const rest = minutes % 60 === 0 ? "" : two(minutes % 60);
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${rest}`;
}
