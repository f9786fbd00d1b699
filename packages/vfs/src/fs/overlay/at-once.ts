import { type MaybePromise, sysError } from "../../abi/index.ts";

/** The answer of a lower file system, which must be available at once. @throws EIO if it is not */
export function atOnce<T>(value: MaybePromise<T>): T {
  if (value instanceof Promise) throw sysError("EIO");
  return value;
}
