import { isDirectory, isSymlink, type Stat } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type OptionValues,
  type Proc,
  quoteName,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { compilePattern } from "@agentos/posix";
import { blockSizeOf, type SizeScale, scaleSize } from "../shared/block-size.ts";
import { formatTime } from "../shared/file-time.ts";
import { baseName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { quote } from "../shared/quote.ts";
import { parseSize } from "../shared/size.ts";

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
    const depth = maximumDepth(proc, options);
    const usage = new DiskUsage(proc, options, depth, scaleOf(proc, options, order));
    return usage.run(operands.length === 0 ? ["."] : operands);
  },
});

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

function scaleOf(proc: Proc, options: Options, order: readonly { name: string }[]): SizeScale {
  if (options.inodes) return { unit: "bytes", size: 1 };
  let scale: SizeScale = { unit: "bytes", size: proc.env.has("POSIXLY_CORRECT") ? 512 : 1024 };
  for (const { name } of order) {
    if (name === "human") scale = { unit: "binary", size: 1 };
    else if (name === "si") scale = { unit: "decimal", size: 1 };
    else if (name === "bytes") scale = { unit: "bytes", size: 1 };
    else if (name === "kibibytes") scale = { unit: "bytes", size: 1024 };
    else if (name === "mebibytes") scale = { unit: "bytes", size: 1 << 20 };
    else if (name === "blockSize") scale = blockSizeOf(options.blockSize!, "--block-size");
  }
  return scale;
}

interface Sum {
  size: number;
  mtimeNs: bigint;
}

class DiskUsage {
  readonly #proc: Proc;
  readonly #options: Options;
  readonly #depth: number;
  readonly #scale: SizeScale;
  readonly #excluded: ((path: string) => boolean)[];
  readonly #threshold: number;
  /** dev:ino of files with several links that have been counted. */
  readonly #seen = new Set<string>();
  #status = 0;

  constructor(proc: Proc, options: Options, depth: number, scale: SizeScale) {
    this.#proc = proc;
    this.#options = options;
    this.#depth = depth;
    this.#scale = scale;
    this.#excluded = options.exclude.map((text) => {
      const pattern = compilePattern(text);
      return (path) => pattern.matches(path) || pattern.matches(baseName(path));
    });
    this.#threshold = thresholdOf(proc, options.threshold);
  }

  async run(operands: readonly string[]): Promise<number> {
    const grand: Sum = { size: 0, mtimeNs: 0n };
    for (const operand of operands) {
      const sum = await this.#visit(operand, 0, undefined);
      if (sum) add(grand, sum);
    }
    if (this.#options.total) await this.#print("total", grand);
    return this.#status;
  }

  async #visit(path: string, level: number, device: number | undefined): Promise<Sum | undefined> {
    const proc = this.#proc;
    const pause = proc.yield();
    if (pause) await pause;
    if (this.#excluded.some((matches) => matches(path))) return undefined;
    const stat = await this.#stat(path, level);
    if (!stat) return undefined;
    if (device !== undefined && this.#options.oneFileSystem && stat.dev !== device) return undefined;
    if (!this.#options.countLinks && (stat.nlink > 1 || level === 0)) {
      const key = `${stat.dev}:${stat.ino}`;
      if (this.#seen.has(key)) return undefined;
      this.#seen.add(key);
    }
    const sum: Sum = { size: this.#sizeOf(stat), mtimeNs: stat.mtimeNs };
    if (!isDirectory(stat.mode)) {
      if (level === 0 || (this.#options.all && level <= this.#depth)) await this.#print(path, sum);
      return sum;
    }
    const own: Sum = { ...sum };
    await this.#children(path, level, stat.dev, sum, own);
    if (level <= this.#depth) await this.#print(path, this.#options.separate ? own : sum);
    return sum;
  }

  async #children(path: string, level: number, device: number, sum: Sum, own: Sum): Promise<void> {
    try {
      for (const { name, type } of await this.#proc.readdir(path)) {
        const below = await this.#visit(join(path, name), level + 1, device);
        if (!below) continue;
        add(sum, below);
        if (!isDirectory(type)) add(own, below);
      }
    } catch (error) {
      await warn(this.#proc, `cannot read directory ${quoteName(path)}: ${errorText(error)}`);
      this.#status = 1;
    }
  }

  async #stat(path: string, level: number): Promise<Stat | undefined> {
    const proc = this.#proc;
    try {
      const stat = await proc.lstat(path);
      const follow = this.#options.dereference || (this.#options.followOperands && level === 0);
      return follow && isSymlink(stat.mode) ? await proc.stat(path) : stat;
    } catch (error) {
      await warn(proc, `cannot access ${quoteName(path)}: ${errorText(error)}`);
      this.#status = 1;
      return undefined;
    }
  }

  #sizeOf(stat: Stat): number {
    if (this.#options.inodes) return 1;
    if (!this.#options.apparent && !this.#options.bytes) return stat.blocks * 512;
    return isDirectory(stat.mode) ? 0 : stat.size;
  }

  async #print(path: string, sum: Sum): Promise<void> {
    if (this.#threshold >= 0 ? sum.size < this.#threshold : sum.size > -this.#threshold) return;
    const time =
      this.#options.time === undefined
        ? ""
        : `${formatTime(sum.mtimeNs, "%Y-%m-%d %H:%M", this.#proc.env.get("TZ"))}\t`;
    await stdout(this.#proc).write(
      `${scaleSize(sum.size, this.#scale)}\t${time}${path}${this.#options.zero ? "\0" : "\n"}`,
    );
  }
}

function add(sum: Sum, more: Sum): void {
  sum.size += more.size;
  if (more.mtimeNs > sum.mtimeNs) sum.mtimeNs = more.mtimeNs;
}

function thresholdOf(proc: Proc, text: string | undefined): number {
  if (text === undefined) return 0;
  const size = parseSize(text.replace(/^[+-]/, ""));
  if (typeof size === "string") throw new UsageError(`invalid --threshold argument ${quote(proc, text)}`);
  return text.startsWith("-") ? -Number(size) : Number(size);
}
