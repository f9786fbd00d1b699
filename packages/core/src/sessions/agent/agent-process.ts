// An agent's process in the VM: messages on its standard streams, one JSON object per line, and its end.

import type { AnyMessage } from "@agentclientprotocol/sdk";
import { errorCode, isSysError } from "@agentos/kernel/abi";
import type { Ending, Launch, OutputItem } from "../../vm/calls.ts";
import type { Channel } from "../../vm/channel.ts";
import type { VmLink } from "../../vm-link.ts";
import { AgentExitError, AgentProtocolError } from "../session-errors.ts";
import { LineSplitter } from "./line-splitter.ts";

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** How many characters of the agent's last error output go into errors. */
const STDERR_TAIL = 2000;
/** How long output is still read after the agent's end, from processes that it left behind. */
const LATE_OUTPUT_MS = 200;

export interface AgentProcessHandlers {
  /** Takes a message. `bytes` is the length of its line. */
  onMessage(message: AnyMessage, bytes: number): void;
  onStderr(text: string): void;
  /** Answers with a promise while no more messages should be read. */
  pace(): Promise<void> | undefined;
}

/** How the agent ended, if that is known, and the error for whoever waits for it. */
export type AgentEnding = (Ending | { exitCode: null; signal: null }) & { error: Error };

/** Makes the error that a killed agent's end is reported with. */
export type KillReason = (ending: Partial<Ending> & { stderr: string }) => Error;

const encoder = new TextEncoder();

export class AgentProcess {
  readonly pid: number;
  readonly #vm: VmLink;
  readonly #name: string;
  #handlers!: AgentProcessHandlers;
  #stderr = "";
  /** Why the agent was killed. */
  #reason: KillReason | undefined;

  private constructor(vm: VmLink, pid: number, name: string) {
    this.#vm = vm;
    this.pid = pid;
    this.#name = name;
  }

  /** @throws ENOENT EACCES … */
  static async start(vm: VmLink, launch: Launch, name: string): Promise<AgentProcess> {
    const pid = await vm.call({ syscall: "spawn", path: launch.file }, "spawn", [launch]);
    return new AgentProcess(vm, pid, name);
  }

  /** Resolves when the agent's input has taken the message. @throws EPIPE */
  send(message: AnyMessage): Promise<void> {
    const line = encoder.encode(`${JSON.stringify(message)}\n`);
    return this.#vm.call({ syscall: "write" }, "writeStdin", [this.pid, line]);
  }

  async closeInput(): Promise<void> {
    await this.#vm.call({ syscall: "close" }, "closeStdin", [this.pid]).catch(ignoreGone);
  }

  /** Kills the agent and everything it started. */
  async kill(reason?: KillReason): Promise<void> {
    this.#reason ??= reason;
    await this.#vm.call({ syscall: "kill" }, "killFamily", [this.pid]).catch(ignoreGone);
  }

  /** The agent's process and all its descendants. */
  async family(): Promise<number[]> {
    return (
      (await this.#vm.call({ syscall: "listProcesses" }, "listFamily", [this.pid]).catch(ignoreGone)) ?? []
    );
  }

  /** Kills what the agent has started, except the processes given. */
  async killChildren(except: readonly number[]): Promise<void> {
    const spared = [this.pid, ...except];
    await this.#vm.call({ syscall: "kill" }, "killFamily", [this.pid, spared]).catch(ignoreGone);
  }

  /** Delivers what the agent sends, until its end. */
  async follow(handlers: AgentProcessHandlers): Promise<AgentEnding> {
    this.#handlers = handlers;
    try {
      const where = { syscall: "read" };
      const output = await this.#vm.open(where, "processOutput", [this.pid]);
      const drained = this.#readOutput(output).finally(() => output.close());
      const ending = await Promise.race([
        this.#vm.call({ syscall: "wait" }, "waitProcess", [this.pid]),
        // Settles only by failing: that the output has ended is not yet the agent's end.
        drained.then(() => new Promise<never>(() => {})),
      ]);
      await this.kill();
      await within(LATE_OUTPUT_MS, drained);
      return { ...ending, error: this.#errorOf(ending) };
    } catch (error) {
      return { exitCode: null, signal: null, error: error as Error };
    }
  }

  #errorOf(ending: Ending): Error {
    if (this.#reason) return this.#reason({ ...ending, stderr: this.#stderr });
    const how =
      ending.signal === null ? `exited with code ${ending.exitCode}` : `was killed by ${ending.signal}`;
    return new AgentExitError(`the agent ${this.#name} ${how}`, { ...ending, stderr: this.#stderr });
  }

  async #readOutput(output: Channel<OutputItem, never>): Promise<void> {
    const lines = new LineSplitter(MAX_MESSAGE_BYTES);
    const decoder = new TextDecoder();
    for (let item = await output.read(); item !== undefined; item = await output.read()) {
      if (item.stream === "stderr") this.#tell(decoder.decode(item.data, { stream: true }));
      else if (!this.#readMessages(lines, item.data)) return;
      const wait = this.#handlers.pace();
      if (wait) await wait;
    }
  }

  #tell(text: string): void {
    this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL);
    this.#handlers.onStderr(text);
  }

  /** @returns false once the agent has broken the protocol */
  #readMessages(lines: LineSplitter, data: Uint8Array): boolean {
    try {
      for (const line of lines.push(data)) {
        if (this.#reason) return false;
        if (line.trim() !== "") this.#handlers.onMessage(parseMessage(line), line.length);
      }
      return true;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      this.violation(error.message);
      return false;
    }
  }

  /** Kills an agent that broke the protocol. */
  violation(what: string): void {
    const message = `the agent ${this.#name} broke the protocol: ${what}`;
    void this.kill((ending) => new AgentProtocolError(message, ending));
  }
}

function parseMessage(line: string): AnyMessage {
  const shown = JSON.stringify(line.length > 200 ? `${line.slice(0, 200)}…` : line);
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new SyntaxError(`its output is no JSON: ${shown}`);
  }
  if (typeof message !== "object" || message === null || Array.isArray(message) || !isJsonRpc(message)) {
    throw new SyntaxError(`its output is no JSON-RPC 2.0 message: ${shown}`);
  }
  return message as AnyMessage;
}

function isJsonRpc(message: object): boolean {
  const { jsonrpc, method, id } = message as { jsonrpc?: unknown; method?: unknown; id?: unknown };
  if (jsonrpc !== "2.0" || !["undefined", "string", "number"].includes(typeof (id ?? undefined)))
    return false;
  return typeof method === "string" || (method === undefined && ("result" in message || "error" in message));
}

/** For processes that are already gone when they are killed, or their pipes closed. */
function ignoreGone(error: unknown): undefined {
  const gone = ["ESRCH", "EPIPE", "EBADF", "ERR_AGENTOS_VM_DISPOSED", "ERR_AGENTOS_SIDECAR_EXIT"];
  if (!gone.includes(errorCode(error) ?? "") && !isSysError(error)) throw error;
}

async function within(ms: number, what: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([what, promise]);
  clearTimeout(timer);
}
