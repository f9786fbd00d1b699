// TZ strings such as "EET-2EEST,M3.5.0/3,M10.5.0/4". Source: POSIX.1-2024, Base Definitions, chapter 8, TZ.

import { civilFromSeconds, DAY_SECONDS, daysFromCivil, weekdayOf } from "./civil-time.ts";
import type { TimeZone } from "./time-zone.ts";

const NAME = "(?:<([-+A-Za-z0-9]+)>|([A-Za-z]{3,}))";
const OFFSET = "([-+]?\\d{1,3}(?::\\d{1,2}(?::\\d{1,2})?)?)";
const ZONE = new RegExp(`^${NAME}${OFFSET}(?:${NAME}${OFFSET}?(?:,([^,]+),([^,]+))?)?$`);

/** Seconds from the start of a year (local standard or daylight time, as it is then) to a change. */
type Rule = (year: number) => number;

function secondsOf(text: string): number {
  const negative = text.startsWith("-");
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[-+]/, "").split(":").map(Number);
  const total = hours * 3600 + minutes * 60 + seconds;
  return negative ? -total : total;
}

function parseRule(text: string): Rule | undefined {
  const [date = "", time = "2"] = text.split("/");
  if (!/^[-+]?\d{1,3}(:\d{1,2}){0,2}$/.test(time)) return undefined;
  const at = secondsOf(time);
  const month = /^M(\d{1,2})\.([1-5])\.([0-6])$/.exec(date);
  if (month !== null) {
    const [, m, week, weekday] = month.map(Number) as [number, number, number, number];
    return (year) => dayOfWeekRule(year, m, week, weekday) * DAY_SECONDS + at;
  }
  const julian = /^(J?)(\d{1,3})$/.exec(date);
  if (julian === null) return undefined;
  const day = Number(julian[2]);
  return (year) => {
    const leap = daysFromCivil(year, 3, 1) - daysFromCivil(year, 2, 1) === 29;
    const offset = julian[1] === "J" ? day - 1 + (leap && day >= 60 ? 1 : 0) : day;
    return (daysFromCivil(year, 1, 1) + offset) * DAY_SECONDS + at;
  };
}

/** The day number of the week-th weekday of a month; week 5 is the last. */
function dayOfWeekRule(year: number, month: number, week: number, weekday: number): number {
  const first = daysFromCivil(year, month, 1);
  let day = first + ((weekday - weekdayOf(first) + 7) % 7) + (week - 1) * 7;
  if (day >= daysFromCivil(year, month + 1, 1)) day -= 7;
  return day;
}

export function parsePosixZone(text: string): TimeZone | undefined {
  const match = ZONE.exec(text);
  if (match === null) return undefined;
  const [, quoted, plain, offsetText = "", quotedDst, plainDst, dstOffsetText, startText, endText] = match;
  const standard = { seconds: -secondsOf(offsetText), abbreviation: quoted ?? plain ?? "", daylight: false };
  const dstName = quotedDst ?? plainDst;
  if (dstName === undefined) return { at: () => standard };
  const dstSeconds = dstOffsetText === undefined ? standard.seconds + 3600 : -secondsOf(dstOffsetText);
  const summer = { seconds: dstSeconds, abbreviation: dstName, daylight: true };
  const start = parseRule(startText ?? "M3.2.0");
  const end = parseRule(endText ?? "M11.1.0");
  if (start === undefined || end === undefined) return undefined;
  return {
    at(seconds) {
      const { year } = civilFromSeconds(seconds + standard.seconds);
      const from = start(year) - standard.seconds;
      const to = end(year) - summer.seconds;
      const inside = from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to;
      return inside ? summer : standard;
    },
  };
}
