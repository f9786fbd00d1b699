import { errorCode } from "@agentos/kernel/abi";
import { z } from "zod";
import { abortError } from "./errors.ts";
import { environment, milliseconds } from "./option-schemas.ts";
import { parseOptions } from "./options-check.ts";
import { utf8Text } from "./utf8-text.ts";
import type { Ending, ExecReply, Launch } from "./vm/calls.ts";
import type { VmLink } from "./vm-link.ts";

/** How `exec` and `execFile` run a command. */
export interface ExecOptions {
  /** The working directory. @default the VM's `cwd` */
  cwd?: string;
  /** Added to the VM's environment. */
  env?: Readonly<Record<string, string>>;
  /** Standard input; empty if absent. */
  stdin?: string | Uint8Array;
  /** After this time the command and everything it started are killed, and the result says `timedOut`. */
  timeoutMs?: number;
  /** Aborting kills the command and everything it started, and rejects with an AbortError. */
  signal?: AbortSignal;
  /** The limit on stdout and stderr together; a command that writes more is killed. @default the VM's limit, 16 MiB */
  maxOutputBytes?: number;
}

/** How a command ended, and its output. */
export type ExecResult = Ending & {
  /** The bytes as UTF-8. */
  stdout: string;
  /** The bytes as UTF-8. */
  stderr: string;
  /** The bytes as they came. */
  stdoutBytes: Uint8Array;
  /** The bytes as they came. */
  stderrBytes: Uint8Array;
  /** The output was cut at `maxOutputBytes`. */
  truncated: boolean;
  /** The command was killed because `timeoutMs` had passed. */
  timedOut: boolean;
  /** How long the command ran, in milliseconds. */
  durationMs: number;
};

/** Output is also returned as strings, whose length is limited. */
const MOST_OUTPUT_BYTES = 256 * 1024 * 1024;

const execSchema = z.strictObject({
  cwd: z.string().optional(),
  env: environment.optional(),
  stdin: z.union([z.string(), z.instanceof(Uint8Array)]).optional(),
  timeoutMs: milliseconds.optional(),
  signal: z.instanceof(AbortSignal).optional(),
  maxOutputBytes: z.number().int().nonnegative().max(MOST_OUTPUT_BYTES).optional(),
});

const encoder = new TextEncoder();

/** Runs a command to its end. @throws ENOENT EACCES the file cannot be run */
export async function exec(vm: VmLink, launch: Launch, options: ExecOptions = {}): Promise<ExecResult> {
  const { signal, stdin, ...rest } = parseOptions(execSchema, options, "exec");
  if (signal?.aborted) throw abortError(signal);
  const input = typeof stdin === "string" ? encoder.encode(stdin) : stdin;
  const path = launch.file ?? launch.command ?? "";
  try {
    return result(
      await vm.call({ syscall: "spawn", path }, "exec", [{ ...launch, ...rest, stdin: input }], signal),
    );
  } catch (error) {
    if (signal?.aborted && isCancellation(error)) throw abortError(signal);
    throw error;
  }
}

function isCancellation(error: unknown): boolean {
  return error instanceof Error && errorCode(error) === "ECANCELED";
}

function result(reply: ExecReply): ExecResult {
  const { stdout, stderr, ...rest } = reply;
  return {
    ...rest,
    stdout: utf8Text(stdout),
    stderr: utf8Text(stderr),
    stdoutBytes: stdout,
    stderrBytes: stderr,
  };
}
