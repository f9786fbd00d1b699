import { isSysError, O_CREAT, O_NONBLOCK, O_WRONLY } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Proc, quoteName, UsageError, warn } from "@agentos/kernel/program";
import { parseDate } from "../date/parse-date.ts";
import { invalidChoice } from "../shared/choice.ts";
import { forEachOperand } from "../shared/operands.ts";
import { quote } from "../shared/quote.ts";

const WORDS: Readonly<Record<string, "access" | "modify">> = {
  access: "access",
  atime: "access",
  use: "access",
  modify: "modify",
  mtime: "modify",
};

export default defineProgram({
  name: "touch",
  summary: "change file timestamps",
  usage: "[OPTION]... FILE...",
  options: {
    access: { short: "a", help: "change only the access time" },
    noCreate: { short: "c", long: "no-create", help: "do not create any files" },
    date: {
      short: "d",
      long: "date",
      value: "STRING",
      help: "parse STRING and use it instead of current time",
    },
    ignored: { short: "f", help: "(ignored)" },
    noDereference: {
      short: "h",
      long: "no-dereference",
      help: "affect each symbolic link instead of any referenced file",
    },
    modify: { short: "m", help: "change only the modification time" },
    reference: {
      short: "r",
      long: "reference",
      value: "FILE",
      help: "use this file's times instead of current time",
    },
    stamp: { short: "t", value: "STAMP", help: "use [[CC]YY]MMDDhhmm[.ss] instead of current time" },
    time: {
      long: "time",
      value: "WORD",
      help: "change the specified time: access, atime, use; modify, mtime",
    },
  },
  async run(proc, { options, operands }) {
    if (options.time !== undefined && !(options.time in WORDS)) {
      throw invalidChoice(proc, options.time, "--time", [
        ["atime", "access", "use"],
        ["mtime", "modify"],
      ]);
    }
    const word = options.time === undefined ? undefined : WORDS[options.time];
    if (options.stamp !== undefined && (options.reference ?? options.date) !== undefined) {
      throw new UsageError("cannot specify times from more than one source");
    }
    if (operands.length === 0) throw new UsageError("missing file operand");
    const times = await wantedTimes(proc, options);
    if (typeof times === "string") {
      await warn(proc, times);
      return 1;
    }
    const onlyAccess = options.access || word === "access";
    const onlyModify = options.modify || word === "modify";
    const atime = onlyModify && !onlyAccess ? undefined : times.atime;
    const mtime = onlyAccess && !onlyModify ? undefined : times.mtime;
    return forEachOperand(
      proc,
      operands,
      (path) => `${path.endsWith("/") ? "setting times of" : "cannot touch"} ${quoteName(path)}`,
      (path) => touch(proc, path, atime, mtime, options.noCreate, !options.noDereference),
    );
  },
});

async function touch(
  proc: Proc,
  path: string,
  atime: bigint | undefined,
  mtime: bigint | undefined,
  noCreate: boolean,
  follow: boolean,
): Promise<void> {
  try {
    await proc.utimes(path, atime, mtime, follow);
  } catch (error) {
    if (!isSysError(error, "ENOENT")) throw error;
    if (noCreate) return;
    if (!follow || path.endsWith("/")) throw error;
    await proc.close(await proc.open(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0o666));
    await proc.utimes(path, atime, mtime);
  }
}

async function wantedTimes(
  proc: Proc,
  options: { date: string | undefined; reference: string | undefined; stamp: string | undefined },
): Promise<{ atime: bigint; mtime: bigint } | string> {
  const now = proc.now();
  let times = { atime: now, mtime: now };
  if (options.reference !== undefined) {
    try {
      const { atimeNs, mtimeNs } = await proc.stat(options.reference);
      times = { atime: atimeNs, mtime: mtimeNs };
    } catch (error) {
      return `failed to get attributes of ${quoteName(options.reference)}: ${errorText(error)}`;
    }
  }
  if (options.stamp !== undefined) {
    const date = stampToDate(options.stamp);
    const at = date === undefined ? undefined : parseDate(date, { now, timeZone: proc.env.get("TZ") });
    return at === undefined ? `invalid date format ${quote(proc, options.stamp)}` : { atime: at, mtime: at };
  }
  if (options.date !== undefined) {
    const parse = (base: bigint) => parseDate(options.date!, { now: base, timeZone: proc.env.get("TZ") });
    const [atime, mtime] = [parse(times.atime), parse(times.mtime)];
    if (atime === undefined || mtime === undefined) return `invalid date format ${quote(proc, options.date)}`;
    return { atime, mtime };
  }
  return times;
}

/** [[CC]YY]MMDDhhmm[.ss] → "YYYY-MM-DD hh:mm:ss" */
function stampToDate(stamp: string): string | undefined {
  const match = /^(\d\d)?(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(stamp);
  if (!match) return undefined;
  const [, first, second, month, day, hour, minute, seconds = "00"] = match;
  let year = String(new Date().getFullYear());
  if (second !== undefined) year = first! + second;
  else if (first !== undefined) year = (Number(first) < 69 ? "20" : "19") + first;
  return `${year}-${month}-${day} ${hour}:${minute}:${seconds}`;
}
