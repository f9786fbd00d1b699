// strftime(3) in the C locale with GNU date's flags, widths and directives.

import { civilFromSeconds, DAY_SECONDS, daysFromCivil, weekdayOf } from "./civil-time.ts";
import { timeZone, type ZoneOffset } from "./time-zone.ts";

export interface Instant {
  /** Since the epoch. */
  seconds: number;
  nanoseconds: number;
  /** The value of TZ; undefined or "" is UTC. */
  timeZone?: string | undefined;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

interface Moment {
  seconds: number;
  nanoseconds: number;
  zone: ZoneOffset;
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  /** 0 for January 1st. */
  yearDay: number;
}

/** A number with its customary padding, or text. */
type Field =
  | { number: number; width: number; pad: "0" | "_" }
  | { text: string; pad?: "0" | "_" }
  | { format: string };

function momentOf({ seconds: since, nanoseconds, timeZone: name }: Instant): Moment {
  const seconds = Math.floor(since);
  const offset = timeZone(name).at(seconds);
  const local = seconds + offset.seconds;
  const civil = civilFromSeconds(local);
  const days = Math.floor(local / DAY_SECONDS);
  return {
    ...civil,
    seconds,
    nanoseconds,
    zone: offset,
    weekday: weekdayOf(days),
    yearDay: days - daysFromCivil(civil.year, 1, 1),
  };
}

const two = (number: number): Field => ({ number, width: 2, pad: "0" });
const blank = (number: number, width: number): Field => ({ number, width, pad: "_" });

const hour12 = (hour: number): number => (hour % 12 === 0 ? 12 : hour % 12);

/** ISO 8601's week and the year it belongs to. */
function isoWeek({ year, yearDay, weekday }: Moment): { week: number; year: number } {
  const monday = (weekday + 6) % 7;
  const week = Math.floor((yearDay - monday + 10) / 7);
  if (week < 1) {
    const days = daysFromCivil(year, 1, 1) - daysFromCivil(year - 1, 1, 1);
    return isoWeek({ year: year - 1, yearDay: yearDay + days, weekday } as Moment);
  }
  const days = daysFromCivil(year + 1, 1, 1) - daysFromCivil(year, 1, 1);
  const thursday = yearDay - monday + 3;
  return thursday >= days ? { week: 1, year: year + 1 } : { week, year };
}

const FIELDS: Readonly<Record<string, (moment: Moment) => Field>> = {
  a: (m) => ({ text: WEEKDAYS[m.weekday]!.slice(0, 3) }),
  A: (m) => ({ text: WEEKDAYS[m.weekday]! }),
  b: (m) => ({ text: MONTHS[m.month - 1]!.slice(0, 3) }),
  B: (m) => ({ text: MONTHS[m.month - 1]! }),
  c: () => ({ format: "%a %b %e %H:%M:%S %Y" }),
  C: (m) => two(Math.floor(m.year / 100)),
  d: (m) => two(m.day),
  D: () => ({ format: "%m/%d/%y" }),
  e: (m) => blank(m.day, 2),
  F: () => ({ format: "%Y-%m-%d" }),
  g: (m) => two(((isoWeek(m).year % 100) + 100) % 100),
  G: (m) => ({ number: isoWeek(m).year, width: 4, pad: "0" }),
  h: (m) => ({ text: MONTHS[m.month - 1]!.slice(0, 3) }),
  H: (m) => two(m.hour),
  I: (m) => two(hour12(m.hour)),
  j: (m) => ({ number: m.yearDay + 1, width: 3, pad: "0" }),
  k: (m) => blank(m.hour, 2),
  l: (m) => blank(hour12(m.hour), 2),
  m: (m) => two(m.month),
  M: (m) => two(m.minute),
  n: () => ({ text: "\n" }),
  p: (m) => ({ text: m.hour < 12 ? "AM" : "PM" }),
  P: (m) => ({ text: m.hour < 12 ? "am" : "pm" }),
  q: (m) => ({ number: Math.ceil(m.month / 3), width: 1, pad: "0" }),
  r: () => ({ format: "%I:%M:%S %p" }),
  R: () => ({ format: "%H:%M" }),
  s: (m) => ({ number: m.seconds, width: 1, pad: "0" }),
  S: (m) => two(m.second),
  t: () => ({ text: "\t" }),
  T: () => ({ format: "%H:%M:%S" }),
  u: (m) => ({ number: m.weekday === 0 ? 7 : m.weekday, width: 1, pad: "0" }),
  U: (m) => two(Math.floor((m.yearDay + 7 - m.weekday) / 7)),
  V: (m) => two(isoWeek(m).week),
  w: (m) => ({ number: m.weekday, width: 1, pad: "0" }),
  W: (m) => two(Math.floor((m.yearDay + 7 - ((m.weekday + 6) % 7)) / 7)),
  x: () => ({ format: "%m/%d/%y" }),
  X: () => ({ format: "%H:%M:%S" }),
  y: (m) => two(((m.year % 100) + 100) % 100),
  Y: (m) => ({ number: m.year, width: 4, pad: "0" }),
  Z: (m) => ({ text: m.zone.abbreviation }),
  "%": () => ({ text: "%" }),
  "+": () => ({ format: "%a %b %e %H:%M:%S %Z %Y" }),
};

const DIRECTIVE = /%([-_0^#+]*)(\d*)([EO]?)(:{0,3}[a-zA-Z%+])/g;
const WIDEST = 4096;

/** A time as `format` asks. Unknown directives stay as they are. */
export function strftime(format: string, instant: Instant): string {
  return expand(format, momentOf(instant));
}

function expand(format: string, moment: Moment): string {
  return format.replace(DIRECTIVE, (all, flags: string, widthText: string, _modifier, letter: string) => {
    const width = Math.min(Number(widthText), WIDEST);
    if (letter === "N") return nanoseconds(moment.nanoseconds, flags, widthText === "" ? 9 : width);
    if (letter.endsWith("z")) return padded(zoneField(letter, moment.zone.seconds, flags, width), flags, 0);
    const field = FIELDS[letter]?.(moment);
    if (field === undefined) return all;
    if ("format" in field)
      return padded(cased(expand(field.format, moment), flags, letter), flags, width, "_");
    if ("text" in field) return padded(cased(field.text, flags, letter), flags, width, "_");
    return numberText(field.number, flags, widthText === "" ? field.width : width, field.pad);
  });
}

function cased(text: string, flags: string, letter: string): string {
  if (flags.includes("#")) return letter === "p" || letter === "Z" ? text.toLowerCase() : text.toUpperCase();
  return flags.includes("^") ? text.toUpperCase() : text;
}

function padOf(flags: string, standard: "0" | "_"): "0" | "_" | "-" {
  const last = [...flags].findLast((flag) => "-_0+".includes(flag));
  if (last === undefined) return standard;
  return last === "+" ? "0" : (last as "0" | "_" | "-");
}

function padded(text: string, flags: string, width: number, standard: "0" | "_" = "_"): string {
  const pad = padOf(flags, standard);
  if (pad === "-") return text;
  return text.padStart(width, pad === "0" ? "0" : " ");
}

function numberText(number: number, flags: string, width: number, standard: "0" | "_"): string {
  const digits = String(Math.abs(number));
  const sign = number < 0 ? "-" : flags.includes("+") && digits.length > 4 ? "+" : "";
  const pad = padOf(flags, standard);
  if (pad === "-") return sign + digits;
  if (pad === "_") return (sign + digits).padStart(width);
  return sign + digits.padStart(width - sign.length, "0");
}

/** %N: the first `width` digits of the fraction; padding only past the ninth. */
function nanoseconds(value: number, flags: string, width: number): string {
  const digits = String(value).padStart(9, "0").slice(0, width);
  if (padOf(flags, "0") === "-") return digits.replace(/0+$/, "") || "0";
  if (padOf(flags, "0") === "_")
    return digits.replace(/0+$/, (zeros) => " ".repeat(zeros.length)).padEnd(width);
  return digits.padEnd(width, "0");
}

/** %z, %:z, %::z and %:::z. */
function zoneField(letter: string, offset: number, flags: string, width: number): string {
  const colons = letter.length - 1;
  const total = Math.abs(offset);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = two(Math.floor(total / 3600));
  const minutes = two(Math.floor((total % 3600) / 60));
  const seconds = two(total % 60);
  const sign = offset < 0 ? "-" : "+";
  let body = `${hours}${colons === 0 ? "" : ":"}${minutes}`;
  if (colons === 2) body = `${hours}:${minutes}:${seconds}`;
  if (colons === 3) body = shortestZone(hours, minutes, seconds);
  const pad = padOf(flags, "0");
  if (pad === "0") return sign + body.padStart(width - 1, "0");
  if (pad === "_") return (sign + body.replace(/^0(?=\d)/, "")).padStart(Math.max(width, body.length + 1));
  return sign + body.replace(/^0(?=\d)/, "");
}

function shortestZone(hours: string, minutes: string, seconds: string): string {
  if (seconds !== "00") return `${hours}:${minutes}:${seconds}`;
  return minutes === "00" ? hours : `${hours}:${minutes}`;
}
