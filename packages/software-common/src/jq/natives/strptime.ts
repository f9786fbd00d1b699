// strptime(3) in the C locale.

import { DAY_SECONDS, daysFromCivil } from "@agentos/posix";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONG_MONTHS =
  "january february march april may june july august september october november december".split(" ");
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const LONG_DAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

const EXPANDED: Readonly<Record<string, string>> = {
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  R: "%H:%M",
  T: "%H:%M:%S",
  c: "%a %b %e %H:%M:%S %Y",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
  r: "%I:%M:%S %p",
};

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  afternoon: boolean | undefined;
  yearDay: number | undefined;
  epoch: number | undefined;
}

type Take = (fields: Fields, text: string) => void;

const NUMBERS: Readonly<Record<string, [pattern: RegExp, take: Take]>> = {
  Y: [
    /[+-]?\d{1,4}/y,
    (fields, text) => {
      fields.year = Number(text);
    },
  ],
  m: [
    /1[0-2]|0?[1-9]/y,
    (fields, text) => {
      fields.month = Number(text);
    },
  ],
  d: [
    / ?(?:3[01]|[12]\d|0?[1-9])/y,
    (fields, text) => {
      fields.day = Number(text);
    },
  ],
  e: [
    / ?(?:3[01]|[12]\d|0?[1-9])/y,
    (fields, text) => {
      fields.day = Number(text);
    },
  ],
  H: [
    /2[0-3]|[01]?\d/y,
    (fields, text) => {
      fields.hour = Number(text);
    },
  ],
  k: [
    / ?(?:2[0-3]|[01]?\d)/y,
    (fields, text) => {
      fields.hour = Number(text);
    },
  ],
  I: [
    /1[0-2]|0?[1-9]/y,
    (fields, text) => {
      fields.hour = Number(text) % 12;
    },
  ],
  M: [
    /[0-5]?\d/y,
    (fields, text) => {
      fields.minute = Number(text);
    },
  ],
  S: [
    /6[01]|[0-5]?\d/y,
    (fields, text) => {
      fields.second = Number(text);
    },
  ],
  j: [
    /\d{1,3}/y,
    (fields, text) => {
      fields.yearDay = Number(text);
    },
  ],
  y: [
    /\d{1,2}/y,
    (fields, text) => {
      fields.year = Number(text) + (Number(text) < 69 ? 2000 : 1900);
    },
  ],
  s: [
    /\d+/y,
    (fields, text) => {
      fields.epoch = Number(text);
    },
  ],
  p: [
    /[AaPp][Mm]/y,
    (fields, text) => {
      fields.afternoon = /p/i.test(text);
    },
  ],
  z: [/Z|[+-]\d\d:?(?:\d\d)?/y, () => {}],
  Z: [/[A-Za-z]+/y, () => {}],
  u: [/[1-7]/y, () => {}],
  w: [/[0-6]/y, () => {}],
};

/** Seconds since the epoch; undefined if the text is not written so. */
export function parseTime(text: string, format: string): number | undefined {
  const fields: Fields = {
    year: 1900,
    month: 1,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    afternoon: undefined,
    yearDay: undefined,
    epoch: undefined,
  };
  const end = parse(text, 0, format, fields);
  if (end !== text.length) return undefined;
  if (fields.epoch !== undefined) return fields.epoch;
  const hour = fields.hour + (fields.afternoon === true ? 12 : 0);
  const day =
    fields.yearDay === undefined
      ? daysFromCivil(fields.year, fields.month, 1) + fields.day - 1
      : daysFromCivil(fields.year, 1, 1) + fields.yearDay - 1;
  return day * DAY_SECONDS + hour * 3600 + fields.minute * 60 + fields.second;
}

/** Where the format's text ends; -1 where it does not fit. */
function parse(text: string, from: number, format: string, fields: Fields): number {
  let at = from;
  for (let i = 0; i < format.length && at >= 0; i++) {
    const char = format[i]!;
    if (/\s/.test(char)) while (/\s/.test(text[at] ?? "")) at++;
    else if (char !== "%") at = text[at] === char ? at + 1 : -1;
    else at = directive(text, at, format[++i] ?? "%", fields);
  }
  return at;
}

function directive(text: string, at: number, letter: string, fields: Fields): number {
  const expanded = EXPANDED[letter];
  if (expanded !== undefined) return parse(text, at, expanded, fields);
  const number = NUMBERS[letter];
  if (number !== undefined) {
    const [pattern, take] = number;
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return -1;
    take(fields, found.trim());
    return at + found.length;
  }
  if ("bBh".includes(letter))
    return name(text, at, LONG_MONTHS, MONTHS, (index) => {
      fields.month = index + 1;
    });
  if ("aA".includes(letter)) return name(text, at, LONG_DAYS, DAYS, () => {});
  if ("nt".includes(letter)) return at + /^\s*/.exec(text.slice(at))![0].length;
  return letter === "%" && text[at] === "%" ? at + 1 : -1;
}

function name(
  text: string,
  at: number,
  long: readonly string[],
  short: readonly string[],
  take: (index: number) => void,
): number {
  for (const list of [long, short]) {
    const index = list.findIndex((one) => text.slice(at, at + one.length).toLowerCase() === one);
    if (index < 0) continue;
    take(index);
    return at + list[index]!.length;
  }
  return -1;
}
