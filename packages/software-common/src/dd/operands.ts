import { type Proc, UsageError } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";

export class OperandError extends Error {}

export interface Settings {
  input: string | undefined;
  output: string | undefined;
  inputBlock: number;
  outputBlock: number;
  /** bs=: each block read is written as one. */
  sameBlocks: boolean;
  skipBytes: number;
  seekBytes: number;
  count: number | undefined;
  /** iflag=count_bytes, or a count that ends in "B". */
  countBytes: boolean;
  fullBlocks: boolean;
  appendOutput: boolean;
  conversions: ReadonlySet<string>;
  status: "all" | "noxfer" | "none";
}

const CONVERSIONS = new Set(
  "ucase lcase swab sync noerror notrunc excl nocreat fsync fdatasync sparse".split(" "),
);
const FLAGS = new Set(
  "append direct directory dsync sync nonblock noatime nocache noctty nofollow nolinks binary text fullblock count_bytes skip_bytes seek_bytes".split(
    " ",
  ),
);
const LARGEST_BLOCK = 2 ** 28;
const STANDARD_BLOCK = 512;

/** Numbers with suffixes; factors joined by "x". */
function numberOf(proc: Proc, text: string): number {
  let product = 1;
  for (const factor of text.split("x")) {
    const value = parseCount(factor, "bcwkKMGTPEZYB");
    if (typeof value === "string") throw new OperandError(`invalid number: ${quote(proc, text)}`);
    product *= value;
  }
  return Math.min(product, Number.MAX_SAFE_INTEGER);
}

function blockSize(proc: Proc, text: string): number {
  const size = numberOf(proc, text);
  if (size < 1) throw new OperandError(`invalid number: ${quote(proc, text)}`);
  if (size > LARGEST_BLOCK) throw new OperandError("memory exhausted by input buffer");
  return size;
}

function words(proc: Proc, value: string, known: ReadonlySet<string>, what: string): Set<string> {
  const list = value.split(",").filter((word) => word !== "");
  const wrong = list.find((word) => !known.has(word));
  if (wrong !== undefined) throw new UsageError(`invalid ${what}: ${quote(proc, wrong)}`);
  return new Set(list);
}

/** @throws OperandError · UsageError */
export function parseOperands(proc: Proc, operands: readonly string[]): Settings {
  const values = new Map<string, string>();
  const known = [
    "if",
    "of",
    "ibs",
    "obs",
    "bs",
    "cbs",
    "skip",
    "iseek",
    "seek",
    "oseek",
    "count",
    "conv",
    "iflag",
    "oflag",
    "status",
  ];
  for (const operand of operands) {
    const equals = operand.indexOf("=");
    const name = operand.slice(0, Math.max(0, equals));
    if (!known.includes(name)) throw new UsageError(`unrecognized operand ${quote(proc, operand)}`);
    const value = operand.slice(equals + 1);
    values.set(name, name === "conv" && values.has(name) ? `${values.get(name)},${value}` : value);
  }
  const inputFlags = words(proc, values.get("iflag") ?? "", FLAGS, "input flag");
  const outputFlags = words(proc, values.get("oflag") ?? "", FLAGS, "output flag");
  const size = (name: string): number =>
    blockSize(proc, values.get("bs") ?? values.get(name) ?? String(STANDARD_BLOCK));
  const [inputBlock, outputBlock] = [size("ibs"), size("obs")];
  const distance = (name: string, alias: string, block: number, bytes: boolean): number => {
    const text = values.get(name) ?? values.get(alias) ?? "0";
    return numberOf(proc, text) * (bytes || text.endsWith("B") ? 1 : block);
  };
  const status = values.get("status") ?? "all";
  if (!["all", "noxfer", "none", "progress"].includes(status)) {
    throw new UsageError(`invalid status level: ${quote(proc, status)}`);
  }
  const count = values.get("count");
  return {
    input: values.get("if"),
    output: values.get("of"),
    inputBlock,
    outputBlock,
    sameBlocks: values.has("bs"),
    skipBytes: distance("skip", "iseek", inputBlock, inputFlags.has("skip_bytes")),
    seekBytes: distance("seek", "oseek", outputBlock, outputFlags.has("seek_bytes")),
    count: count === undefined ? undefined : numberOf(proc, count),
    countBytes: inputFlags.has("count_bytes") || (count?.endsWith("B") ?? false),
    fullBlocks: inputFlags.has("fullblock"),
    appendOutput: outputFlags.has("append"),
    conversions: words(proc, values.get("conv") ?? "", CONVERSIONS, "conversion"),
    status: status === "noxfer" || status === "none" ? status : "all",
  };
}
