// The app's side of the wall: one sidecar process and the VMs in it.

import type { LimitWarning } from "@agentos/kernel";
import { SidecarExitError, VmDisposedError } from "../errors.ts";
import type { VmCalls, VmStreams } from "../vm/calls.ts";
import type { VmHost } from "../vm/host.ts";
import type { MountSpec, VmSpec } from "../vm/spec.ts";
import { AppObjects, VmObjects } from "./app-objects.ts";
import { type SidecarProcess, startSidecarProcess } from "./host-process.ts";
import { type IncomingRequest, Peer } from "./peer.ts";
import { mountToWire, specToWire } from "./wire-spec.ts";

/** How long a sidecar may take to end after the channel was closed. */
const GRACE_MS = 1000;

/** An image that a sidecar holds. */
export interface RemoteImage {
  connection: SidecarConnection;
  id: number;
}

export class SidecarConnection {
  readonly pid: number;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  readonly #process: SidecarProcess;
  readonly #peer: Peer;
  readonly #objects = new AppObjects();
  readonly #vms = new Set<RemoteVm>();
  readonly #warningListeners = new Map<number, VmSpec["onLimitWarning"]>();
  #nextVm = 1;
  #state: "running" | "closing" | "ended" = "running";
  /** Called when a VM is added or removed, and when the process is gone. */
  onChange: () => void = () => {};

  constructor() {
    this.#process = startSidecarProcess();
    this.pid = this.#process.pid;
    const { socket } = this.#process;
    this.#peer = new Peer({
      socket,
      side: "app",
      onRequest: (method, args, request) => this.#onRequest(method, args, request),
      onBusy: (busy) => (busy ? socket.ref() : socket.unref()),
      onGone: (error) => this.#onGone(error),
    });
    this.ended = this.#process.ended.then((ending) => {
      this.#state = "ended";
      this.#peer.fail(new SidecarExitError(ending));
      this.onChange();
    });
  }

  get running(): boolean {
    return this.#state === "running";
  }

  get vmCount(): number {
    return this.#vms.size;
  }

  async createVm(spec: VmSpec, root: RemoteImage | undefined): Promise<RemoteVm> {
    const id = this.#nextVm++;
    const objects = new VmObjects(this.#objects);
    const vm: RemoteVm = new RemoteVm(this, this.#peer, objects, id, () => {
      objects.release();
      this.#vms.delete(vm);
      this.#warningListeners.delete(id);
      this.onChange();
    });
    this.#vms.add(vm);
    if (spec.onLimitWarning) this.#warningListeners.set(id, spec.onLimitWarning);
    this.onChange();
    try {
      await this.#peer.call("createVm", [id, specToWire(spec, objects, root?.id)]);
    } catch (error) {
      vm.forget();
      throw error;
    }
    return vm;
  }

  #onRequest(method: string, args: readonly unknown[], request: IncomingRequest) {
    if (method !== "limitWarning") return this.#objects.answer(method, args, request);
    const [vm, warning] = args as [number, LimitWarning];
    this.#warningListeners.get(vm)?.(warning);
  }

  releaseImage(id: number): void {
    this.#peer.notify("releaseImage", [id]);
  }

  /** Ends the process. Its VMs count as disposed. */
  async close(): Promise<void> {
    if (this.#state === "running") {
      this.#state = "closing";
      this.#process.hold(true);
      for (const vm of [...this.#vms]) vm.forget();
      this.#peer.fail(new VmDisposedError("the VM's sidecar has been disposed"));
    }
    await this.ended;
  }

  /** The channel is closed: the process is ending, or has broken the protocol. */
  #onGone(error: Error | undefined): void {
    if (this.#state === "ended") return;
    this.#state = "closing";
    this.#process.hold(true);
    if (error !== undefined && !(error instanceof VmDisposedError)) this.#process.kill();
    const timer = setTimeout(() => this.#process.kill(), GRACE_MS);
    void this.#process.ended.then(() => clearTimeout(timer));
  }
}

class RemoteVm implements VmHost {
  readonly connection: SidecarConnection;
  readonly #peer: Peer;
  readonly #objects: VmObjects;
  readonly #id: number;
  readonly #onDisposed: () => void;
  #disposing: Promise<void> | undefined;

  constructor(
    connection: SidecarConnection,
    peer: Peer,
    objects: VmObjects,
    id: number,
    onDisposed: () => void,
  ) {
    this.connection = connection;
    this.#peer = peer;
    this.#objects = objects;
    this.#id = id;
    this.#onDisposed = onDisposed;
  }

  call<M extends keyof VmCalls>(method: M, args: readonly unknown[], signal?: AbortSignal): Promise<never> {
    const wire = method === "mount" ? [mountToWire(args[0] as MountSpec, this.#objects)] : args;
    return this.#peer.call(method, [this.#id, ...wire], signal) as Promise<never>;
  }

  open<M extends keyof VmStreams>(method: M, args: readonly unknown[]): Promise<never> {
    return this.#peer.open(method, [this.#id, ...args]) as Promise<never>;
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  /** Called when the sidecar ends: there is nothing left to dispose. */
  forget(): void {
    this.#disposing ??= Promise.resolve();
    this.#onDisposed();
  }

  async #dispose(): Promise<void> {
    try {
      await this.#peer.call("disposeVm", [this.#id]);
    } catch (error) {
      // A sidecar that is gone has taken the VM with it.
      if (!(error instanceof SidecarExitError || error instanceof VmDisposedError)) throw error;
    } finally {
      this.#onDisposed();
    }
  }
}
