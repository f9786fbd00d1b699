// exec: runs a command to its end, collects its output, and kills its whole session when its time is up.

import { type Kernel, type OpenFile, OutsideStream } from "@agentos/kernel";
import { exitCodeOf, exited, SIGNALS, signalName, sysError, termSignalOf } from "@agentos/kernel/abi";
import type { Ending, ExecReply, ExecRequest } from "../calls.ts";
import { type LaunchContext, launch } from "./launch.ts";
import { OutputCapture } from "./output-capture.ts";

/** How long processes that a command left in the background may still add to its output. */
const LATE_OUTPUT_MS = 100;

/** A request to cancel; its signal is created when it is first asked for. */
export interface Cancellation {
  readonly signal: AbortSignal;
}

export function endingOf(status: number): Ending {
  return exited(status)
    ? { exitCode: exitCodeOf(status), signal: null }
    : { exitCode: null, signal: signalName(termSignalOf(status)) ?? `SIG${termSignalOf(status)}` };
}

/** @throws ECANCELED after an abort; what launch() throws */
export async function runToEnd(
  context: LaunchContext,
  request: ExecRequest,
  maxOutputBytes: number,
  cancellation?: Cancellation,
): Promise<ExecReply> {
  const { kernel } = context;
  const start = performance.now();
  // The command may run, and even exceed its limit, before launch() has answered.
  let sid: number | undefined;
  let killEarly = false;
  const kill = () => {
    if (sid === undefined) killEarly = true;
    else killSession(kernel, sid);
  };
  const capture = new OutputCapture(request.maxOutputBytes ?? maxOutputBytes, kill);
  const { fds, input } = standardStreams(context, capture);
  const process = await launch(context, request, { fds }).catch((error: unknown) => {
    void input.close();
    throw error;
  });
  sid = process.pid;
  if (killEarly) kill();
  void giveAll(input, request.stdin);

  let timedOut = false;
  const timer =
    request.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          kill();
        }, request.timeoutMs);
  const signal = cancellation?.signal;
  if (signal?.aborted) kill();
  signal?.addEventListener("abort", kill);
  const status = await process.exited;
  clearTimeout(timer);
  signal?.removeEventListener("abort", kill);
  if (signal?.aborted) throw sysError("ECANCELED");
  if (capture.isOpen && !timedOut && !capture.truncated) await lateOutput(capture);
  return {
    ...endingOf(status),
    ...capture.close(),
    truncated: capture.truncated,
    timedOut,
    durationMs: performance.now() - start,
  };
}

/** Signals a session: a process started from outside, and all its descendants that have not left it. */
export function killSession(kernel: Kernel, sid: number, signal: number = SIGNALS.SIGKILL): void {
  const init = kernel.procOf(kernel.init);
  for (const process of [...kernel.processes.values()]) {
    if (process.sid === sid && !process.isDead) init.kill(process.pid, signal);
  }
}

/** The command's pipes, and the host's end of its input. */
function standardStreams(
  { kernel, user }: LaunchContext,
  capture: OutputCapture,
): { fds: Record<number, OpenFile>; input: OutsideStream } {
  const { pipes } = kernel.devices;
  const [stdin, source] = pipes.createForHost(user);
  const fds = {
    0: stdin,
    1: pipes.createSink(capture.stdout, user),
    2: pipes.createSink(capture.stderr, user),
  };
  return { fds, input: new OutsideStream(source) };
}

/** Writes all input, then ends it. It is no failure if the command does not read everything. */
async function giveAll(stream: OutsideStream, data: Uint8Array | undefined): Promise<void> {
  try {
    if (data?.length) await stream.write(data);
  } catch {
    // EPIPE: the command has ended.
  }
  await stream.close();
}

async function lateOutput(capture: OutputCapture): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LATE_OUTPUT_MS);
  await Promise.race([capture.ended, promise]);
  clearTimeout(timer);
}
