import { ERRNO, type ErrnoCode, isSysError, type MaybePromise, sysError } from "../abi/index.ts";

/** The system-call error of an error thrown by something shaped like Node's fs; EIO when its code is unknown. */
export function toSyscallError(error: unknown): unknown {
  if (isSysError(error)) return error;
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== "string") return error;
  return sysError(code in ERRNO ? (code as ErrnoCode) : "EIO");
}

/** Runs a call of Node's fs, at once or later, with its failures as system-call errors. */
export function translating<T>(call: () => MaybePromise<T>): MaybePromise<T> {
  try {
    const result = call();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw toSyscallError(error);
    });
  } catch (error) {
    throw toSyscallError(error);
  }
}
