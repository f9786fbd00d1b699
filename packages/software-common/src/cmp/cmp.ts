import { isDirectory, isRegular, O_RDONLY, sysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type Proc,
  stderr,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { parseCount } from "../shared/size.ts";

const CHUNK = 65536;

export default defineProgram({
  name: "cmp",
  summary: "compare two files byte by byte",
  usage: "[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]",
  usageStatus: 2,
  usageHint: "cmp: Try 'cmp --help' for more information.",
  options: {
    printBytes: { short: "b", long: "print-bytes", help: "print differing bytes" },
    ignoreInitial: {
      short: "i",
      long: "ignore-initial",
      value: "SKIP",
      help: "skip first SKIP bytes of both inputs; SKIP1:SKIP2 differs for each",
    },
    verbose: { short: "l", long: "verbose", help: "output byte numbers and differing byte values" },
    bytes: { short: "n", long: "bytes", value: "LIMIT", help: "compare at most LIMIT bytes" },
    silent: { short: "s", long: ["quiet", "silent"], help: "suppress all normal output" },
  },
  async run(proc, { options, operands }) {
    const [first, second = "-", skipFirst, skipSecond, extra] = operands;
    if (first === undefined) throw new UsageError("missing operand after 'cmp'");
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
    if (options.verbose && options.silent) throw new UsageError("options -l and -s are incompatible");
    const skips = (options.ignoreInitial ?? "0").split(":");
    const skip = (text: string) => {
      const count = parseCount(text);
      if (typeof count === "string") throw new UsageError(`invalid --ignore-initial value '${text}'`);
      return count;
    };
    const limit = options.bytes === undefined ? Number.POSITIVE_INFINITY : parseCount(options.bytes);
    if (typeof limit === "string") throw new UsageError(`invalid --bytes value '${options.bytes}'`);
    const open = async (name: string, text: string) => {
      try {
        return await Input.open(proc, name, skip(text));
      } catch (error) {
        const message = `${name}: ${errorText(error)}`;
        if (!options.silent) await warn(proc, message);
        return undefined;
      }
    };
    const left = await open(first, skipFirst ?? skips[0]!);
    const right = left && (await open(second, skipSecond ?? skips[1] ?? skips[0]!));
    if (!left || !right) return 2;
    return compare(proc, left, right, { ...options, limit });
  },
});

/** A file read in chunks, from a byte on. */
class Input {
  readonly name: string;
  readonly #proc: Proc;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(CHUNK);
  /** What has been read and not yet compared. */
  chunk = this.#buffer.subarray(0, 0);

  /** Bytes behind the skipped ones; infinite if unknown. */
  readonly size: number;

  /** @throws SyscallError */
  static async open(proc: Proc, name: string, skip: number): Promise<Input> {
    const fd = name === "-" ? 0 : await proc.open(name, O_RDONLY);
    const { mode, size } = await proc.fstat(fd);
    if (isDirectory(mode)) throw sysError("EISDIR");
    const input = new Input(proc, name, fd, isRegular(mode) ? size - skip : Number.POSITIVE_INFINITY);
    for (let left = skip; left > 0; ) {
      await input.fill();
      if (input.chunk.length === 0) break;
      const count = Math.min(left, input.chunk.length);
      input.take(count);
      left -= count;
    }
    return input;
  }

  private constructor(proc: Proc, name: string, fd: number, size: number) {
    this.#proc = proc;
    this.name = name;
    this.#fd = fd;
    this.size = size;
  }

  /** Makes `chunk` not empty, unless the file has ended. */
  async fill(): Promise<void> {
    if (this.chunk.length > 0) return;
    this.chunk = this.#buffer.subarray(0, await this.#proc.read(this.#fd, this.#buffer));
  }

  take(count: number): void {
    this.chunk = this.chunk.subarray(count);
  }
}

interface Settings {
  printBytes: boolean;
  verbose: boolean;
  silent: boolean;
  limit: number;
}

async function compare(proc: Proc, left: Input, right: Input, settings: Settings): Promise<number> {
  const out = stdout(proc);
  const width = digitsOf(Math.min(left.size, right.size, settings.limit));
  let endsLine = false;
  let offset = 0;
  let line = 1;
  let differ = false;
  while (offset < settings.limit) {
    await left.fill();
    await right.fill();
    const [a, b] = [left.chunk, right.chunk];
    const count = Math.min(a.length, b.length, settings.limit - offset);
    if (count === 0) {
      if (a.length === b.length) return differ ? 1 : 0;
      if (!settings.silent)
        await reportEnd(proc, a.length === 0 ? left : right, offset, placeOf(line, endsLine, settings));
      return 1;
    }
    for (let i = 0; i < count; i++) {
      if (a[i] !== b[i]) {
        differ = true;
        if (settings.silent) return 1;
        const [x, y] = [a[i]!, b[i]!];
        if (!settings.verbose) {
          const bytes = settings.printBytes ? ` is ${octal(x)} ${visible(x)} ${octal(y)} ${visible(y)}` : "";
          await out.write(
            `${left.name} ${right.name} differ: byte ${offset + i + 1}, line ${line}${bytes}\n`,
          );
          return 1;
        }
        const number = String(offset + i + 1).padStart(width);
        const pair = settings.printBytes
          ? `${octal(x)} ${visible(x).padEnd(4)} ${octal(y)} ${visible(y)}`
          : `${octal(x)} ${octal(y)}`;
        const pause = out.write(`${number} ${pair}\n`);
        if (pause) await pause;
      }
      if (a[i] === 10) line++;
    }
    endsLine = a[count - 1] === 10;
    left.take(count);
    right.take(count);
    offset += count;
    const pause = proc.yield();
    if (pause) await pause;
  }
  return differ ? 1 : 0;
}

/** As wide as the largest byte number; GNU takes the largest there is for a file of unknown size. */
const digitsOf = (largest: number): number => (Number.isFinite(largest) ? String(largest).length : 20);

function placeOf(line: number, endsLine: boolean, { verbose }: Settings): string {
  if (verbose) return "";
  return endsLine ? `, line ${line - 1}` : `, in line ${line}`;
}

async function reportEnd(proc: Proc, short: Input, offset: number, line: string): Promise<void> {
  await stdout(proc).flush();
  const place = offset === 0 ? "which is empty" : `after byte ${offset}${line}`;
  await stderr(proc).write(`cmp: EOF on ${short.name} ${place}\n`);
}

const octal = (byte: number): string => byte.toString(8).padStart(3);

/** cat -v's notation. */
function visible(byte: number): string {
  if (byte >= 128) return `M-${visible(byte - 128)}`;
  if (byte === 127) return "^?";
  return byte < 32 ? `^${String.fromCharCode(byte + 64)}` : String.fromCharCode(byte);
}
