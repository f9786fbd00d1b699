// The sidecar's side of the process wall: turns requests into calls of its VMs.

import type { Socket } from "node:net";
import type { MaybePromise } from "@agentos/kernel/abi";
import { VmDisposedError } from "../errors.ts";
import { type Channel, pump } from "../vm/channel.ts";
import { LocalVm } from "../vm/local-vm.ts";
import { ImageStore } from "./image-store.ts";
import { type IncomingRequest, Peer } from "./peer.ts";
import { loadSpec, mountFromWire, type WireMount, type WireSpec } from "./wire-spec.ts";

export class SidecarServer {
  readonly #vms = new Map<number, LocalVm>();
  readonly #images = new ImageStore();
  readonly #peer: Peer;

  constructor(socket: Socket, onGone: () => void) {
    this.#peer = new Peer({
      socket,
      side: "sidecar",
      onRequest: (method, args, request) => this.#onRequest(method, args, request),
      onGone,
    });
  }

  #onRequest(method: string, args: readonly unknown[], request: IncomingRequest): MaybePromise<unknown> {
    switch (method) {
      case "createVm":
        return this.#createVm(args[0] as number, args[1] as WireSpec);
      case "disposeVm":
        return this.#disposeVm(args[0] as number);
      case "releaseImage":
        return this.#images.release(args[0] as number);
      default:
        return this.#callVm(method, args, request);
    }
  }

  async #createVm(id: number, wire: WireSpec): Promise<void> {
    const spec = await loadSpec(id, wire, { peer: this.#peer, images: this.#images });
    this.#vms.set(id, await LocalVm.create(spec));
  }

  async #disposeVm(id: number): Promise<void> {
    const vm = this.#vms.get(id);
    this.#vms.delete(id);
    await vm?.dispose();
  }

  /** A call of a VM: [vm, ...arguments]. */
  #callVm(
    method: string,
    [id, ...args]: readonly unknown[],
    request: IncomingRequest,
  ): MaybePromise<unknown> {
    const vm = this.#vms.get(id as number);
    if (vm === undefined) throw new VmDisposedError();
    if (Object.hasOwn(vm.streams, method)) return this.#openStream(vm, method, args, request);
    if (method === "snapshot") return this.#images.add(vm.image());
    if (method === "mount") return vm.invoke("mount", [mountFromWire(args[0] as WireMount, this.#peer)]);
    // Only exec can be cancelled: other calls do not need an AbortController.
    return vm.invoke(method, args, method === "exec" ? request : undefined);
  }

  async #openStream(
    vm: LocalVm,
    method: string,
    args: readonly unknown[],
    request: IncomingRequest,
  ): Promise<void> {
    const end = request.openStream();
    const channel = (await vm.invokeStream(method, args)) as Channel<unknown, unknown>;
    end.onAbandoned = (error) => channel.close(error);
    const outward = pump(channel as Channel<unknown, never>, end as Channel<never, unknown>);
    const inward = pump(end as Channel<unknown, never>, channel as Channel<never, unknown>);
    void Promise.all([outward, inward]).then(() => channel.close());
  }
}
