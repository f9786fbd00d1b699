import { civilFromSeconds, DAY_SECONDS, daysFromCivil, instantOf, strftime, timeZone } from "@agentos/posix";
import { isArray, isNumber, JqError, numberOf, type Value } from "../value.ts";
import { type Native, type Natives, wantNumber } from "./native.ts";
import { parseTime } from "./strptime.ts";

/** jq's "broken down time": year, month from 0, day, hours, minutes, seconds, weekday, day of the year. */
function brokenDown(seconds: number, offset: number): Value {
  const local = Math.floor(seconds) + offset;
  const { year, month, day, hour, minute, second } = civilFromSeconds(local);
  const days = Math.floor(local / DAY_SECONDS);
  const fraction = seconds - Math.floor(seconds);
  const exact = fraction === 0 ? second : Math.round((second + fraction) * 1e6) / 1e6;
  const weekday = (((days + 4) % 7) + 7) % 7;
  return [year, month - 1, day, hour, minute, exact, weekday, days - daysFromCivil(year, 1, 1)];
}

function secondsOf(input: Value, name: string): number {
  if (!isArray(input)) throw new JqError(`${name} requires array of 6 numbers`);
  const numbers = input.map((part) => {
    if (!isNumber(part)) throw new JqError(`${name} requires parsed datetime inputs`);
    return numberOf(part);
  });
  if (numbers.length < 6) throw new JqError(`${name} requires array of 6 numbers`);
  const [year, month, day, hour, minute, second] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const base = daysFromCivil(year + Math.floor(month / 12), (((month % 12) + 12) % 12) + 1, 1);
  return (base + day - 1) * DAY_SECONDS + hour * 3600 + minute * 60 + Math.floor(second);
}

const formatter =
  (name: string, local: boolean): Native =>
  (input, [format], rt) => {
    if (!isNumber(input) && !isArray(input)) throw new JqError(`${name}/1 requires parsed datetime inputs`);
    if (typeof format !== "string") throw new JqError(`${name}/1 requires a string format`);
    const zone = local ? rt.proc.env.get("TZ") : undefined;
    const civil = isNumber(input) ? undefined : secondsOf(input, `${name}/1`);
    const seconds =
      civil === undefined ? numberOf(input as number) : local ? instantOf(timeZone(zone), civil) : civil;
    return strftime(format, { seconds: Math.floor(seconds), nanoseconds: 0, timeZone: zone });
  };

export const time: Natives = {
  "now/0": () => Date.now() / 1000,
  "mktime/0": (input) => secondsOf(input, "mktime"),
  "gmtime/0": (input) => brokenDown(wantTime(input, "gmtime"), 0),
  "localtime/0": (input, _, rt) => {
    const seconds = wantTime(input, "localtime");
    return brokenDown(seconds, timeZone(rt.proc.env.get("TZ")).at(Math.floor(seconds)).seconds);
  },
  "strftime/1": formatter("strftime", false),
  "strflocaltime/1": formatter("strflocaltime", true),
  "strptime/1": (input, [format]) => {
    if (typeof input !== "string") throw new JqError(`strptime/1 requires string inputs and arguments`);
    if (typeof format !== "string") throw new JqError(`strptime/1 requires string inputs and arguments`);
    const parts = parseTime(input, format);
    if (parts === undefined) throw new JqError(`date "${input}" does not match format "${format}"`);
    return brokenDown(parts, 0);
  },
};

function wantTime(input: Value, name: string): number {
  if (!isNumber(input)) throw new JqError(`${name}() requires a number`);
  return wantNumber(input);
}
