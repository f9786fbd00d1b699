import { isSysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  LineReader,
  latin1ToOsString,
  openInput,
  type Proc,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { formatTime } from "../shared/file-time.ts";
import { quote, shownName } from "../shared/quote.ts";
import { parseDate } from "./parse-date.ts";

const ISO_FORMATS: Readonly<Record<string, string>> = {
  date: "%Y-%m-%d",
  hours: "%Y-%m-%dT%H%:z",
  minutes: "%Y-%m-%dT%H:%M%:z",
  seconds: "%Y-%m-%dT%H:%M:%S%:z",
  ns: "%Y-%m-%dT%H:%M:%S,%N%:z",
};

const RFC_3339_FORMATS: Readonly<Record<string, string>> = {
  date: "%Y-%m-%d",
  seconds: "%Y-%m-%d %H:%M:%S%:z",
  ns: "%Y-%m-%d %H:%M:%S.%N%:z",
};

const STANDARD_FORMAT = "%a %b %e %H:%M:%S %Z %Y";

function formatNamed(
  proc: Proc,
  formats: Readonly<Record<string, string>>,
  name: string,
  option: string,
): string {
  const found = Object.keys(formats).filter((word) => word.startsWith(name));
  if (name in formats || found.length === 1) return formats[name] ?? formats[found[0]!]!;
  const problem = found.length > 1 && name !== "" ? "ambiguous" : "invalid";
  const words = ["hours", "minutes", "date", "seconds", "ns"].filter((word) => word in formats);
  const list = words.map((word) => `\n  - ${quote(proc, word)}`).join("");
  throw new UsageError(
    `${problem} argument ${quote(proc, name)} for ${quote(proc, option)}\nValid arguments are:${list}`,
  );
}

class Dates {
  status = 0;
  readonly #proc: Proc;
  readonly #format: string;
  readonly #zoneName: string | undefined;

  constructor(proc: Proc, format: string, zoneName: string | undefined) {
    this.#proc = proc;
    this.#format = format;
    this.#zoneName = zoneName;
  }

  async print(timeNs: bigint): Promise<void> {
    await stdout(this.#proc).write(`${formatTime(timeNs, this.#format, this.#zoneName)}\n`);
  }

  async printDescribed(text: string): Promise<void> {
    const time = parseDate(text, { now: this.#proc.now(), timeZone: this.#zoneName });
    if (time !== undefined) return this.print(time);
    await warn(this.#proc, `invalid date ${quote(this.#proc, text)}`);
    this.status = 1;
  }

  async printFile(name: string): Promise<void> {
    const reader = new LineReader(this.#proc, await openInput(this.#proc, name));
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
      for (const line of batch) await this.printDescribed(latin1ToOsString(line));
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
  }
}

export default defineProgram({
  name: "date",
  summary: "Display the current time in the given FORMAT, or a described time.",
  usage: "[OPTION]... [+FORMAT]",
  options: {
    date: { short: "d", long: "date", value: "STRING", help: "display time described by STRING, not 'now'" },
    debug: { long: "debug", help: "annotate the parsed date (ignored)" },
    file: {
      short: "f",
      long: "file",
      value: "DATEFILE",
      help: "like --date; once for each line of DATEFILE",
    },
    iso: {
      short: "I",
      long: "iso-8601",
      value: "FMT",
      optional: true,
      help: "ISO 8601 format; FMT: date (default), hours, minutes, seconds, ns",
    },
    resolution: { long: "resolution", help: "output the available resolution of timestamps" },
    email: { short: "R", long: ["rfc-email", "rfc-822", "rfc-2822"], help: "RFC 5322 format" },
    rfc3339: { long: "rfc-3339", value: "FMT", help: "RFC 3339 format; FMT: date, seconds, ns" },
    reference: {
      short: "r",
      long: "reference",
      value: "FILE",
      help: "display the last modification time of FILE",
    },
    set: { short: "s", long: "set", value: "STRING", help: "set time described by STRING" },
    utc: { short: "u", long: ["utc", "universal", "uct"], help: "print Coordinated Universal Time (UTC)" },
  },
  async run(proc, { options, operands }) {
    const sources = [options.date, options.file, options.reference].filter((value) => value !== undefined);
    if (sources.length + Number(options.resolution) > 1) {
      throw new UsageError("the options to specify dates for printing are mutually exclusive");
    }
    const formats: string[] = [];
    if (options.iso !== undefined) {
      formats.push(formatNamed(proc, ISO_FORMATS, options.iso === true ? "date" : options.iso, "--iso-8601"));
    }
    if (options.rfc3339 !== undefined) {
      formats.push(formatNamed(proc, RFC_3339_FORMATS, options.rfc3339, "--rfc-3339"));
    }
    if (options.email) formats.push("%a, %d %b %Y %H:%M:%S %z");
    if (operands.length > 1) throw new UsageError(`extra operand ${quote(proc, operands[1]!)}`);
    const operand = operands[0];
    if (operand?.startsWith("+")) formats.push(operand.slice(1));
    if (formats.length > 1) return fail(proc, "multiple output formats specified");
    if (operand !== undefined && !operand.startsWith("+")) return setDate(proc, operand, sources.length > 0);
    const dates = new Dates(proc, formats[0] ?? STANDARD_FORMAT, options.utc ? "UTC0" : proc.env.get("TZ"));
    if (options.set !== undefined) return setDate(proc, options.set, false);
    if (options.date !== undefined) await dates.printDescribed(options.date);
    else if (options.resolution) await stdout(proc).write("0.000000001\n");
    else if (options.file !== undefined)
      await printEach(proc, options.file, (name) => dates.printFile(name), dates);
    else if (options.reference !== undefined) {
      const show = async (name: string): Promise<void> => dates.print((await proc.stat(name)).mtimeNs);
      await printEach(proc, options.reference, show, dates);
    } else await dates.print(proc.now());
    return dates.status;
  },
});

async function printEach(
  proc: Proc,
  name: string,
  print: (name: string) => Promise<void>,
  dates: Dates,
): Promise<void> {
  try {
    await print(name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    await warn(proc, `${shownName(name)}: ${errorText(error)}`);
    dates.status = 1;
  }
}

const LACKS_PLUS =
  "lacks a leading '+';\nwhen using an option to specify date(s), any non-option\nargument must be a format string beginning with '+'";

/** MMDDhhmm[[CC]YY][.ss] */
function isClockSetting(text: string): boolean {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d|\d{4})?(\.\d\d)?$/.exec(text);
  if (match === null) return false;
  const [month, day, hour, minute] = match.slice(1, 5).map(Number) as [number, number, number, number];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60;
}

/** Nobody may set the clock of a virtual machine. */
async function setDate(proc: Proc, text: string, described: boolean): Promise<number> {
  if (described) throw new UsageError(`the argument ${quote(proc, text)} ${LACKS_PLUS}`);
  const known =
    isClockSetting(text) || parseDate(text, { now: proc.now(), timeZone: proc.env.get("TZ") }) !== undefined;
  if (!known || /^\d{5,}$/.test(text) !== isClockSetting(text))
    return fail(proc, `invalid date ${quote(proc, text)}`);
  return fail(proc, "cannot set date: Operation not permitted");
}
