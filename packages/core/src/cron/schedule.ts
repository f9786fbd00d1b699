// When a job is due: by a cron expression in a time zone, or at one moment.

import { Cron } from "croner";
import { ConfigError } from "../errors.ts";
import { isoDate, parseIsoDate } from "../iso-date.ts";

export interface Schedule {
  /** The expression, or the moment in ISO format, for listings. */
  readonly text: string;
  /** The time zone of an expression. */
  readonly timeZone: string | undefined;
  /** The first due time after `time`, both in milliseconds since the epoch. */
  next(time: number): number | undefined;
}

const FIELDS = ["second", "minute", "hour", "day of the month", "month", "day of the week"] as const;
const DATE_LIKE = /^\d{4}-\d\d-\d\d/;

/**
 * @param when an expression of 5 fields, or of 6 beginning with seconds; a nickname such as "@daily"; or a moment
 * @throws ConfigError, which says which field is wrong, or that the time never comes
 */
export function parseSchedule(when: string | Date, timeZone: string | undefined, now: number): Schedule {
  if (typeof when === "string" && !DATE_LIKE.test(when)) {
    return cronSchedule(when.trim(), timeZone ?? "UTC", now);
  }
  const time = typeof when === "string" ? timeOf(when, timeZone) : when.getTime();
  if (Number.isNaN(time)) throw wrong("schedule", "is no valid date");
  if (timeZone !== undefined && typeof when !== "string") throw wrong("timeZone", IS_MOMENT);
  const text = new Date(time).toISOString();
  if (time <= now) throw wrong("schedule", `${text} is not in the future`);
  return { text, timeZone: undefined, next: (after) => (time > after ? time : undefined) };
}

const IS_MOMENT = "a date is a moment in every time zone";

/** A date without an offset means the moment when clocks in the time zone show it. NaN if it is not a date. */
function timeOf(text: string, timeZone: string | undefined): number {
  const iso = isoDate(text);
  const utc = parseIsoDate(text)?.getTime() ?? Number.NaN;
  if (iso === undefined || Number.isNaN(utc) || timeZone === undefined) return utc;
  if (iso.hasZone) throw wrong("timeZone", IS_MOMENT);
  requireTimeZone(timeZone);
  const local = new Date(utc).toISOString().slice(0, -5);
  return new Cron(local, { timezone: timeZone, paused: true }).nextRun(new Date(0))?.getTime() ?? Number.NaN;
}

function cronSchedule(expression: string, timeZone: string, now: number): Schedule {
  requireTimeZone(timeZone);
  const cron = parse(expression, timeZone);
  const next = (after: number) => cron.nextRun(new Date(after))?.getTime();
  if (next(now) === undefined) throw wrong("schedule", `${JSON.stringify(expression)} never comes`);
  return { text: expression, timeZone, next };
}

function requireTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw wrong(
      "timeZone",
      `there is no time zone ${JSON.stringify(timeZone)}; it is a name such as "Europe/Paris"`,
    );
  }
}

function parse(expression: string, timeZone: string): Cron {
  try {
    return new Cron(expression, { mode: "5-or-6-parts", timezone: timeZone, paused: true });
  } catch (error) {
    throw wrong("schedule", reason(expression, error as Error), error as Error);
  }
}

/** Names the one field that is wrong by itself, or else gives the parser's message about the whole. */
function reason(expression: string, error: Error): string {
  const parts = expression.split(/\s+/);
  const text = JSON.stringify(expression);
  if (expression.startsWith("@")) return `${text} is not a known nickname such as "@daily"`;
  if (parts.length !== 5 && parts.length !== 6) {
    return `${text} has ${expression === "" ? 0 : parts.length} fields; it takes 5 (minute, hour, day, month, day of the week), or 6 with seconds first`;
  }
  const names = FIELDS.slice(FIELDS.length - parts.length);
  for (const [index, part] of parts.entries()) {
    const alone = parts.map((_, i) => (i === index ? part : "*")).join(" ");
    const why = failure(alone);
    if (why !== undefined) return `${text}: the ${names[index]} ${JSON.stringify(part)}: ${why}`;
  }
  return `${text}: ${plain(error)}`;
}

function failure(expression: string): string | undefined {
  try {
    new Cron(expression, { mode: "5-or-6-parts", paused: true });
    return undefined;
  } catch (error) {
    return plain(error as Error);
  }
}

function plain({ message }: Error): string {
  const text = message.replace(/^\w+: /, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function wrong(option: string, why: string, cause?: Error): ConfigError {
  return new ConfigError(option, `scheduleCron: option \`${option}\`: ${why}`, { cause });
}
