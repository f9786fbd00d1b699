// Descriptions of moments, as GNU date -d and touch -d take them. Source: GNU coreutils manual, "Date input formats".

import {
  civilFromSeconds,
  daysFromCivil,
  instantOf,
  secondsFromCivil,
  type TimeZone,
  timeZone,
  weekdayOf,
} from "@agentos/posix";
import { DateItems } from "./date-items.ts";
import { tokenize } from "./date-tokens.ts";

export interface DateContext {
  /** Nanoseconds since the epoch. */
  now: bigint;
  /** The value of TZ. */
  timeZone: string | undefined;
}

const BILLION = 1_000_000_000n;
const ZONE_PREFIX = /^\s*TZ="((?:[^"\\]|\\["\\])*)"/;

/** Nanoseconds since the epoch; undefined if the text is no date. */
export function parseDate(text: string, context: DateContext): bigint | undefined {
  const prefix = ZONE_PREFIX.exec(text);
  const zone = timeZone(prefix === null ? context.timeZone : prefix[1]!.replace(/\\(.)/g, "$1"));
  const rest = prefix === null ? text : text.slice(prefix[0].length);
  const absolute = /^\s*@([-+]?\d{1,18})(?:[.,](\d+))?\s*$/.exec(rest);
  if (absolute !== null) return epochTime(absolute[1]!, absolute[2]);
  const tokens = tokenize(rest);
  if (tokens === undefined) return undefined;
  const items = new DateItems(tokens, (word) => localZone(word, zone, context.now));
  return items.read() ? resolve(items, zone, context.now) : undefined;
}

function epochTime(seconds: string, fraction = ""): bigint {
  const whole = BigInt(seconds) * BILLION;
  const part = BigInt(fraction.slice(0, 9).padEnd(9, "0"));
  return seconds.startsWith("-") ? whole - part : whole + part;
}

/** Whether `word` is the zone's own abbreviation, in winter or in summer. */
function localZone(word: string, zone: TimeZone, now: bigint): number | undefined {
  const seconds = Number(now / BILLION);
  for (const half of [0, 182 * 86400]) {
    const offset = zone.at(seconds + half);
    if (offset.abbreviation.toLowerCase() === word) return offset.seconds / 60;
  }
  return undefined;
}

function resolve(items: DateItems, zone: TimeZone, now: bigint): bigint | undefined {
  const nowSeconds = Number(now / BILLION);
  const fixedOffset = items.zoneMinutes === undefined ? undefined : items.zoneMinutes * 60;
  const base = civilFromSeconds(nowSeconds + (fixedOffset ?? zone.at(nowSeconds).seconds));
  const { date, time, weekday, shift } = items;
  const keepTime = time === undefined && items.relative && date === undefined && weekday === undefined;
  const clock = time ?? (keepTime ? base : { hour: 0, minute: 0, second: 0 });
  const day = { year: date?.year ?? base.year, month: date?.month ?? base.month, day: date?.day ?? base.day };
  const absolute = { ...day, hour: clock.hour, minute: clock.minute, second: clock.second };
  if (!isValid(absolute)) return undefined;
  if (fixedOffset === undefined && !exists(zone, secondsFromCivil(absolute))) return undefined;
  let days = daysFromCivil(day.year + shift.year, day.month + shift.month, day.day + shift.day);
  if (weekday !== undefined && date === undefined) days += daysToWeekday(weekday, weekdayOf(days));
  const local = days * 86400 + clock.hour * 3600 + clock.minute * 60 + clock.second;
  const instant = fixedOffset === undefined ? instantOf(zone, local) : local - fixedOffset;
  const seconds = instant + shift.hour * 3600 + shift.minute * 60 + shift.second;
  if (!Number.isSafeInteger(seconds)) return undefined;
  const nanoseconds = time === undefined ? (keepTime ? now % BILLION : 0n) : time.nanoseconds;
  return BigInt(seconds) * BILLION + nanoseconds + shift.nanoseconds;
}

function isValid(time: Parameters<typeof secondsFromCivil>[0]): boolean {
  const { year, month, day, hour, minute, second } = civilFromSeconds(secondsFromCivil(time));
  return (
    year === time.year &&
    month === time.month &&
    day === time.day &&
    hour === time.hour &&
    minute === time.minute &&
    second === time.second
  );
}

/** Local times that clocks skip do not exist. */
function exists(zone: TimeZone, local: number): boolean {
  const instant = instantOf(zone, local);
  return instant + zone.at(instant).seconds === local;
}

function daysToWeekday({ day, ordinal }: { day: number; ordinal: number }, today: number): number {
  return ((day - today + 7) % 7) + 7 * (ordinal - (ordinal > 0 && today !== day ? 1 : 0));
}
