// Validates the arguments of guests' calls: nothing about them may be taken for granted.

import { sysError } from "@agentos/kernel/abi";
import type { Value } from "@agentos/kernel/channel";

/** A path or name. @throws EINVAL · ENOENT the empty path */
export function path(value: Value): string {
  if (typeof value !== "string" || value.includes("\0")) throw sysError("EINVAL");
  if (value === "") throw sysError("ENOENT");
  return value;
}

/** @throws EINVAL */
export function text(value: Value): string {
  if (typeof value !== "string") throw sysError("EINVAL");
  return value;
}

/** @throws EINVAL */
export function integer(value: Value): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw sysError("EINVAL");
  return value;
}

/** @throws EINVAL */
export function real(value: Value): number {
  if (typeof value !== "number") throw sysError("EINVAL");
  return value;
}

/** @throws EINVAL */
export function bytes(value: Value): Uint8Array {
  if (!(value instanceof Uint8Array)) throw sysError("EINVAL");
  return value;
}

/** @throws EINVAL */
export function list(value: Value): readonly Value[] {
  if (!Array.isArray(value)) throw sysError("EINVAL");
  return value as readonly Value[];
}

/** A file's length or position. @throws EINVAL */
export function offset(value: Value): number {
  const at = integer(value);
  if (at < 0) throw sysError("EINVAL");
  return at;
}
