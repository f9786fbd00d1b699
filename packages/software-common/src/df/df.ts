import { isSysError, type StatFs } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type OptionValues,
  type Proc,
  stdout,
  warn,
} from "@agentos/kernel/program";
import { blockSizeOf, defaultScale, type SizeScale, scaleSize } from "../shared/block-size.ts";
import { shownName } from "../shared/quote.ts";

const options = {
  all: { short: "a", long: "all", help: "include pseudo, duplicate, inaccessible file systems" },
  blockSize: {
    short: "B",
    long: "block-size",
    value: "SIZE",
    help: "scale sizes by SIZE before printing them",
  },
  human: { short: "h", long: "human-readable", help: "print sizes in powers of 1024 (e.g., 1023M)" },
  si: { short: "H", long: "si", help: "print sizes in powers of 1000 (e.g., 1.1G)" },
  inodes: { short: "i", long: "inodes", help: "list inode information instead of block usage" },
  kibibytes: { short: "k", help: "like --block-size=1K" },
  local: { short: "l", long: "local", help: "limit listing to local file systems" },
  mebibytes: { short: "m", help: "like --block-size=1M" },
  portability: { short: "P", long: "portability", help: "use the POSIX output format" },
  sync: { long: "sync", help: "invoke sync before getting usage info" },
  total: {
    long: "total",
    help: "elide all entries insignificant to available space, and produce a grand total",
  },
  type: {
    short: "t",
    long: "type",
    value: "TYPE",
    repeat: true,
    help: "limit listing to file systems of type TYPE",
  },
  printType: { short: "T", long: "print-type", help: "print file system type" },
  excludeType: {
    short: "x",
    long: "exclude-type",
    value: "TYPE",
    repeat: true,
    help: "limit listing to file systems not of type TYPE",
  },
} as const;

type Options = OptionValues<typeof options>;

/** File systems without storage of their own: shown with -a only. */
const PSEUDO = new Set(["proc", "sysfs", "devpts", "cgroup2", "mqueue"]);

interface Row {
  source: string;
  target: string;
  type: string;
  stat: StatFs;
}

export default defineProgram({
  name: "df",
  summary: "report file system space usage",
  usage: "[OPTION]... [FILE]...",
  options,
  async run(proc, { options, operands, order }) {
    const scale = scaleOf(proc, options, order);
    if (typeof scale === "string") {
      await warn(proc, scale);
      return 1;
    }
    if (options.sync) await proc.sync();
    let status = 0;
    const rows: Row[] = [];
    if (operands.length === 0) {
      for (const mount of proc.mounts()) {
        const stat = await proc.statfs(mount.target);
        if (!options.all && (PSEUDO.has(mount.type) || stat.blocks === 0)) continue;
        if (wantedType(options, mount.type)) rows.push({ ...mount, stat });
      }
    }
    for (const operand of operands) {
      try {
        rows.push(await rowOf(proc, operand));
      } catch (error) {
        if (!isSysError(error)) throw error;
        await warn(proc, `${shownName(operand)}: ${errorText(error)}`);
        status = 1;
      }
    }
    if (rows.length > 0) await print(proc, table(rows, options, scale));
    else if (status === 0) {
      await warn(proc, "no file systems processed");
      return 1;
    }
    return status;
  },
});

const wantedType = ({ type, excludeType }: Options, name: string): boolean =>
  (type.length === 0 || type.includes(name)) && !excludeType.includes(name);

/** The mount that holds a path: the longest mount point above it. */
async function rowOf(proc: Proc, path: string): Promise<Row> {
  const [real, stat] = [await proc.realpath(path), await proc.statfs(path)];
  const holds = (target: string) => real === target || real.startsWith(target === "/" ? "/" : `${target}/`);
  const mounts = proc.mounts().filter(({ target }) => holds(target));
  const mount = mounts.reduce((best, one) => (one.target.length >= best.target.length ? one : best));
  return { ...mount, stat };
}

/** The scale to print in, or what is wrong with the one asked for. */
function scaleOf(proc: Proc, options: Options, order: readonly { name: string }[]): SizeScale | string {
  let scale: SizeScale | string = defaultScale(proc, "DF_BLOCK_SIZE");
  for (const { name } of order) {
    if (name === "human") scale = { unit: "binary", size: 1 };
    else if (name === "si") scale = { unit: "decimal", size: 1 };
    else if (name === "kibibytes") scale = { unit: "bytes", size: 1024 };
    else if (name === "mebibytes") scale = { unit: "bytes", size: 1 << 20 };
    else if (name === "blockSize") scale = blockSizeOf(proc, options.blockSize!);
  }
  return scale;
}

function table(rows: Row[], options: Options, scale: SizeScale): string[][] {
  const human = scale.unit !== "bytes";
  const unit = scale.size === 1024 ? "1K" : scale.size === 1 << 20 ? "1M" : String(scale.size);
  const sizeHeads = options.inodes
    ? ["Inodes", "IUsed", "IFree", "IUse%"]
    : options.portability
      ? [`${scale.size}-blocks`, "Used", "Available", "Capacity"]
      : [human ? "Size" : `${unit}-blocks`, "Used", human ? "Avail" : "Available", "Use%"];
  const head = ["Filesystem", ...(options.printType ? ["Type"] : []), ...sizeHeads, "Mounted on"];
  const cells = (
    source: string,
    type: string,
    total: number,
    free: number,
    target: string,
    show: (n: number) => string,
  ) => {
    const used = total - free;
    const percent = total === 0 ? "-" : `${Math.ceil((100 * used) / total)}%`;
    return [
      source,
      ...(options.printType ? [type] : []),
      show(total),
      show(used),
      show(free),
      percent,
      target,
    ];
  };
  const show = options.inodes
    ? (count: number) => (human ? scaleSize(count, scale) : String(count))
    : (bytes: number) => scaleSize(bytes, scale);
  const lines = rows.map(({ source, type, target, stat }) =>
    options.inodes
      ? cells(source, type, stat.files, stat.ffree, target, show)
      : cells(source, type, stat.blocks * stat.bsize, stat.bfree * stat.bsize, target, show),
  );
  if (options.total) {
    const sum = (pick: (stat: StatFs) => number) => rows.reduce((total, { stat }) => total + pick(stat), 0);
    const [total, free] = options.inodes
      ? [sum((s) => s.files), sum((s) => s.ffree)]
      : [sum((s) => s.blocks * s.bsize), sum((s) => s.bfree * s.bsize)];
    lines.push(cells("total", "-", total, free, "-", show));
  }
  return [head, ...lines];
}

async function print(proc: Proc, rows: string[][]): Promise<void> {
  const count = rows[0]!.length;
  const leftAligned = new Set([0, count - 1, ...(count === 7 ? [1] : [])]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  widths[0] = Math.max(widths[0]!, 14);
  for (const row of rows) {
    const cells = row.map((text, column) => {
      if (column === count - 1) return text;
      return leftAligned.has(column)
        ? text.padEnd(widths[column]!)
        : text.padStart(Math.max(widths[column]!, 4));
    });
    await stdout(proc).write(`${cells.join(" ")}\n`);
  }
}
