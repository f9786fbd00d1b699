// Processes that the app started and keeps talking to: their output, input, terminal and end.

import {
  type Kernel,
  type OpenFile,
  OutsideStream,
  OutsideTask,
  openPath,
  type Terminal,
} from "@agentos/kernel";
import { isSysError, O_NOCTTY, O_RDWR, SIGNALS, sysError } from "@agentos/kernel/abi";
import type { Ending, OutputItem, ProcessData, SpawnRequest } from "../calls.ts";
import type { Channel } from "../channel.ts";
import { type LaunchContext, launch } from "./launch.ts";
import { endingOf, killSession } from "./local-exec.ts";
import { OutputHub } from "./output-hub.ts";

/** How many ended processes are remembered, with their last output. */
const REMEMBERED = 64;

interface Managed {
  pid: number;
  hub: OutputHub;
  input: OutsideStream;
  /** The master side of its terminal. */
  terminal: OpenFile | undefined;
  ending: Promise<Ending>;
  ended: boolean;
}

export class LocalProcesses {
  readonly #context: LaunchContext;
  readonly #kernel: Kernel;
  readonly #managed = new Map<number, Managed>();

  constructor(context: LaunchContext) {
    this.#context = context;
    this.#kernel = context.kernel;
  }

  async spawn(request: SpawnRequest): Promise<number> {
    const managed = await (request.pty ? this.#onTerminal(request, request.pty) : this.#onPipes(request));
    this.#managed.set(managed.pid, managed);
    void managed.ending.then(() => {
      managed.ended = true;
      this.#forgetOldest();
    });
    return managed.pid;
  }

  async #onPipes(request: SpawnRequest): Promise<Managed> {
    const { pipes } = this.#kernel.devices;
    const { user } = this.#context;
    const hub = new OutputHub(2);
    const [stdin, source] = pipes.createForHost(user);
    const fds = {
      0: stdin,
      1: pipes.createSink(hub.sink("stdout"), user),
      2: pipes.createSink(hub.sink("stderr"), user),
    };
    const input = new OutsideStream(source);
    const { pid, exited } = await launch(this.#context, request, { fds }).catch(closing(input));
    const ending = exited.then((status) => {
      void input.close();
      return endingOf(status);
    });
    return { pid, hub, input, terminal: undefined, ending, ended: false };
  }

  async #onTerminal(request: SpawnRequest, size: { cols: number; rows: number }): Promise<Managed> {
    const { user } = this.#context;
    const hub = new OutputHub(1);
    const { ptys, devPts } = this.#kernel.devices;
    const master = ptys.create(O_RDWR, devPts.ptmx, user, size);
    const slave = await this.#slaveOf(master);
    const input = new OutsideStream(master);
    const env = { TERM: "xterm-256color", ...request.env };
    const files = { fds: { 0: slave, 1: slave, 2: slave }, terminal: slave };
    const { pid, exited } = await launch(this.#context, { ...request, env }, files).catch(closing(input));
    void follow(input, hub).finally(() => input.close());
    return { pid, hub, input, terminal: master, ending: exited.then(endingOf), ended: false };
  }

  async #slaveOf(master: OpenFile & { terminal: Terminal }): Promise<OpenFile> {
    const root = this.#kernel.namespace.caller();
    try {
      return await openPath(
        this.#kernel,
        root,
        master.terminal.path,
        O_RDWR | O_NOCTTY,
        0,
        new OutsideTask(),
      );
    } catch (error) {
      await master.close();
      throw error;
    }
  }

  #forgetOldest(): void {
    const ended = [...this.#managed.values()].filter((managed) => managed.ended);
    for (const { pid, input } of ended.slice(0, Math.max(0, ended.length - REMEMBERED))) {
      this.#managed.delete(pid);
      void input.close();
    }
  }

  /** @throws ESRCH the app did not start it, or it ended long ago */
  #get(pid: number): Managed {
    const managed = this.#managed.get(pid);
    if (managed === undefined) throw sysError("ESRCH");
    return managed;
  }

  wait(pid: number): Promise<Ending> {
    return this.#get(pid).ending;
  }

  output(pid: number): Channel<OutputItem, never> {
    return this.#get(pid).hub.listen();
  }

  async write(pid: number, data: Uint8Array): Promise<void> {
    await this.#get(pid).input.write(data);
  }

  /** Ends the input. On a terminal, this types the end-of-file character. */
  async closeInput(pid: number): Promise<void> {
    const { terminal, input } = this.#get(pid);
    if (terminal === undefined) await input.close();
    else await input.write(Uint8Array.of(4));
  }

  resize(pid: number, cols: number, rows: number): void {
    const { terminal } = this.#get(pid);
    if (terminal?.terminal === undefined) throw sysError("ENOTTY");
    terminal.terminal.setWindowSize({ cols, rows });
  }

  /** Hangs up the terminal by closing its master; without a terminal, sends SIGHUP to the session. */
  async hangUp(pid: number): Promise<void> {
    const { terminal, input, ended } = this.#get(pid);
    if (terminal !== undefined) await input.close();
    else if (!ended) killSession(this.#kernel, pid, SIGNALS.SIGHUP);
  }

  /** A negative number means a process group. @throws ESRCH EINVAL */
  signal(pid: number, signal: number): void {
    if (!Number.isInteger(pid) || pid === 0 || pid === -1) throw sysError("EINVAL");
    this.#kernel.procOf(this.#kernel.init).kill(pid, signal);
  }

  list(): ProcessData[] {
    return this.#kernel
      .procOf(this.#kernel.init)
      .listProcesses()
      .map(({ pid, ppid, pgid, sid, uid, state, argv, startTimeMs, cpuMs }) => ({
        pid,
        ppid,
        pgid,
        sid,
        uid,
        state,
        argv: [...argv],
        startTimeMs,
        cpuMs,
      }));
  }
}

/** Closes the host's end of the input, since no process got it, and rethrows. */
function closing(input: OutsideStream): (error: unknown) => never {
  return (error) => {
    void input.close();
    throw error;
  };
}

/** Reads a terminal's output until it is hung up. */
async function follow(from: OutsideStream, hub: OutputHub): Promise<void> {
  try {
    for (let data = await from.read(); data !== undefined; data = await from.read()) {
      await hub.push({ stream: "stdout", data });
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
  } finally {
    hub.end();
  }
}
