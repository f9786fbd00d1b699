import {
  isDirectory,
  isRegular,
  isSymlink,
  isSysError,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  type Stat,
  sysError,
} from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  latin1ToOsString,
  type OptionValues,
  osStringToLatin1,
  type Proc,
  Reader,
  stdout,
  Writer,
} from "@agentos/kernel/program";
import { confirm } from "../shared/confirm.ts";
import { baseName, directoryName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { isGzip, storedName, withMetadata } from "./header.ts";
import { ZlibError, ZlibStream } from "./host-zlib.ts";

const options = {
  stdout: {
    short: "c",
    long: ["stdout", "to-stdout"],
    help: "write on standard output, keep original files unchanged",
  },
  decompress: { short: "d", long: ["decompress", "uncompress"], help: "decompress" },
  force: { short: "f", long: "force", help: "force overwrite of output file and compress links" },
  keep: { short: "k", long: "keep", help: "keep (don't delete) input files" },
  list: { short: "l", long: "list", help: "list compressed file contents" },
  noName: { short: "n", long: "no-name", help: "do not save or restore the original name and timestamp" },
  name: { short: "N", long: "name", help: "save or restore the original name and timestamp" },
  quiet: { short: "q", long: "quiet", help: "suppress all warnings" },
  recursive: { short: "r", long: "recursive", help: "operate recursively on directories" },
  suffix: { short: "S", long: "suffix", value: "SUF", help: "use suffix SUF on compressed files" },
  test: { short: "t", long: "test", help: "test compressed file integrity" },
  verbose: { short: "v", long: "verbose", help: "verbose mode" },
  level: { short: "123456789", help: "compress faster (1) or better (9)" },
  fast: { long: "fast", help: "compress faster" },
  best: { long: "best", help: "compress better" },
} as const;

type Options = OptionValues<typeof options>;

/** gzip; called gunzip it expands, called zcat it expands to standard output. */
export default defineProgram({
  name: "gzip",
  summary: "compress or expand files",
  usage: "[OPTION]... [FILE]...",
  usageHint: "Try `gzip --help' for more information.",
  options,
  async run(proc, { options, operands }) {
    const called = baseName(proc.argv[0] ?? "gzip");
    const job = new Job(proc, {
      ...options,
      decompress: options.decompress || called === "gunzip" || called === "zcat",
      stdout: options.stdout || called === "zcat",
    });
    for (const operand of operands.length === 0 ? ["-"] : operands) await job.operand(operand);
    return job.status;
  },
});

const SUFFIXES = [".gz", "-gz", ".z", "-z", "_z", ".Z"];
const TAR_SUFFIXES: Readonly<Record<string, string>> = { ".tgz": ".tar", ".taz": ".tar" };
const CHUNK = 32768;
/** Enough for a header with the longest name. */
const HEADER_PROBE = 1024;

function levelOf(proc: Proc, options: Options): number {
  if (options.fast) return 1;
  if (options.best) return 9;
  const clusters = proc.argv.filter((word) => /^-[a-zA-Z]*[1-9]/.test(word) && !word.startsWith("--"));
  return Number(/[1-9](?!.*[1-9])/.exec(clusters.at(-1) ?? "6")![0]);
}

class Job {
  readonly #proc: Proc;
  readonly #options: Options;
  readonly #level: number;
  #listed = false;
  /** 0 fine, 1 error, 2 warning. */
  status = 0;

  constructor(proc: Proc, options: Options) {
    this.#proc = proc;
    this.#options = options;
    this.#level = options.level || options.fast || options.best ? levelOf(proc, options) : 6;
  }

  async operand(path: string): Promise<void> {
    try {
      if (path === "-") return await this.#stream("stdin", 0, 1, undefined);
      await this.#path(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      await this.#fail(`${path}: ${errorText(error)}`);
    }
  }

  async #fail(message: string, status = 1): Promise<void> {
    if (status === 1 || this.status === 0) this.status = status;
    if (status === 1 || !this.#options.quiet) await warnPlain(this.#proc, `gzip: ${message}\n`);
  }

  async #path(given: string): Promise<void> {
    const proc = this.#proc;
    const path = await this.#existing(given);
    const { force, stdout: toStdout } = this.#options;
    if (!force && !toStdout && isSymlink((await proc.lstat(path)).mode)) throw sysError("ELOOP");
    const stat = await proc.stat(path);
    if (isDirectory(stat.mode)) {
      if (!this.#options.recursive) return this.#fail(`${path} is a directory -- ignored`, 2);
      for (const { name } of await proc.readdir(path)) await this.operand(join(path, name));
      return;
    }
    if (!isRegular(stat.mode) && !this.#options.stdout)
      return this.#fail(`${path} is not a directory or a regular file - ignored`, 2);
    const input = await proc.open(path, O_RDONLY);
    try {
      if (this.#options.stdout || this.#options.test || this.#options.list)
        return await this.#stream(path, input, 1, stat);
      let target = await this.#target(path);
      if (target === undefined) return;
      if (this.#options.decompress) {
        const start = new Uint8Array(HEADER_PROBE);
        const header = start.subarray(0, await proc.pread(input, start, 0));
        if (header.length > 0 && !isGzip(header)) return await this.#corrupt(path, "not in gzip format");
        const stored = this.#options.name ? storedName(header) : undefined;
        if (stored !== undefined) target = join(directoryName(path), baseName(latin1ToOsString(stored)));
      }
      await this.#toFile(path, target, input, stat);
    } finally {
      await proc.close(input);
    }
  }

  /** An operand of gunzip may leave the suffix out. */
  async #existing(path: string): Promise<string> {
    if (!this.#options.decompress && !this.#options.list) return path;
    if (await this.#proc.statIfExists(path)) return path;
    for (const suffix of [this.#options.suffix ?? ".gz", ...SUFFIXES]) {
      if (await this.#proc.statIfExists(path + suffix)) return path + suffix;
    }
    return path;
  }

  async #target(path: string): Promise<string | undefined> {
    const suffix = this.#options.suffix ?? ".gz";
    if (!this.#options.decompress) {
      const known = [suffix, ...SUFFIXES, ...Object.keys(TAR_SUFFIXES)].find((one) => path.endsWith(one));
      if (known !== undefined && !this.#options.force) {
        if (!this.#options.quiet)
          await warnPlain(this.#proc, `gzip: ${path} already has ${known} suffix -- unchanged\n`);
        return undefined;
      }
      return path + suffix;
    }
    for (const [from, to] of Object.entries(TAR_SUFFIXES))
      if (path.endsWith(from)) return path.slice(0, -from.length) + to;
    const known = [suffix, ...SUFFIXES].find((one) => path.endsWith(one) && path.length > one.length);
    if (known !== undefined) return path.slice(0, -known.length);
    await this.#fail(`${path}: unknown suffix -- ignored`, 2);
    return undefined;
  }

  async #toFile(path: string, target: string, input: number, stat: Stat): Promise<void> {
    const proc = this.#proc;
    const { force, keep, verbose } = this.#options;
    if (!force && (await proc.statIfExists(target))) {
      if (
        !proc.isatty(0) ||
        !(await confirm(proc, `gzip: ${target} already exists; do you wish to overwrite (y or n)? `))
      ) {
        return this.#fail(`${target} already exists;\tnot overwritten`, 2);
      }
    }
    const output = await proc.open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o600);
    const before = this.status;
    await this.#stream(path, input, output, stat);
    await proc.fchmod(output, stat.mode & 0o777);
    await proc.close(output);
    if (this.status === 1 && before !== 1) return proc.unlink(target);
    await proc.utimes(target, stat.atimeNs, stat.mtimeNs);
    if (!keep) await proc.unlink(path);
    if (verbose) {
      const verb = keep ? "created" : "replaced with";
      await warnPlain(proc, `${path}:\t${await this.#ratio(target, stat)} -- ${verb} ${target}\n`);
    }
  }

  async #ratio(target: string, stat: Stat): Promise<string> {
    const other = (await this.#proc.stat(target)).size;
    const [plain, packed] = this.#options.decompress ? [other, stat.size] : [stat.size, other];
    return ratio(plain, packed);
  }

  async #stream(name: string, input: number, output: number, stat: Stat | undefined): Promise<void> {
    const proc = this.#proc;
    if (!this.#options.decompress && !this.#options.test && !this.#options.list) {
      return compress(proc, input, output, this.#level, this.#options.noName ? undefined : stat, name);
    }
    const out =
      this.#options.test || this.#options.list
        ? undefined
        : output === 1
          ? stdout(proc)
          : new Writer(proc, output);
    try {
      const sizes = await expand(proc, input, out, this.#options.force && this.#options.stdout);
      if (out && output !== 1) await out.flush();
      if (this.#options.list) await this.#listOne(name, sizes);
      if (this.#options.test && this.#options.verbose) await warnPlain(proc, `${name}:\t OK\n`);
    } catch (error) {
      if (!(error instanceof ZlibError)) throw error;
      await out?.flush();
      await this.#corrupt(name, error.message);
    }
  }

  async #corrupt(name: string, message: string): Promise<void> {
    this.status = 1;
    await warnPlain(this.#proc, `\ngzip: ${name}: ${message}\n`);
  }

  async #listOne(name: string, { packed, plain }: Sizes): Promise<void> {
    const out = stdout(this.#proc);
    if (!this.#listed) await out.write("         compressed        uncompressed  ratio uncompressed_name\n");
    this.#listed = true;
    const shown = SUFFIXES.reduce(
      (text, suffix) => (text.endsWith(suffix) ? text.slice(0, -suffix.length) : text),
      name,
    );
    await out.write(
      `${String(packed).padStart(19)} ${String(plain).padStart(19)} ${ratio(plain, packed)} ${shown}\n`,
    );
  }
}

/** The header's 10 bytes and the trailer's 8 do not count. */
function ratio(plain: number, packed: number): string {
  const saved = plain === 0 ? 0 : (100 * (plain - (packed - 18))) / plain;
  return `${saved.toFixed(1).padStart(5)}%`;
}

async function warnPlain(proc: Proc, text: string): Promise<void> {
  await new Writer(proc, 2, 0).write(text);
}

async function compress(
  proc: Proc,
  input: number,
  output: number,
  level: number,
  stat: Stat | undefined,
  name: string,
): Promise<void> {
  const zlib = ZlibStream.compressor(level);
  const out = output === 1 ? stdout(proc) : new Writer(proc, output);
  let first = true;
  const emit = async (chunks: Uint8Array[]) => {
    for (const chunk of chunks) {
      const regular = stat !== undefined && isRegular(stat.mode);
      const header = {
        mtime: regular ? Number(stat.mtimeNs / 1_000_000_000n) : 0,
        name: regular ? osStringToLatin1(baseName(name)) : undefined,
      };
      await out.write(first ? withMetadata(chunk, header) : chunk);
      first = false;
    }
  };
  try {
    const reader = new Reader(proc, input, CHUNK);
    for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read())
      await emit(await zlib.push(chunk));
    await emit(await zlib.end());
    await out.flush();
  } finally {
    zlib.close();
  }
}

interface Sizes {
  packed: number;
  plain: number;
}

/** @throws ZlibError */
async function expand(
  proc: Proc,
  input: number,
  out: Writer | undefined,
  passPlain: boolean,
): Promise<Sizes> {
  const zlib = ZlibStream.expander();
  const sizes: Sizes = { packed: 0, plain: 0 };
  const emit = async (chunks: Uint8Array[]) => {
    for (const chunk of chunks) {
      sizes.plain += chunk.length;
      await out?.write(chunk);
    }
  };
  try {
    const reader = new Reader(proc, input, CHUNK);
    for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
      if (sizes.packed === 0 && !isGzip(chunk)) {
        if (!passPlain) throw new ZlibError("not in gzip format", false);
        for (let rest: Uint8Array | undefined = chunk; rest; rest = await reader.read())
          await out?.write(rest);
        return sizes;
      }
      sizes.packed += chunk.length;
      for await (const plain of zlib.expand(chunk)) await emit([plain]);
    }
    if (sizes.packed === 0) throw new ZlibError("unexpected end of file", true);
    await emit(await zlib.end());
    return sizes;
  } finally {
    zlib.close();
  }
}
