// Time zones by the value of TZ: names of the IANA database through Intl, and POSIX's own notation (UTC0, EST5EDT).

export interface ZonedTime {
  year: number;
  /** 1…12 */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Sunday is 0. */
  weekday: number;
  /** January 1 is 1. */
  yearday: number;
  /** Seconds east of Greenwich. */
  offset: number;
  zone: string;
}

const DAY = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat | undefined>();
const MAX_FORMATTERS = 64;

/** Broken-down local time of `seconds` since the epoch. An unknown zone is UTC, as in glibc. */
export function zonedTime(seconds: number, timeZone: string | undefined): ZonedTime {
  const { offset, zone } = offsetAt(seconds, timeZone ?? "");
  const local = new Date((Math.floor(seconds) + offset) * 1000);
  const year = local.getUTCFullYear();
  const midnight = Date.UTC(2000, local.getUTCMonth(), local.getUTCDate());
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const passed = (midnight - Date.UTC(2000, 0, 1)) / DAY;
  return {
    year,
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    weekday: local.getUTCDay(),
    yearday: passed + 1 - (!isLeap && local.getUTCMonth() > 1 ? 1 : 0),
    offset,
    zone,
  };
}

function offsetAt(seconds: number, timeZone: string): { offset: number; zone: string } {
  const name = timeZone.replace(/^:/, "");
  if (name === "" || name === "UTC" || name === "UTC0") return { offset: 0, zone: "UTC" };
  const posix =
    /^(<[^>]+>|[A-Za-z]{3,})([+-]?)(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?(<[^>]+>|[A-Za-z]{3,})?/.exec(name);
  if (posix !== null) return posixOffset(seconds, posix);
  const formatter = formatterFor(name);
  if (formatter === undefined) return { offset: 0, zone: /^[A-Za-z]+/.exec(name)?.[0] ?? "UTC" };
  const parts: Record<string, string> = {};
  for (const { type, value } of formatter.formatToParts(seconds * 1000)) parts[type] = value;
  const local = Date.UTC(
    Number(parts.year),
    Number(parts.month) - 1,
    Number(parts.day),
    Number(parts.hour),
    Number(parts.minute),
    Number(parts.second),
  );
  const offset = Math.round(local / 1000) - Math.floor(seconds);
  const zone = parts.timeZoneName ?? "";
  return { offset, zone: /^GMT[+-]/.test(zone) ? numericZone(offset) : zone };
}

function formatterFor(name: string): Intl.DateTimeFormat | undefined {
  if (formatters.has(name)) return formatters.get(name);
  let formatter: Intl.DateTimeFormat | undefined;
  try {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      timeZoneName: "short",
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  formatters.set(name, formatter);
  return formatter;
}

function posixOffset(seconds: number, match: RegExpExecArray): { offset: number; zone: string } {
  const [, standard, sign, hours, minutes, secs, daylight] = match;
  const west = Number(hours) * 3600 + Number(minutes ?? 0) * 60 + Number(secs ?? 0);
  const offset = sign === "-" ? west : -west;
  if (daylight === undefined || !isUsDaylight(seconds + offset)) return { offset, zone: bare(standard!) };
  return { offset: offset + 3600, zone: bare(daylight) };
}

const bare = (name: string): string => name.replace(/[<>]/g, "");

/** The rule glibc uses where TZ names none: M3.2.0,M11.1.0. `local` is standard time. */
function isUsDaylight(local: number): boolean {
  const year = new Date(local * 1000).getUTCFullYear();
  const sunday = (month: number, week: number): number => {
    const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
    return Date.UTC(year, month, 1 + ((7 - first) % 7) + (week - 1) * 7) / 1000;
  };
  return local >= sunday(2, 2) + 2 * 3600 && local < sunday(10, 1) + 3600;
}

function numericZone(offset: number): string {
  const minutes = Math.abs(offset) / 60;
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  const rest = minutes % 60 === 0 ? "" : String(minutes % 60).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${hours}${rest}`;
}
