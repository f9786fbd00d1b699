// Sizes in blocks, for du and df. Source: GNU coreutils, "Block size".

import { UsageError } from "@agentos/kernel/program";
import { humanSize } from "./human-size.ts";
import { parseSize } from "./size.ts";

export interface SizeScale {
  /** "bytes" counts in units of `size`; the others print 1.5K, 2M. */
  unit: "bytes" | "binary" | "decimal";
  size: number;
}

/** The scale that --block-size=TEXT names. */
export function blockSizeOf(text: string, option: string): SizeScale {
  if (text === "human-readable") return { unit: "binary", size: 1 };
  if (text === "si") return { unit: "decimal", size: 1 };
  const size = parseSize(text.replace(/^'/, ""));
  if (typeof size === "string" || size === 0n) throw new UsageError(`invalid ${option} argument ‘${text}’`);
  return { unit: "bytes", size: Number(size) };
}

/** Rounded up, as GNU prints sizes. */
export function scaleSize(bytes: number, scale: SizeScale): string {
  return scale.unit === "bytes" ? String(Math.ceil(bytes / scale.size)) : humanSize(bytes, scale.unit);
}
