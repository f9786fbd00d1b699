import { z } from "zod";
import { environment, terminalSize } from "./option-schemas.ts";
import { parseOptions, requireFunction } from "./options-check.ts";
import type { OutputListener, ProcessExit, Processes, Subscription } from "./processes.ts";

/** The terminal that `openShell` opens, and what runs on it. */
export interface ShellOptions {
  /** @default 80 */
  cols?: number;
  /** @default 24 */
  rows?: number;
  /** The working directory. @default the VM's `cwd` */
  cwd?: string;
  /** Added to the VM's environment. */
  env?: Readonly<Record<string, string>>;
  /** A command line to run instead of an interactive login shell. */
  command?: string;
}

const shellSchema = z.strictObject({
  ...terminalSize.partial().shape,
  cwd: z.string().optional(),
  env: environment.optional(),
  command: z.string().optional(),
});

const LOGIN_SHELL = "/bin/bash";

/** Interactive programs on terminals of their own. */
export class Shells {
  readonly #processes: Processes;
  readonly #pids = new Map<string, number>();
  #nextId = 1;

  constructor(processes: Processes) {
    this.#processes = processes;
  }

  async open(options: ShellOptions = {}): Promise<{ shellId: string }> {
    const { cols = 80, rows = 24, command, ...rest } = parseOptions(shellSchema, options, "openShell");
    const launch = command === undefined ? { file: LOGIN_SHELL, argv: ["-bash"] } : { command };
    const pid = await this.#processes.startOnTerminal({ ...launch, ...rest }, { cols, rows });
    const shellId = `shell-${this.#nextId++}`;
    this.#pids.set(shellId, pid);
    return { shellId };
  }

  onData(shellId: string, listener: OutputListener<Uint8Array>): Subscription {
    requireFunction(listener, "listener", "onShellData");
    return this.#processes.onOutput(this.#pid(shellId), ({ data }) => listener(data));
  }

  async write(shellId: string, data: string | Uint8Array): Promise<void> {
    return this.#processes.writeStdin(this.#pid(shellId), data);
  }

  async resize(shellId: string, cols: number, rows: number): Promise<void> {
    parseOptions(terminalSize, { cols, rows }, "resizeShell");
    return this.#processes.resize(this.#pid(shellId), cols, rows);
  }

  async wait(shellId: string): Promise<ProcessExit> {
    const pid = this.#pid(shellId);
    return { pid, ...(await this.#processes.wait(pid)) };
  }

  /** Hangs up the terminal: what runs on it gets SIGHUP. */
  async close(shellId: string): Promise<void> {
    return this.#processes.hangUp(this.#pid(shellId));
  }

  #pid(shellId: string): number {
    const pid = this.#pids.get(shellId);
    if (pid === undefined) throw new TypeError(`there is no shell ${JSON.stringify(shellId)}`);
    return pid;
  }
}
