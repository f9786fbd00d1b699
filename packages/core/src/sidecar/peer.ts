// One side of the connection between an app and its sidecar: requests both ways, and streams that the app opens. It knows
// frames and ids; what the methods mean is known to client.ts and server.ts.

import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { MaybePromise } from "@agentos/kernel/abi";
import { FRAME, type Frame, FrameReader, frameParts } from "./protocol.ts";
import { StreamEnd } from "./stream-end.ts";
import { errorFromWire, errorToWire } from "./wire-errors.ts";

/** A request of the other side, apart from its method and arguments. */
export interface IncomingRequest {
  /** Aborted when the caller cancels or is gone. */
  readonly signal: AbortSignal;
  /** Answers the request by opening a stream. */
  openStream(): StreamEnd;
}

export type RequestHandler = (
  method: string,
  args: readonly unknown[],
  request: IncomingRequest,
) => MaybePromise<unknown>;

export interface PeerOptions {
  socket: Socket;
  side: "app" | "sidecar";
  onRequest: RequestHandler;
  /**
   * Called when something becomes pending or open, which should keep the event loop alive, and when nothing is any more.
   */
  onBusy?: (busy: boolean) => void;
  /** Called when the other side has closed the connection or broken the protocol. */
  onGone: (error: Error | undefined) => void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Peer {
  readonly #options: PeerOptions;
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  readonly #streams = new Map<number, StreamEnd>();
  /** Running requests of the other side. A controller exists only if its signal was asked for. */
  readonly #incoming = new Map<number, AbortController | undefined>();
  #nextId: number;
  #busy = 0;
  #gone: Error | undefined;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#nextId = options.side === "app" ? 2 : 1;
    this.#socket = options.socket;
    const reader = new FrameReader((frame) => this.#onFrame(frame));
    this.#socket.on("data", (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.fail(error as Error);
      }
    });
    this.#socket.on("error", () => this.#disconnected());
    this.#socket.on("close", () => this.#disconnected());
  }

  async call(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    if (this.#gone) throw this.#gone;
    const id = this.#takeId();
    const reply = new Promise<unknown>((resolve, reject) => {
      this.#send(FRAME.request, id, [method, ...args]);
      this.#pending.set(id, { resolve, reject });
      this.#count(1);
    });
    if (signal === undefined) return reply;
    const cancel = () => this.#send(FRAME.cancel, id);
    signal.addEventListener("abort", cancel, { once: true });
    try {
      return await reply;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  /** Calls a method that opens a stream. */
  async open(method: string, args: readonly unknown[]): Promise<StreamEnd> {
    if (this.#gone) throw this.#gone;
    const id = this.#takeId();
    const stream = this.#addStream(id);
    try {
      await new Promise<unknown>((resolve, reject) => {
        this.#send(FRAME.request, id, [method, ...args]);
        this.#pending.set(id, { resolve, reject });
        this.#count(1);
      });
    } catch (error) {
      stream.onClose(error as Error);
      throw error;
    }
    return stream;
  }

  /** Calls a method without waiting for a reply. */
  notify(method: string, args: readonly unknown[]): void {
    if (this.#gone === undefined) this.#send(FRAME.notice, this.#takeId(), [method, ...args]);
  }

  /** Ends the connection: everything pending or open fails with `error`. */
  fail(error: Error): void {
    if (this.#gone) return;
    this.#gone = error;
    this.#socket.destroy();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#count(-this.#pending.size);
    this.#pending.clear();
    for (const stream of [...this.#streams.values()]) stream.onClose(error);
    for (const controller of this.#incoming.values()) controller?.abort(error);
    this.#options.onGone(error);
  }

  #disconnected(): void {
    this.#options.onGone(undefined);
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id >= 0xffff_fff0 ? (id % 2) + 2 : id + 2;
    return id;
  }

  #count(change: number): void {
    const before = this.#busy;
    this.#busy += change;
    if ((before === 0) !== (this.#busy === 0)) this.#options.onBusy?.(this.#busy > 0);
  }

  /** @returns the size of the body */
  #send(type: number, id: number, body?: unknown): number {
    const { parts, size } = frameParts(type, id, body);
    if (this.#gone || this.#socket.destroyed) return size;
    if (parts.length === 1) {
      this.#socket.write(parts[0]!);
      return size;
    }
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
    return size;
  }

  #addStream(id: number): StreamEnd {
    const stream = new StreamEnd(
      {
        item: (item) => this.#send(FRAME.item, id, item),
        end: () => void this.#send(FRAME.end, id),
        close: (error) => void this.#send(FRAME.close, id, error && errorToWire(error)),
        credit: (bytes) => void this.#send(FRAME.credit, id, bytes),
      },
      () => {
        if (this.#streams.delete(id)) this.#count(-1);
      },
    );
    this.#streams.set(id, stream);
    this.#count(1);
    return stream;
  }

  #onFrame({ type, id, body, size }: Frame): void {
    switch (type) {
      case FRAME.request:
        this.#onRequest(id, body as unknown[], true);
        break;
      case FRAME.notice:
        this.#onRequest(id, body as unknown[], false);
        break;
      case FRAME.reply:
        this.#settle(id, (pending) => pending.resolve(body));
        break;
      case FRAME.failure:
        this.#settle(id, (pending) => pending.reject(errorFromWire(body)));
        break;
      case FRAME.cancel:
        this.#controllerOf(id).abort();
        break;
      case FRAME.item:
        this.#streams.get(id)?.onItem(body, size);
        break;
      case FRAME.end:
        this.#streams.get(id)?.onEnd();
        break;
      case FRAME.close:
        this.#streams.get(id)?.onClose(body === undefined ? undefined : errorFromWire(body));
        break;
      case FRAME.credit:
        this.#streams.get(id)?.onCredit(body as number);
        break;
      default:
        throw new RangeError(`unknown frame type ${type}`);
    }
  }

  #settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    how(pending);
    this.#count(-1);
  }

  /** The controller of a running request; one that is no longer running has nothing to abort. */
  #controllerOf(id: number): AbortController {
    const controller = this.#incoming.get(id) ?? new AbortController();
    if (this.#incoming.has(id)) this.#incoming.set(id, controller);
    return controller;
  }

  #onRequest(id: number, [method, ...args]: unknown[], wantsReply: boolean): void {
    this.#incoming.set(id, undefined);
    const controllerOf = () => this.#controllerOf(id);
    const request: IncomingRequest = {
      get signal() {
        return controllerOf().signal;
      },
      openStream: () => this.#addStream(id),
    };
    const finish = (type: number, body: unknown) => {
      this.#incoming.delete(id);
      if (wantsReply) this.#send(type, id, body);
    };
    const fail = (error: unknown) => {
      this.#streams.get(id)?.onClose(error as Error);
      finish(FRAME.failure, errorToWire(error));
    };
    try {
      const result = this.#options.onRequest(String(method), args, request);
      if (result instanceof Promise) result.then((value) => this.#reply(finish, fail, value), fail);
      else this.#reply(finish, fail, result);
    } catch (error) {
      fail(error);
    }
  }

  #reply(
    finish: (type: number, body: unknown) => void,
    fail: (error: unknown) => void,
    value: unknown,
  ): void {
    try {
      finish(FRAME.reply, value);
    } catch (error) {
      fail(error);
    }
  }
}
