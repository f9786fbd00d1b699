// ACP's terminal/* requests: commands that an agent asks its client to run in the VM.

import {
  type CreateTerminalRequest,
  RequestError,
  type TerminalExitStatus,
  type TerminalOutputResponse,
} from "@agentclientprotocol/sdk";
import { errorCode } from "@agentos/kernel/abi";
import type { Launch } from "../../vm/calls.ts";
import type { VmLink } from "../../vm-link.ts";

const MOST_TERMINALS = 64;
const OUTPUT_BYTES = 1024 * 1024;

/** Called for each process that runs on behalf of a session. */
export type OnProcess = (pid: number, ended: Promise<unknown>) => void;

interface ClientTerminal {
  pid: number;
  output: TailBuffer;
  exited: Promise<TerminalExitStatus>;
  exitStatus: TerminalExitStatus | undefined;
}

export class ClientTerminals {
  readonly #vm: VmLink;
  readonly #onProcess: OnProcess;
  readonly #terminals = new Map<string, ClientTerminal>();
  #lastId = 0;

  constructor(vm: VmLink, onProcess: OnProcess) {
    this.#vm = vm;
    this.#onProcess = onProcess;
  }

  /** @param where the session's directory and environment */
  async create(request: CreateTerminalRequest, where: Pick<Launch, "cwd" | "env">): Promise<string> {
    if (this.#terminals.size >= MOST_TERMINALS) {
      throw new RequestError(-32603, `no more than ${MOST_TERMINALS} terminals at a time`);
    }
    const pid = await this.#start(request, {
      cwd: request.cwd ?? where.cwd,
      env: {
        ...where.env,
        ...Object.fromEntries((request.env ?? []).map(({ name, value }) => [name, value])),
      },
    });
    // Nobody can type into it.
    const unread = this.#vm.call({ syscall: "close" }, "closeStdin", [pid]).catch(() => {});
    const output = new TailBuffer(Math.min(request.outputByteLimit ?? OUTPUT_BYTES, OUTPUT_BYTES));
    // If the VM is gone, so is whoever would ask for the output.
    const drained = this.#collect(pid, output).catch(() => {});
    const exited = this.#vm.call({ syscall: "wait" }, "waitProcess", [pid]).then(async (ending) => {
      await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 100).unref())]);
      terminal.exitStatus = ending;
      return ending;
    });
    const terminal: ClientTerminal = { pid, output, exited, exitStatus: undefined };
    this.#onProcess(
      pid,
      exited.catch(() => {}),
    );
    const id = `term-${++this.#lastId}`;
    this.#terminals.set(id, terminal);
    await unread;
    return id;
  }

  /** A command without arguments is a command line for the shell, unless it is the name of a file. */
  async #start({ command, args = [] }: CreateTerminalRequest, where: Launch): Promise<number> {
    try {
      const launch = { file: command, argv: [command, ...args], ...where };
      return await this.#vm.call({ syscall: "spawn", path: command }, "spawn", [launch]);
    } catch (error) {
      if (args.length > 0 || errorCode(error) !== "ENOENT") throw error;
      return this.#vm.call({ syscall: "spawn", path: command }, "spawn", [{ command, ...where }]);
    }
  }

  async #collect(pid: number, into: TailBuffer): Promise<void> {
    const channel = await this.#vm.open({ syscall: "read" }, "processOutput", [pid]);
    try {
      for (let item = await channel.read(); item !== undefined; item = await channel.read())
        into.push(item.data);
    } finally {
      channel.close();
    }
  }

  #get(id: string): ClientTerminal {
    const terminal = this.#terminals.get(id);
    if (terminal === undefined) throw RequestError.resourceNotFound(id);
    return terminal;
  }

  output(id: string): TerminalOutputResponse {
    const { output, exitStatus } = this.#get(id);
    return { output: output.text(), truncated: output.truncated, exitStatus };
  }

  waitForExit(id: string): Promise<TerminalExitStatus> {
    return this.#get(id).exited;
  }

  /** The terminal is kept, so that its output can still be asked for. */
  async kill(id: string): Promise<void> {
    const { pid, exitStatus } = this.#get(id);
    if (exitStatus === undefined) await this.#vm.call({ syscall: "kill" }, "killFamily", [pid]);
  }

  async release(id: string): Promise<void> {
    await this.kill(id);
    this.#terminals.delete(id);
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.#terminals.keys()].map((id) => this.kill(id).catch(() => {})));
  }
}

/** Keeps the last bytes of a stream. */
class TailBuffer {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  truncated = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length - (this.#chunks[0]?.length ?? 0) >= this.#maxBytes && this.#chunks.length > 0) {
      this.#length -= this.#chunks.shift()!.length;
      this.truncated = true;
    }
  }

  /** The text, from the first complete character on. */
  text(): string {
    const bytes = Buffer.concat(this.#chunks);
    let start = Math.max(0, bytes.length - this.#maxBytes);
    if (start > 0) this.truncated = true;
    while (start > 0 && (bytes[start]! & 0xc0) === 0x80) start++;
    return bytes.toString("utf8", start);
  }
}
