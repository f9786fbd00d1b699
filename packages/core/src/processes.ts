import { errorCode, SIGNALS, type SignalName } from "@agentos/kernel/abi";
import { z } from "zod";
import { throwUncaught } from "./errors.ts";
import { environment, terminalSize } from "./option-schemas.ts";
import { parseOptions, requireFunction } from "./options-check.ts";
import type { Ending, Launch, OutputItem, ProcessData } from "./vm/calls.ts";
import type { Channel } from "./vm/channel.ts";
import type { VmLink } from "./vm-link.ts";

/** How `spawn` starts a program. */
export interface SpawnOptions {
  /** The working directory. @default the VM's `cwd` */
  cwd?: string;
  /** Added to the VM's environment. */
  env?: Readonly<Record<string, string>>;
  /** Runs the program on a terminal; `true` means 80 × 24. */
  pty?: boolean | { cols: number; rows: number };
}

/** A piece of what a process has written, and to which stream. */
export type ProcessOutput = OutputItem;

/** How which process ended. */
export type ProcessExit = Ending & {
  /** The id of the process that ended. */
  pid: number;
};

/** A process of the VM, as ps shows it. */
export interface ProcessInfo extends ProcessData {
  /** The name it was started under. `args` are its arguments. */
  command: string;
  /** What followed the name. */
  args: string[];
}

/** A process and those that it started. */
export interface ProcessTree extends ProcessInfo {
  /** The processes that it started. */
  children: ProcessTree[];
}

/** A promise that it returns slows the process down once enough output is waiting: back-pressure. */
export type OutputListener<T> = (output: T) => void | Promise<void>;

/** A function that ends the subscription. */
export interface Subscription {
  (): void;
  /** Resolves once the listener will not be called again. */
  readonly ended: Promise<void>;
}

const spawnSchema = z.strictObject({
  cwd: z.string().optional(),
  env: environment.optional(),
  pty: z.union([z.boolean(), terminalSize]).optional(),
});

const encoder = new TextEncoder();

export class Processes {
  readonly #vm: VmLink;

  constructor(vm: VmLink) {
    this.#vm = vm;
  }

  async spawn(file: string, args: readonly string[], options: SpawnOptions = {}): Promise<{ pid: number }> {
    const { pty, ...rest } = parseOptions(spawnSchema, options, "spawn");
    const size = pty === true ? { cols: 80, rows: 24 } : pty || undefined;
    const request = { file, argv: [file, ...args], ...rest, pty: size };
    return { pid: await this.#vm.call({ syscall: "spawn", path: file }, "spawn", [request]) };
  }

  /** Starts a command line, or the login shell, on a terminal. */
  startOnTerminal(launch: Launch, size: { cols: number; rows: number }): Promise<number> {
    const path = launch.file ?? launch.command;
    return this.#vm.call({ syscall: "spawn", path }, "spawn", [{ ...launch, pty: size }]);
  }

  onOutput(pid: number, listener: OutputListener<ProcessOutput>): Subscription {
    requireFunction(listener, "listener", "onProcessOutput");
    let channel: Channel<OutputItem, never> | undefined;
    let stopped = false;
    const follow = async () => {
      channel = await this.#vm.open({ syscall: "read" }, "processOutput", [pid]);
      for (let item = await channel.read(); item !== undefined && !stopped; item = await channel.read()) {
        await listener(item);
      }
      channel.close();
    };
    return subscription(follow, () => {
      stopped = true;
      channel?.close();
    });
  }

  onExit(pid: number, listener: (exit: ProcessExit) => void): Subscription {
    requireFunction(listener, "listener", "onProcessExit");
    let stopped = false;
    const follow = async () => {
      const ending = await this.wait(pid);
      if (!stopped) listener({ pid, ...ending });
    };
    return subscription(follow, () => {
      stopped = true;
    });
  }

  wait(pid: number): Promise<Ending> {
    return this.#vm.call({ syscall: "wait" }, "waitProcess", [pid]);
  }

  writeStdin(pid: number, data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    return this.#vm.call({ syscall: "write" }, "writeStdin", [pid, bytes]);
  }

  closeStdin(pid: number): Promise<void> {
    return this.#vm.call({ syscall: "close" }, "closeStdin", [pid]);
  }

  resize(pid: number, cols: number, rows: number): Promise<void> {
    return this.#vm.call({ syscall: "ioctl" }, "resizePty", [pid, cols, rows]);
  }

  hangUp(pid: number): Promise<void> {
    return this.#vm.call({ syscall: "kill" }, "hangUp", [pid]);
  }

  async signal(pid: number, signal: SignalName | number): Promise<void> {
    const number = typeof signal === "number" ? signal : SIGNALS[signal];
    if (number === undefined) throw new TypeError(`unknown signal: ${signal}`);
    return this.#vm.call({ syscall: "kill" }, "signalProcess", [pid, number]);
  }

  async list(): Promise<ProcessInfo[]> {
    return (await this.#vm.call({ syscall: "listProcesses" }, "listProcesses", [])).map(processInfo);
  }

  async get(pid: number): Promise<ProcessInfo | undefined> {
    return (await this.list()).find((process) => process.pid === pid);
  }

  /** The processes without a living parent, each with its descendants. */
  async tree(): Promise<ProcessTree[]> {
    const nodes = new Map(
      (await this.list()).map((info) => [info.pid, { ...info, children: [] as ProcessTree[] }]),
    );
    const roots: ProcessTree[] = [];
    for (const node of nodes.values()) (nodes.get(node.ppid)?.children ?? roots).push(node);
    return roots;
  }
}

function processInfo(data: ProcessData): ProcessInfo {
  const [command = "", ...args] = data.argv;
  return { ...data, command, args };
}

/**
 * A subscription that cannot go on (no such process; the VM or its sidecar has ended) just ends: those who wait for the
 * process learn why. An exception of the listener is the app's: it becomes an uncaught exception.
 */
function subscription(follow: () => Promise<void>, stop: () => void): Subscription {
  const ended = follow().catch((error: unknown) => {
    const code = errorCode(error);
    if (code !== undefined && /^(E[A-Z0-9]+|ERR_AGENTOS_\w+)$/.test(code)) return;
    throwUncaught(error);
  });
  return Object.assign(stop, { ended });
}
