// The errors that users of AgentOs see. Inside, failed system calls throw SyscallError values; they become Errors like
// Node's in one place, here.

import { getSystemErrorMap } from "node:util";
import { ERRNO, type ErrnoCode, type SyscallError } from "@agentos/kernel/abi";

/** An option of `AgentOs.create()` or of a call is unknown or wrong; `option` is its path. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "ERR_AGENTOS_CONFIG";
  readonly option: string;

  constructor(option: string, message: string, init?: ErrorOptions) {
    super(message, init);
    this.option = option;
  }
}

/** Walls that `isolation.require` asks for are not up on this host. */
export class IsolationError extends Error {
  override readonly name = "IsolationError";
  readonly code = "ERR_AGENTOS_ISOLATION";
  /** The missing walls, and around whose guests; `how` says what is missing and how to get it. */
  readonly missing: readonly { software: string; name: string; how: string }[];

  constructor(missing: IsolationError["missing"]) {
    const lines = missing.map(
      ({ software, name, how }) => `"${name}" around guests of ${software} is not up: ${how}`,
    );
    super(`AgentOs.create: option \`isolation.require\`: ${lines.join("\n")}`);
    this.missing = missing;
  }
}

/** The VM was disposed before the call was made, or while it was pending. */
export class VmDisposedError extends Error {
  override readonly name = "VmDisposedError";
  readonly code = "ERR_AGENTOS_VM_DISPOSED";

  constructor(message = "the VM has been disposed") {
    super(message);
  }
}

/** The sidecar process that ran the VM has ended; every VM in it is lost. */
export class SidecarExitError extends Error {
  override readonly name = "SidecarExitError";
  readonly code = "ERR_AGENTOS_SIDECAR_EXIT";
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;

  constructor(ending: { exitCode?: number; signal?: string; stderr?: string } = {}) {
    const how = ending.signal
      ? `was killed by ${ending.signal}`
      : `exited with code ${ending.exitCode ?? "?"}`;
    super(`the sidecar process ${how}${ending.stderr ? `; its last words: ${ending.stderr}` : ""}`);
    this.exitCode = ending.exitCode;
    this.signal = ending.signal;
  }
}

/** A failed file call, as Node's `fs` reports it. `errno` is negative. */
export interface FileError extends Error {
  code: ErrnoCode;
  errno: number;
  syscall: string;
  path?: string;
  dest?: string;
}

let messages: Map<string, string> | undefined;

/** libuv's text for an errno, which Node uses: "no such file or directory". */
function nodeMessage(error: SyscallError): string {
  messages ??= new Map([...getSystemErrorMap().values()].map(([code, text]) => [code, text]));
  return messages.get(error.code) ?? error.message.toLowerCase();
}

/** "ENOENT: no such file or directory, rename '/a' -> '/b'" */
export function fileError(error: SyscallError, syscall: string, path?: string, dest?: string): FileError {
  const where = path === undefined ? "" : ` '${path}'${dest === undefined ? "" : ` -> '${dest}'`}`;
  const dressed = new Error(`${error.code}: ${nodeMessage(error)}, ${syscall}${where}`) as FileError;
  dressed.code = error.code;
  dressed.errno = -ERRNO[error.code];
  dressed.syscall = syscall;
  if (path !== undefined) dressed.path = path;
  if (dest !== undefined) dressed.dest = dest;
  return dressed;
}

/** An exception thrown by a callback of the app becomes an uncaught exception, as with Node's event listeners. */
export function throwUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** What Node rejects with when the caller's AbortSignal fires. */
export function abortError(signal: AbortSignal): Error {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  error.name = "AbortError";
  return Object.assign(error, { code: "ABORT_ERR" });
}
