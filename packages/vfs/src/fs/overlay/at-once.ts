import { type MaybePromise, sysError } from "../../abi/index.ts";

/** The answer of a lower file system, which must be there. @throws EIO it would have to wait */
export function atOnce<T>(value: MaybePromise<T>): T {
  if (value instanceof Promise) throw sysError("EIO");
  return value;
}
