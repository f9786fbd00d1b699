import { isSysError, O_CREAT, O_NONBLOCK, O_WRONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  type Proc,
  quoteName,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { parseSize } from "../shared/size.ts";

type Change = "=" | "+" | "-" | "<" | ">" | "/" | "%";

interface Wanted {
  change: Change;
  size: bigint;
}

function parseWanted(text: string): Wanted | "invalid" {
  const match = /^\s*([-+<>/%]?)\s*(.*)$/s.exec(text);
  const size = parseSize(match?.[2] ?? "");
  return typeof size === "bigint" ? { change: (match![1] || "=") as Change, size } : "invalid";
}

function newSize(current: bigint, { change, size }: Wanted): bigint {
  switch (change) {
    case "=":
      return size;
    case "+":
      return current + size;
    case "-":
      return current > size ? current - size : 0n;
    case "<":
      return current < size ? current : size;
    case ">":
      return current > size ? current : size;
    case "/":
      return (current / size) * size;
    case "%":
      return ((current + size - 1n) / size) * size;
  }
}

async function resize(
  proc: Proc,
  name: string,
  wanted: Wanted,
  reference: number | undefined,
  create: boolean,
) {
  const fd = await proc.open(name, O_WRONLY | O_NONBLOCK | (create ? O_CREAT : 0), 0o666);
  const current = reference ?? (await proc.fstat(fd)).size;
  const size = newSize(BigInt(current), wanted);
  try {
    await proc.ftruncate(fd, Number(size));
  } catch (error) {
    await warn(proc, `failed to truncate ${quoteName(name)} at ${size} bytes: ${errorText(error)}`);
    return false;
  } finally {
    await proc.close(fd);
  }
  return true;
}

export default defineProgram({
  name: "truncate",
  summary: "Shrink or extend the size of each FILE to the specified size.",
  usage: "OPTION... FILE...",
  options: {
    noCreate: { short: "c", long: "no-create", help: "do not create any files" },
    blocks: { short: "o", long: "io-blocks", help: "treat SIZE as number of IO blocks instead of bytes" },
    reference: { short: "r", long: "reference", value: "RFILE", help: "base size on RFILE" },
    size: {
      short: "s",
      long: "size",
      value: "SIZE",
      help: "set or adjust the file size by SIZE bytes: [+-<>/%]SIZE",
    },
  },
  async run(proc, { options, operands }) {
    if (options.size === undefined && options.reference === undefined) {
      throw new UsageError(
        `you must specify either ${quote(proc, "--size")} or ${quote(proc, "--reference")}`,
      );
    }
    if (operands.length === 0) throw new UsageError("missing file operand");
    const wanted = parseWanted(options.size ?? "+0");
    if (wanted === "invalid") return fail(proc, `Invalid number: ${quote(proc, options.size!)}`);
    if ((wanted.change === "/" || wanted.change === "%") && wanted.size === 0n)
      return fail(proc, "division by zero");
    if (options.blocks) wanted.size *= 4096n;
    const { reference } = options;
    let base: number | undefined;
    if (reference !== undefined) {
      try {
        base = (await proc.stat(reference)).size;
      } catch (error) {
        return fail(proc, `cannot stat ${quoteName(reference)}: ${errorText(error)}`);
      }
    }
    let status = 0;
    for (const name of operands) {
      try {
        if (!(await resize(proc, name, wanted, base, !options.noCreate))) status = 1;
      } catch (error) {
        if (!isSysError(error)) throw error;
        if (options.noCreate && isSysError(error, "ENOENT")) continue;
        await warn(proc, `cannot open ${quoteName(name)} for writing: ${errorText(error)}`);
        status = 1;
      }
    }
    return status;
  },
});
