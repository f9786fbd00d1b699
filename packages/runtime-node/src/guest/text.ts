// Converts between strings of JavaScript and OS strings, which keep bytes that are not UTF-8 as lone surrogates.

import { decode, encode } from "@agentos/kernel/abi";
import type { Value } from "@agentos/kernel/channel/guest";

/** A path or name as a program passes it: a string or bytes. */
export function toKernel(value: unknown): string {
  if (ArrayBuffer.isView(value)) return decode(value as Uint8Array);
  const text = String(value);
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** A name in the requested encoding. */
export function fromKernel(value: Value, encoding: unknown): unknown {
  const text = value as string;
  if (encoding === undefined || encoding === null || encoding === "utf8" || encoding === "utf-8") {
    return text.isWellFormed() ? text : Buffer.from(encode(text)).toString("utf8");
  }
  const bytes = Buffer.from(encode(text));
  return encoding === "buffer" ? bytes : bytes.toString(encoding as BufferEncoding);
}
