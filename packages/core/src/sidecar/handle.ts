import { ConfigError } from "../errors.ts";
import { SidecarConnection } from "./client.ts";

/** What a sidecar is doing. */
export interface SidecarDescription {
  /** Whether it is for all VMs of a pool, or for chosen ones. */
  kind: "shared" | "explicit";
  /** undefined while no process is running. */
  pid: number | undefined;
  /** "idle": no process runs; it is started with the next VM. */
  state: "idle" | "running" | "disposed";
  /** How many VMs live in it. */
  vmCount: number;
}

/** A sidecar for chosen VMs, made by `AgentOs.createSidecar()`. */
export class SidecarHandle implements AsyncDisposable {
  readonly #kind: SidecarDescription["kind"];
  readonly #idleMs: number;
  #connection: SidecarConnection | undefined;
  #disposed = false;
  #idleTimer: NodeJS.Timeout | undefined;

  /** @internal @param idleMs how long the process is kept without VMs */
  constructor(kind: SidecarDescription["kind"], idleMs = Number.POSITIVE_INFINITY) {
    this.#kind = kind;
    this.#idleMs = idleMs;
  }

  describe(): SidecarDescription {
    const running = this.#connection?.running === true;
    return {
      kind: this.#kind,
      pid: running ? this.#connection?.pid : undefined,
      state: this.#disposed ? "disposed" : running ? "running" : "idle",
      vmCount: this.#connection?.vmCount ?? 0,
    };
  }

  /** Ends the process, and every VM in it. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#idleTimer);
    await this.#connection?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /**
   * @internal The running process. One is started if there is none, so that after a crash the next VM gets a fresh
   * process.
   */
  connect(): SidecarConnection {
    if (this.#disposed)
      throw new ConfigError("sidecar.handle", "sidecar.handle: the sidecar has been disposed");
    if (this.#connection?.running) return this.#connection;
    const connection = new SidecarConnection();
    connection.onChange = () => this.#watchIdle(connection);
    this.#connection = connection;
    return connection;
  }

  #watchIdle(connection: SidecarConnection): void {
    clearTimeout(this.#idleTimer);
    if (connection !== this.#connection || connection.vmCount > 0 || !connection.running) return;
    if (this.#idleMs === Number.POSITIVE_INFINITY) return;
    this.#idleTimer = setTimeout(() => void connection.close(), this.#idleMs).unref();
  }
}
