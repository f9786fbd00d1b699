// The words of date descriptions. Source: GNU coreutils manual, "Date input formats".

export type Unit = "year" | "month" | "day" | "hour" | "minute" | "second";

const MONTH_NAMES = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const DAY_NAMES = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const DAY_SHORT: Readonly<Record<string, number>> = { tues: 2, wednes: 3, thur: 4, thurs: 4 };

/** Name → unit and how many of it. */
const UNITS: Readonly<Record<string, readonly [Unit, number]>> = {
  year: ["year", 1],
  month: ["month", 1],
  fortnight: ["day", 14],
  week: ["day", 7],
  day: ["day", 1],
  hour: ["hour", 1],
  minute: ["minute", 1],
  min: ["minute", 1],
  second: ["second", 1],
  sec: ["second", 1],
};

export const DAY_SHIFTS: Readonly<Record<string, number>> = { tomorrow: 1, yesterday: -1, today: 0, now: 0 };

export const ORDINALS: Readonly<Record<string, number>> = {
  last: -1,
  this: 0,
  next: 1,
  first: 1,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
  eleventh: 11,
  twelfth: 12,
};

/** Hours east of Greenwich of zone abbreviations. */
const ZONES: Readonly<Record<string, number>> = {
  gmt: 0,
  ut: 0,
  utc: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  met: 1,
  mez: 1,
  cest: 2,
  mest: 2,
  mesz: 2,
  eet: 2,
  eest: 3,
  cat: 2,
  sast: 2,
  eat: 3,
  msk: 3,
  msd: 4,
  ist: 5.5,
  sgt: 8,
  jst: 9,
  gst: 10,
  nzst: 12,
  nzdt: 13,
  art: -3,
  brt: -3,
  brst: -2,
  nst: -3.5,
  ndt: -2.5,
  ast: -4,
  adt: -3,
  clt: -4,
  clst: -3,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  akst: -9,
  akdt: -8,
  hst: -10,
  hast: -10,
  hadt: -9,
  sst: -12,
  wat: 1,
};

export function monthOf(word: string): number | undefined {
  if (word === "sept") return 9;
  const at = MONTH_NAMES.findIndex((name) => name === word || name.slice(0, 3) === word);
  return at < 0 ? undefined : at + 1;
}

export function weekdayOf(word: string): number | undefined {
  const at = DAY_NAMES.findIndex((name) => name === word || name.slice(0, 3) === word);
  return at < 0 ? DAY_SHORT[word] : at;
}

export function unitOf(word: string): readonly [Unit, number] | undefined {
  return UNITS[word] ?? (word.endsWith("s") ? UNITS[word.slice(0, -1)] : undefined);
}

/** Minutes east of Greenwich; single letters are the military zones. */
export function zoneOf(word: string): number | undefined {
  const hours = ZONES[word];
  if (hours !== undefined) return hours * 60;
  if (word.length !== 1) return undefined;
  if (word === "z") return 0;
  const east = "abcdefghiklm".indexOf(word);
  if (east >= 0) return (east + 1) * 60;
  const west = "nopqrstuvwxy".indexOf(word);
  return west >= 0 && word !== "t" ? -(west + 1) * 60 : undefined;
}
