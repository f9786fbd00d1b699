import { isDirectory, isRegular, O_CREAT, O_EXCL, O_RDONLY, O_WRONLY, type Stat } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type OptionValues,
  type Proc,
  Reader,
  stderr,
  stdout,
  Writer,
} from "@agentos/kernel/program";
import { baseName } from "../shared/path-names.ts";
import { Compressor } from "./compressor.ts";
import { Expander } from "./expander.ts";
import { Bzip2Error } from "./format.ts";

const OPTIONS = {
  decompress: { short: "d", long: "decompress", help: "force decompression" },
  compress: { short: "z", long: "compress", help: "force compression" },
  keep: { short: "k", long: "keep", help: "keep (don't delete) input files" },
  force: { short: "f", long: "force", help: "overwrite existing output files" },
  test: { short: "t", long: "test", help: "test compressed file integrity" },
  stdout: { short: "c", long: "stdout", help: "output to standard out" },
  quiet: { short: "q", long: "quiet", help: "suppress noncritical error messages" },
  verbose: { short: "v", long: "verbose", repeat: true, help: "be verbose" },
  small: { short: "s", long: "small", help: "use less memory (accepted, without effect)" },
  level: { short: "123456789", help: "set block size to 100k .. 900k" },
  fast: { long: "fast", help: "alias for -1" },
  best: { long: "best", help: "alias for -9" },
} as const;

type Options = OptionValues<typeof OPTIONS>;

/** bzip2; called bunzip2 it expands, called bzcat it expands to standard output. Source: bzip2(1). */
export default defineProgram({
  name: "bzip2",
  summary: "A block-sorting file compressor.",
  usage: "[OPTION]... [FILE]...",
  options: OPTIONS,
  async run(proc, { options, operands }) {
    const called = baseName(proc.argv[0] ?? "bzip2");
    const expands = options.decompress || called === "bunzip2" || called === "bzcat";
    const job = new Job(proc, {
      ...options,
      decompress: expands && !options.compress,
      stdout: options.stdout || called === "bzcat",
    });
    for (const operand of operands.length === 0 ? ["-"] : operands) await job.operand(operand);
    return job.status;
  },
});

const SUFFIXES: readonly (readonly [string, string])[] = [
  [".bz2", ""],
  [".bz", ""],
  [".tbz2", ".tar"],
  [".tbz", ".tar"],
];

class Job {
  readonly #proc: Proc;
  readonly #options: Options;
  readonly #level: number;
  status = 0;

  constructor(proc: Proc, options: Options) {
    this.#proc = proc;
    this.#options = options;
    const flags = proc.argv.slice(1).filter((word) => /^-[a-z]*[1-9]/.test(word));
    const given = /[1-9](?!.*[1-9])/.exec(flags.at(-1) ?? "");
    this.#level = options.fast ? 1 : given ? Number(given[0]) : 9;
  }

  async operand(path: string): Promise<void> {
    try {
      if (path === "-") await this.#convert(0, stdout(this.#proc), "(stdin)");
      else await this.#path(path);
    } catch (error) {
      if (error instanceof Bzip2Error) await this.#damaged(path === "-" ? "(stdin)" : path, error);
      else await this.#fail(`Can't open input file ${path}: ${errorText(error)}.`);
    }
  }

  async #fail(message: string, status = 1): Promise<void> {
    this.status = Math.max(this.status, status);
    await stdout(this.#proc).flush();
    await stderr(this.#proc).write(`${this.#proc.argv[0]}: ${message}\n`);
  }

  async #damaged(name: string, error: Bzip2Error): Promise<void> {
    if (error.message.startsWith("trailing garbage")) {
      if (!this.#options.quiet) await this.#fail(`${name}: ${error.message}`, 0);
    } else await this.#fail(`${name}: ${error.message}`, 2);
  }

  async #path(path: string): Promise<void> {
    const proc = this.#proc;
    const { decompress, test } = this.#options;
    const stat = await proc.stat(path);
    if (isDirectory(stat.mode)) return this.#fail(`Input file ${path} is a directory.`);
    const toStdout = this.#options.stdout || test;
    if (!isRegular(stat.mode) && !toStdout) return this.#fail(`Input file ${path} is not a normal file.`);
    const suffix = SUFFIXES.find(([ending]) => path.endsWith(ending));
    if (!decompress && !test && suffix && !toStdout)
      return this.#fail(`Input file ${path} already has ${suffix[0]} suffix.`);
    const input = await proc.open(path, O_RDONLY);
    try {
      if (toStdout) return await this.#convert(input, stdout(proc), path);
      let target = `${path}.bz2`;
      if (decompress) target = suffix ? path.slice(0, -suffix[0].length) + suffix[1] : `${path}.out`;
      if (decompress && !suffix && !this.#options.quiet)
        await this.#fail(`Can't guess original name for ${path} -- using ${target}`, 0);
      await this.#toFile(path, target, input, stat);
    } finally {
      await proc.close(input);
    }
  }

  async #toFile(path: string, target: string, input: number, stat: Stat): Promise<void> {
    const proc = this.#proc;
    if (await proc.statIfExists(target)) {
      if (!this.#options.force) return this.#fail(`Output file ${target} already exists.`);
      await proc.unlink(target);
    }
    const fd = await proc.open(target, O_WRONLY | O_CREAT | O_EXCL, 0o600);
    let done = false;
    try {
      const writer = new Writer(proc, fd);
      done = await this.#convertWhole(input, writer, path);
      await writer.flush();
      await proc.fchmod(fd, stat.mode & 0o777);
    } finally {
      await proc.close(fd);
      if (!done) await proc.unlink(target);
    }
    await proc.utimes(target, stat.atimeNs, stat.mtimeNs);
    if (!this.#options.keep) await proc.unlink(path);
  }

  /** Garbage behind the data is told and does no harm. */
  async #convertWhole(input: number, output: Writer, name: string): Promise<boolean> {
    try {
      await this.#convert(input, output, name);
    } catch (error) {
      if (!(error instanceof Bzip2Error) || !error.message.startsWith("trailing garbage")) throw error;
      await this.#damaged(name, error);
    }
    return true;
  }

  async #convert(input: number, output: Writer, name: string): Promise<void> {
    if (this.#options.decompress || this.#options.test) await this.#expand(input, output, name);
    else await this.#compress(input, output, name);
  }

  async #expand(input: number, output: Writer, name: string): Promise<void> {
    const { force, test, stdout: toStdout } = this.#options;
    const reader = new Reader(this.#proc, input);
    let first: Uint8Array | undefined;
    const expander = new Expander(async () => {
      const chunk = await reader.read();
      first ??= chunk?.slice();
      return chunk;
    });
    try {
      for await (const piece of expander.expand(() => this.#proc.yield()))
        if (!test) await output.write(piece);
    } catch (error) {
      const foreign = error instanceof Bzip2Error && error.message.startsWith("bad magic number");
      if (!foreign || !force || !toStdout) throw error;
      // -cf passes on what is not compressed.
      if (first) await output.write(first);
      for (let chunk = await reader.read(); chunk; chunk = await reader.read()) await output.write(chunk);
    }
    if (this.#options.verbose > 0) await stderr(this.#proc).write(`  ${name}: ${test ? "ok" : "done"}\n`);
  }

  async #compress(input: number, output: Writer, name: string): Promise<void> {
    const proc = this.#proc;
    const compressor = new Compressor(this.#level);
    const reader = new Reader(proc, input);
    let read = 0;
    let written = 0;
    const pass = async (pieces: Iterable<Uint8Array | undefined>) => {
      for (const piece of pieces) {
        if (piece) {
          written += piece.length;
          await output.write(piece);
        }
        const pause = proc.yield();
        if (pause) await pause;
      }
    };
    for (let chunk = await reader.read(); chunk; chunk = await reader.read()) {
      read += chunk.length;
      await pass(compressor.push(chunk));
    }
    await pass(compressor.end());
    if (this.#options.verbose === 0) return;
    const ratio =
      read === 0 ? "no data compressed." : `${(read / written).toFixed(3)}:1, ${read} in, ${written} out.`;
    await stderr(proc).write(`  ${name}: ${ratio}\n`);
  }
}
