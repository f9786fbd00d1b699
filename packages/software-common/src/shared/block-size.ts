// Sizes in blocks, for du, df and ls. Source: GNU coreutils, "Block size".

import type { Proc } from "@agentos/kernel/program";
import { humanSize } from "./human-size.ts";
import { parseSize } from "./size.ts";

export interface SizeScale {
  /** "bytes" counts in units of `size`; the others print 1.5K, 2M. */
  unit: "bytes" | "binary" | "decimal";
  size: number;
  /** Printed behind each number: the unit, if it was given without a count. */
  suffix?: string;
}

function parseScale(text: string): SizeScale | undefined {
  if (text === "human-readable") return { unit: "binary", size: 1 };
  if (text === "si") return { unit: "decimal", size: 1 };
  const plain = text.replace(/^'/, "");
  const size = parseSize(plain);
  if (typeof size === "string" || size === 0n) return undefined;
  const scale = { unit: "bytes" as const, size: Number(size) };
  return /^[a-zA-Z]/.test(plain) ? { ...scale, suffix: plain } : scale;
}

/** The scale that -B or --block-size names; a message if it names none. */
export function blockSizeOf(proc: Proc, text: string): SizeScale | string {
  const option = proc.argv.some((word) => word.startsWith("--b")) ? "--block-size" : "-B";
  return parseScale(text) ?? `invalid ${option} argument '${text}'`;
}

/** The scale by the environment: a variable of the command's own, BLOCK_SIZE, BLOCKSIZE, else KiB. */
export function defaultScale(proc: Proc, variable: string): SizeScale {
  const { env } = proc;
  const text = env.get(variable) ?? env.get("BLOCK_SIZE") ?? env.get("BLOCKSIZE");
  const fallback: SizeScale = { unit: "bytes", size: env.has("POSIXLY_CORRECT") ? 512 : 1024 };
  return (text !== undefined && parseScale(text)) || fallback;
}

/** Rounded up, as GNU prints sizes. */
export function scaleSize(bytes: number, scale: SizeScale): string {
  if (scale.unit !== "bytes") return humanSize(bytes, scale.unit);
  return Math.ceil(bytes / scale.size) + (scale.suffix ?? "");
}
