import { errorCode, isErrnoCode, isSysError, type MaybePromise, sysError } from "../abi/index.ts";

/** The system-call error of an error thrown by something shaped like Node's fs; EIO when its code is unknown. */
export function toSyscallError(error: unknown): unknown {
  if (isSysError(error)) return error;
  const code = errorCode(error);
  if (code === undefined) return error;
  return sysError(isErrnoCode(code) ? code : "EIO");
}

/** Makes a call of Node's fs, at once or later, and turns its errors into system-call errors. */
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
