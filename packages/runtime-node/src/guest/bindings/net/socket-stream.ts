// A stream handle whose bytes come as notices (calls/flow.ts is the other end). Those of a connected socket are also
// sent as messages without individual answers: while there is room in the window, a write completes at once, like a
// write to a socket's buffer.

import type { Value } from "@agentos/kernel/channel/guest";
import type { NodeInternals } from "../../internals.ts";
import type { createStreamClass, WriteRequest } from "../streams/stream-handle.ts";
import { StreamState } from "../streams/stream-state.ts";
import { type Flow, FlowInput } from "./flow-input.ts";
import { FlowOutput } from "./flow-output.ts";
import type { Sockets } from "./sockets.ts";

const BAD_DESCRIPTOR = -9;
const INVALID = -22;

export type SocketStreamClass = ReturnType<typeof createSocketStreamClass>;

export function createSocketStreamClass(
  node: NodeInternals,
  sockets: Sockets,
  Stream: ReturnType<typeof createStreamClass>,
) {
  const { kernel } = sockets;
  const state = new StreamState(node);

  return class SocketStream extends Stream {
    readonly #flow: Flow = { id: 0, isSocket: false };
    readonly #input = new FlowInput(sockets, this.#flow, this);
    readonly #output = new FlowOutput(kernel, this.#flow, this);
    #resets = false;
    #sent = 0;

    /** Starts a flow with the number `id` on the descriptor. */
    startFlow(id: number, descriptor: number): void {
      this.#flow.id = id;
      this.#flow.isSocket = true;
      this.open(descriptor);
    }

    get isConnected(): boolean {
      return this.#flow.isSocket;
    }

    notice(name: string, args: readonly Value[]): void {
      if (this.isClosed) return;
      if (name === "flowData") this.#input.arrive(args[0] as Uint8Array);
      else if (name === "flowEnd") this.#input.arrive(args[0] as number);
      else if (name === "flowWritten") this.#output.acknowledge(args[0] as number);
      else if (name === "flowBroken") this.#output.break(args[0] as number);
    }

    // ── reading ────────────────────────────────────────────────────────

    override readStart(): number {
      if (this.descriptor < 0) return super.readStart();
      this.reading = true;
      this.updateHold();
      this.#input.start();
      return 0;
    }

    override readStop(): number {
      this.reading = false;
      this.updateHold();
      this.#input.stop();
      return 0;
    }

    /** The socket goes to another process, which will read what has not been read yet. */
    suspend(): void {
      this.readStop();
      this.#input.suspend();
    }

    // ── writing ────────────────────────────────────────────────────────

    override send(request: WriteRequest | null, data: Uint8Array): unknown {
      if (this.isClosed) return BAD_DESCRIPTOR;
      if (!this.#flow.isSocket) return super.send(request, data);
      state.writing(data.length, false);
      const status = this.#output.writeNow(data);
      if (status === undefined) return super.send(request, data);
      this.#sent += data.length;
      return status;
    }

    /** Hides the count of the C++ side, which does not see these writes. */
    get bytesWritten(): number {
      return this.#sent;
    }

    override transmit(data: Uint8Array, done: (status: number) => void): void {
      this.#sent += data.length;
      if (this.#flow.isSocket) this.#output.writeLater(data, done);
      else super.transmit(data, done);
    }

    override endOutput(done: (status: number) => void): void {
      if (this.#flow.isSocket) kernel.operate("SHUTDOWNWRAP", "flowEnd", [this.#flow.id], done);
      else super.endOutput(done);
    }

    // ── life ───────────────────────────────────────────────────────────

    override get isBusy(): boolean {
      return this.#output.isBusy;
    }

    override reset(callback?: () => void): number {
      if (this.isClosed) return INVALID;
      this.#resets = true;
      this.close(callback);
      return 0;
    }

    override release(): void {
      if (!this.#flow.id) {
        super.release();
        return;
      }
      sockets.remove(this.#flow.id);
      kernel.post(this.#resets ? "flowReset" : "flowClose", this.#flow.id);
      this.#output.cancel();
    }
  };
}
