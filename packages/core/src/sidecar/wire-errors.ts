// Errors across the process wall. What callers test for (class, code, fields) survives; stacks do not cross.

import { errorCode, isErrnoCode, isSysError, sysError } from "@agentos/kernel/abi";
import { ConfigError, VmDisposedError } from "../errors.ts";

export function errorToWire(error: unknown): unknown {
  if (isSysError(error)) return { errno: error.code };
  if (error instanceof ConfigError) return { config: error.option, message: error.message };
  if (error instanceof VmDisposedError) return { disposed: error.message };
  if (error instanceof Error) return { name: error.name, message: error.message, code: errorCode(error) };
  return { name: "Error", message: String(error) };
}

export function errorFromWire(wire: unknown): Error {
  const { errno, config, disposed, name, message, code } = (wire ?? {}) as Record<string, string | undefined>;
  if (isErrnoCode(errno)) return sysError(errno);
  if (config !== undefined) return new ConfigError(config, message ?? "");
  if (disposed !== undefined) return new VmDisposedError(disposed);
  const error = new Error(message ?? "the peer failed without saying why");
  if (name !== undefined && name !== "Error") error.name = name;
  return code === undefined ? error : Object.assign(error, { code });
}
