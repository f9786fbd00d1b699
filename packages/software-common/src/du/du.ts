import { isDirectory, type Stat } from "@agentos/kernel/abi";
import {
  defineProgram,
  type OptionValues,
  type Proc,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { compilePattern } from "@agentos/posix";
import { blockSizeOf, defaultScale, type SizeScale, scaleSize } from "../shared/block-size.ts";
import { invalidChoice } from "../shared/choice.ts";
import { formatTime } from "../shared/file-time.ts";
import { baseName } from "../shared/path-names.ts";
import { quote } from "../shared/quote.ts";
import { parseSize } from "../shared/size.ts";
import { add, DiskUsage, type Sum, type UsageSettings } from "./disk-usage.ts";

const options = {
  zero: { short: "0", long: "null", help: "end each output line with NUL, not newline" },
  all: { short: "a", long: "all", help: "write counts for all files, not just directories" },
  apparent: { long: "apparent-size", help: "print apparent sizes rather than device usage" },
  blockSize: {
    short: "B",
    long: "block-size",
    value: "SIZE",
    help: "scale sizes by SIZE before printing them",
  },
  bytes: { short: "b", long: "bytes", help: "equivalent to '--apparent-size --block-size=1'" },
  total: { short: "c", long: "total", help: "produce a grand total" },
  followOperands: {
    short: "DH",
    long: "dereference-args",
    help: "dereference only symlinks that are listed on the command line",
  },
  maxDepth: {
    short: "d",
    long: "max-depth",
    value: "N",
    help: "print the total for a directory only if it is N or fewer levels below the command line argument",
  },
  human: {
    short: "h",
    long: "human-readable",
    help: "print sizes in human readable format (e.g., 1K 234M 2G)",
  },
  inodes: { long: "inodes", help: "list inode usage information instead of block usage" },
  kibibytes: { short: "k", help: "like --block-size=1K" },
  dereference: { short: "L", long: "dereference", help: "dereference all symbolic links" },
  countLinks: { short: "l", long: "count-links", help: "count sizes many times if hard linked" },
  mebibytes: { short: "m", help: "like --block-size=1M" },
  noDereference: {
    short: "P",
    long: "no-dereference",
    help: "don't follow any symbolic links (this is the default)",
  },
  separate: {
    short: "S",
    long: "separate-dirs",
    help: "for directories do not include size of subdirectories",
  },
  si: { long: "si", help: "like -h, but use powers of 1000 not 1024" },
  summarize: { short: "s", long: "summarize", help: "display only a total for each argument" },
  threshold: {
    short: "t",
    long: "threshold",
    value: "SIZE",
    help: "exclude entries smaller than SIZE if positive, or greater than SIZE if negative",
  },
  time: {
    long: "time",
    value: "WORD",
    optional: true,
    help: "show time of the last modification of any file in the directory",
  },
  timeStyle: {
    long: "time-style",
    value: "STYLE",
    help: "show times using STYLE: full-iso, long-iso, iso, or +FORMAT",
  },
  exclude: { long: "exclude", value: "PATTERN", repeat: true, help: "exclude files that match PATTERN" },
  oneFileSystem: { short: "x", long: "one-file-system", help: "skip directories on different file systems" },
} as const;

type Options = OptionValues<typeof options>;

export default defineProgram({
  name: "du",
  summary: "estimate file space usage",
  usage: "[OPTION]... [FILE]...",
  options,
  async run(proc, { options, operands, order }) {
    const maxDepth = maximumDepth(proc, options);
    const scale = scaleOf(proc, options, order);
    if (typeof scale === "string") {
      await warn(proc, scale);
      return 1;
    }
    const print = printerOf(proc, options, scale);
    const usage = new DiskUsage(proc, {
      ...options,
      maxDepth,
      follow: FOLLOW[order.findLast(({ name }) => name in FOLLOW)?.name ?? "noDereference"]!,
      sizeOf: (stat) => sizeOf(stat, options),
      excluded: excludedBy(options.exclude),
      report: print,
    });
    const grand: Sum = { size: 0, mtimeNs: 0n };
    for (const operand of operands.length === 0 ? ["."] : operands) {
      const sum = await usage.operand(operand);
      if (sum) add(grand, sum);
    }
    if (options.total) await print("total", grand);
    return usage.failed ? 1 : 0;
  },
});

const FOLLOW: Readonly<Record<string, UsageSettings["follow"]>> = {
  dereference: "all",
  followOperands: "operands",
  noDereference: "never",
};

function sizeOf(stat: Stat, options: Options): number {
  if (options.inodes) return 1;
  if (!options.apparent && !options.bytes) return stat.blocks * 512;
  return isDirectory(stat.mode) ? 0 : stat.size;
}

function excludedBy(patterns: readonly string[]): (path: string) => boolean {
  const compiled = patterns.map((text) => compilePattern(text));
  return (path) => compiled.some((pattern) => pattern.matches(path) || pattern.matches(baseName(path)));
}

function printerOf(proc: Proc, options: Options, scale: SizeScale): UsageSettings["report"] {
  const threshold = thresholdOf(proc, options.threshold);
  const format = timeFormatOf(proc, options);
  const out = stdout(proc);
  const end = options.zero ? "\0" : "\n";
  return (path, { size, mtimeNs }) => {
    if (threshold >= 0 ? size < threshold : size > -threshold) return;
    const time = format === undefined ? "" : `${formatTime(mtimeNs, format, proc.env.get("TZ"))}\t`;
    return out.write(`${scaleSize(size, scale)}\t${time}${path}${end}`);
  };
}

const TIME_STYLES: Readonly<Record<string, string>> = {
  "full-iso": "%Y-%m-%d %H:%M:%S.%N %z",
  "long-iso": "%Y-%m-%d %H:%M",
  iso: "%Y-%m-%d",
};

function timeFormatOf(proc: Proc, { time, timeStyle = "long-iso" }: Options): string | undefined {
  if (time === undefined) return undefined;
  if (timeStyle.startsWith("+")) return timeStyle.slice(1);
  const format = TIME_STYLES[timeStyle];
  if (format === undefined) {
    throw invalidChoice(proc, timeStyle, "time style", [["full-iso"], ["long-iso"], ["iso"]]);
  }
  return format;
}

function maximumDepth(proc: Proc, options: Options): number {
  if (options.summarize && options.all) throw new UsageError("cannot both summarize and show all entries");
  if (options.maxDepth === undefined) return options.summarize ? 0 : Number.POSITIVE_INFINITY;
  if (!/^\d+$/.test(options.maxDepth))
    throw new UsageError(`invalid maximum depth ${quote(proc, options.maxDepth)}`);
  if (options.summarize && options.maxDepth !== "0") {
    throw new UsageError(`summarizing conflicts with --max-depth=${options.maxDepth}`);
  }
  return Number(options.maxDepth);
}

/** The scale to print in, or what is wrong with the one asked for. */
function scaleOf(proc: Proc, options: Options, order: readonly { name: string }[]): SizeScale | string {
  if (options.inodes) return { unit: "bytes", size: 1 };
  let scale: SizeScale | string = defaultScale(proc, "DU_BLOCK_SIZE");
  for (const { name } of order) {
    if (name === "human") scale = { unit: "binary", size: 1 };
    else if (name === "si") scale = { unit: "decimal", size: 1 };
    else if (name === "bytes") scale = { unit: "bytes", size: 1 };
    else if (name === "kibibytes") scale = { unit: "bytes", size: 1024 };
    else if (name === "mebibytes") scale = { unit: "bytes", size: 1 << 20 };
    else if (name === "blockSize") scale = blockSizeOf(proc, options.blockSize!);
  }
  return scale;
}

function thresholdOf(proc: Proc, text: string | undefined): number {
  if (text === undefined) return 0;
  const size = parseSize(text.replace(/^[+-]/, ""));
  if (typeof size === "string") throw new UsageError(`invalid --threshold argument ${quote(proc, text)}`);
  return text.startsWith("-") ? -Number(size) : Number(size);
}
