import { isSysError, O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import { defineProgram, errorText, fail, type Proc, quoteName, stderr } from "@agentos/kernel/program";
import { convert } from "./convert.ts";
import { OperandError, parseOperands, type Settings } from "./operands.ts";
import { Statistics } from "./statistics.ts";

/** Reads until a block is full (iflag=fullblock) or once. */
async function readBlock(proc: Proc, fd: number, block: Uint8Array, full: boolean): Promise<number> {
  let length = 0;
  do {
    const count = await proc.read(fd, block.subarray(length));
    if (count === 0) break;
    length += count;
  } while (full && length < block.length);
  return length;
}

async function skipInput(proc: Proc, fd: number, bytes: number, blockSize: number): Promise<void> {
  if (bytes === 0) return;
  try {
    await proc.lseek(fd, bytes, 1);
    return;
  } catch (error) {
    if (!isSysError(error, "ESPIPE")) throw error;
  }
  const scratch = new Uint8Array(blockSize);
  for (let left = bytes; left > 0; ) {
    const count = await proc.read(fd, scratch.subarray(0, Math.min(left, blockSize)));
    if (count === 0) return;
    left -= count;
    const pause = proc.yield();
    if (pause) await pause;
  }
}

async function openOutput(
  proc: Proc,
  { output, conversions, seekBytes, appendOutput }: Settings,
): Promise<number> {
  if (output === undefined) return 1;
  let flags = O_WRONLY;
  if (!conversions.has("nocreat")) flags |= O_CREAT;
  if (conversions.has("excl")) flags |= O_EXCL;
  if (appendOutput) flags |= O_APPEND;
  const truncate = !conversions.has("notrunc");
  if (truncate && seekBytes === 0) flags |= O_TRUNC;
  const fd = await proc.open(output, flags, 0o666);
  if (truncate && seekBytes > 0) await proc.ftruncate(fd, seekBytes);
  return fd;
}

/** Writes whole output blocks; the rest waits for more. */
class BlockWriter {
  readonly #proc: Proc;
  readonly #fd: number;
  readonly #block: Uint8Array;
  readonly #statistics: Statistics;
  #used = 0;

  constructor(proc: Proc, fd: number, size: number, statistics: Statistics) {
    this.#proc = proc;
    this.#fd = fd;
    this.#block = new Uint8Array(size);
    this.#statistics = statistics;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(bytes.length - at, this.#block.length - this.#used);
      this.#block.set(bytes.subarray(at, at + count), this.#used);
      this.#used += count;
      at += count;
      if (this.#used === this.#block.length) await this.flush();
    }
  }

  async flush(): Promise<void> {
    if (this.#used === 0) return;
    await this.#proc.write(this.#fd, this.#block.subarray(0, this.#used));
    this.#statistics.wrote(this.#used, this.#block.length);
    this.#used = 0;
  }
}

async function copy(
  proc: Proc,
  input: number,
  output: number,
  settings: Settings,
  statistics: Statistics,
): Promise<void> {
  const { inputBlock, outputBlock, sameBlocks, count, countBytes, conversions, fullBlocks } = settings;
  const block = new Uint8Array(inputBlock);
  const writer = new BlockWriter(proc, output, outputBlock, statistics);
  let left = count ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const wanted = countBytes ? block.subarray(0, Math.min(left, inputBlock)) : block;
    const length = await readBlock(proc, input, wanted, fullBlocks);
    if (length === 0) break;
    left -= countBytes ? length : 1;
    statistics.read(length, inputBlock);
    const padded = conversions.has("sync") && length < inputBlock;
    if (padded) block.fill(0, length);
    await writer.write(convert(block.subarray(0, padded ? inputBlock : length), conversions));
    if (sameBlocks) await writer.flush();
    const pause = proc.yield();
    if (pause) await pause;
  }
  await writer.flush();
}

async function openInputFile(proc: Proc, name: string | undefined): Promise<number> {
  return name === undefined ? 0 : proc.open(name, O_RDONLY);
}

export default defineProgram({
  name: "dd",
  summary: "Copy a file, converting and formatting according to the operands.",
  usage: "[OPERAND]...",
  async run(proc, { operands }) {
    let settings: Settings;
    try {
      settings = parseOperands(proc, operands);
    } catch (error) {
      if (error instanceof OperandError) return fail(proc, error.message);
      throw error;
    }
    const statistics = new Statistics(proc.monotonicMs());
    let name = settings.input ?? "standard input";
    try {
      const input = await openInputFile(proc, settings.input);
      name = settings.output ?? "standard output";
      const output = await openOutput(proc, settings);
      await skipInput(proc, input, settings.skipBytes, settings.inputBlock);
      if (settings.seekBytes > 0) await proc.lseek(output, settings.seekBytes, 1);
      await copy(proc, input, output, settings, statistics);
      if (settings.conversions.has("fsync") || settings.conversions.has("fdatasync"))
        await proc.fsync(output);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const verb = statistics.started ? "error copying" : "failed to open";
      return fail(proc, `${verb} ${quoteName(name)}: ${errorText(error)}`);
    }
    if (settings.status !== "none")
      await stderr(proc).write(statistics.report(proc.monotonicMs(), settings.status));
    return 0;
  },
});
