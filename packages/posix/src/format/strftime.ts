// Date formats of strftime(3) and GNU date: %[flags][width][:…]letter, in the C locale.

import { type ZonedTime, zonedTime } from "./time-zone.ts";

export interface Instant {
  /** Since the epoch. */
  seconds: number;
  nanoseconds: number;
  /** The value of TZ; undefined or "" is UTC. */
  timeZone?: string;
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
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
];
const MAX_WIDTH = 4096;

const DIRECTIVE = /%([-_0^#+]*)(\d*)([EO]?)(:{0,3})([a-zA-Z%+])/g;

/** Formats a time; unknown directives stay as they are. */
export function strftime(format: string, instant: Instant): string {
  const time = zonedTime(instant.seconds, instant.timeZone);
  return format.replaceAll(
    DIRECTIVE,
    (whole, flags: string, width: string, _era, colons: string, letter: string) => {
      const field = letter === "z" ? zoneField(time.offset, colons.length) : fieldOf(letter, time, instant);
      if (field === undefined || (colons !== "" && letter !== "z")) return whole;
      return layOut(field, flags, width === "" ? undefined : Math.min(Number(width), MAX_WIDTH));
    },
  );
}

/** A field before flags: its text and how it is padded by default. */
interface Field {
  text: string;
  width: number;
  pad: "0" | " ";
}

function layOut(field: Field, flags: string, width: number | undefined): string {
  let text = field.text;
  let pad: string = field.pad;
  let size = field.width;
  for (const flag of flags) {
    if (flag === "-") size = 0;
    else if (flag === "_") pad = " ";
    else if (flag === "0") pad = "0";
    else if (flag === "^") text = text.toUpperCase();
    else if (flag === "#") text = swapCase(text);
  }
  if (width !== undefined) size = width;
  const negative = pad === "0" && /^[-+]/.test(text) && size > 0;
  return negative ? text[0] + text.slice(1).padStart(size - 1, "0") : text.padStart(size, pad);
}

function swapCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

const number = (value: number, width: number, pad: "0" | " " = "0"): Field => ({
  text: String(value),
  width,
  pad,
});
const words = (text: string): Field => ({ text, width: 0, pad: " " });
const two = (value: number): string => String(value).padStart(2, "0");

function fieldOf(letter: string, time: ZonedTime, instant: Instant): Field | undefined {
  const hour12 = time.hour % 12 === 0 ? 12 : time.hour % 12;
  const weekday = WEEKDAYS[time.weekday]!;
  const month = MONTHS[time.month - 1]!;
  switch (letter) {
    case "%":
      return words("%");
    case "n":
      return words("\n");
    case "t":
      return words("\t");
    case "a":
      return words(weekday.slice(0, 3));
    case "A":
      return words(weekday);
    case "b":
    case "h":
      return words(month.slice(0, 3));
    case "B":
      return words(month);
    case "C":
      return number(Math.floor(time.year / 100), 2);
    case "d":
      return number(time.day, 2);
    case "e":
      return number(time.day, 2, " ");
    case "H":
      return number(time.hour, 2);
    case "I":
      return number(hour12, 2);
    case "j":
      return number(time.yearday, 3);
    case "k":
      return number(time.hour, 2, " ");
    case "l":
      return number(hour12, 2, " ");
    case "m":
      return number(time.month, 2);
    case "M":
      return number(time.minute, 2);
    case "N":
      return words(String(instant.nanoseconds).padStart(9, "0"));
    case "p":
      return words(time.hour < 12 ? "AM" : "PM");
    case "P":
      return words(time.hour < 12 ? "am" : "pm");
    case "q":
      return number(Math.ceil(time.month / 3), 1);
    case "s":
      return number(Math.floor(instant.seconds), 1);
    case "S":
      return number(time.second, 2);
    case "u":
      return number(time.weekday === 0 ? 7 : time.weekday, 1);
    case "w":
      return number(time.weekday, 1);
    case "y":
      return number(((time.year % 100) + 100) % 100, 2);
    case "Y":
      return number(time.year, 4);
    case "Z":
      return words(time.zone);
    default:
      return weekField(letter, time) ?? compound(letter, time, hour12);
  }
}

function weekField(letter: string, time: ZonedTime): Field | undefined {
  switch (letter) {
    case "U":
      return number(Math.floor((time.yearday + 6 - time.weekday) / 7), 2);
    case "W":
      return number(Math.floor((time.yearday + 6 - ((time.weekday + 6) % 7)) / 7), 2);
    case "V":
      return number(isoWeek(time).week, 2);
    case "G":
      return number(isoWeek(time).year, 4);
    case "g":
      return number(isoWeek(time).year % 100, 2);
    default:
      return undefined;
  }
}

function compound(letter: string, time: ZonedTime, hour12: number): Field | undefined {
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
  const weekday = WEEKDAYS[time.weekday]!.slice(0, 3);
  const month = MONTHS[time.month - 1]!.slice(0, 3);
  const day = String(time.day).padStart(2, " ");
  const slashed = `${two(time.month)}/${two(time.day)}/${two(((time.year % 100) + 100) % 100)}`;
  switch (letter) {
    case "c":
      return words(`${weekday} ${month} ${day} ${clock} ${time.year}`);
    case "D":
    case "x":
      return words(slashed);
    case "F":
      return words(`${String(time.year).padStart(4, "0")}-${two(time.month)}-${two(time.day)}`);
    case "r":
      return words(`${two(hour12)}:${two(time.minute)}:${two(time.second)} ${time.hour < 12 ? "AM" : "PM"}`);
    case "R":
      return words(`${two(time.hour)}:${two(time.minute)}`);
    case "T":
    case "X":
      return words(clock);
    case "+":
      return words(`${weekday} ${month} ${day} ${clock} ${time.zone} ${time.year}`);
    default:
      return undefined;
  }
}

/** ISO 8601: week 1 is the one with the year's first Thursday. */
function isoWeek(time: ZonedTime): { year: number; week: number } {
  const thursday = new Date(Date.UTC(time.year, time.month - 1, time.day + 3 - ((time.weekday + 6) % 7)));
  const year = thursday.getUTCFullYear();
  const passed = (thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000;
  return { year, week: Math.floor(passed / 7) + 1 };
}

function zoneField(offset: number, colons: number): Field {
  const total = Math.abs(offset);
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const sign = offset < 0 ? "-" : "+";
  const text = [
    `${two(hours)}${two(minutes)}`,
    `${two(hours)}:${two(minutes)}`,
    `${two(hours)}:${two(minutes)}:${two(seconds)}`,
    seconds > 0
      ? `${two(hours)}:${two(minutes)}:${two(seconds)}`
      : minutes > 0
        ? `${two(hours)}:${two(minutes)}`
        : two(hours),
  ][colons]!;
  return { text: sign + text, width: text.length + 1, pad: "0" };
}
