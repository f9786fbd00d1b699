// What async_hooks and AsyncLocalStorage know of operations and handles that are not Node's own: who began them, and in which
// context. Their callbacks run as Node's C++ side would run them (AsyncWrap::MakeCallback). Source: node's
// lib/internal/async_hooks.js, lib/internal/timers.js.

import type { NodeInternals } from "./internals.ts";

interface AsyncHooks {
  newAsyncId(): number;
  getDefaultTriggerAsyncId(): number;
  executionAsyncId(): number;
  initHooksExist(): boolean;
  emitInit(id: number, type: string, trigger: number, resource: object): void;
  emitBefore(id: number, trigger: number, resource: object): void;
  emitAfter(id: number): void;
  emitDestroy(id: number): void;
}

interface Timers {
  async_id_symbol: symbol;
  trigger_async_id_symbol: symbol;
  async_context_frame: symbol;
  kRefed: symbol;
  immediateQueue: { append(immediate: object): void };
  immediateInfoFields: { kCount: number; kRefCount: number };
}

interface TimersBinding {
  immediateInfo: Uint32Array;
  toggleImmediateRef(on: boolean): void;
}

interface ContextFrames {
  current(): unknown;
  exchange(frame: unknown): unknown;
}

/** Where a handle, or a request of Node's C++ side, comes from. */
export interface Origin {
  readonly asyncId: number;
  readonly triggerId: number;
  readonly frame: unknown;
  readonly resource: object;
}

/** An operation whose callback has a turn of the event loop for itself: for Node's timers, an immediate with an id of its own. */
interface Turn {
  _idleNext: object | null;
  _idlePrev: object | null;
  _onImmediate: (() => void) | undefined;
  _argv: undefined;
  _destroyed: boolean;
  [symbol: symbol]: unknown;
}

export class AsyncOrigins {
  readonly #hooks: AsyncHooks;
  readonly #timers: Timers;
  readonly #binding: TimersBinding;
  readonly #frames: ContextFrames;

  constructor(node: NodeInternals) {
    this.#hooks = node.module<AsyncHooks>("internal/async_hooks");
    this.#timers = node.module<Timers>("internal/timers");
    this.#binding = node.binding("timers") as unknown as TimersBinding;
    this.#frames = node.module<ContextFrames>("internal/async_context_frame");
  }

  /** The context of now. */
  get frame(): unknown {
    return this.#frames.current();
  }

  runInFrame(frame: unknown, run: () => void): void {
    const before = this.#frames.exchange(frame);
    try {
      run();
    } finally {
      this.#frames.exchange(before);
    }
  }

  // ── handles and requests ─────────────────────────────────────────────

  /** Of a handle that is being made, which async_hooks are told. */
  make(type: string, resource: object): Origin {
    const hooks = this.#hooks;
    const [asyncId, triggerId] = [hooks.newAsyncId(), hooks.getDefaultTriggerAsyncId()];
    if (hooks.initHooksExist()) hooks.emitInit(asyncId, type, triggerId, resource);
    return { asyncId, triggerId, frame: this.frame, resource };
  }

  /** Of an object of a native class, which Node tells of itself. */
  of(resource: { getAsyncId(): number }): Origin {
    const triggerId = this.#hooks.executionAsyncId();
    return { asyncId: resource.getAsyncId(), triggerId, frame: this.frame, resource };
  }

  /** Runs a callback of it. */
  run({ asyncId, triggerId, frame, resource }: Origin, run: () => void): void {
    const hooks = this.#hooks;
    hooks.emitBefore(asyncId, triggerId, resource);
    this.runInFrame(frame, run);
    // Not after what throws: Node's report of it leaves all contexts.
    hooks.emitAfter(asyncId);
  }

  destroy({ asyncId }: Origin): void {
    this.#hooks.emitDestroy(asyncId);
  }

  // ── operations ───────────────────────────────────────────────────────

  begin(type: string): Turn {
    const hooks = this.#hooks;
    const timers = this.#timers;
    const turn: Turn = {
      _idleNext: null,
      _idlePrev: null,
      _onImmediate: undefined,
      _argv: undefined,
      _destroyed: false,
    };
    const [asyncId, triggerId] = [hooks.newAsyncId(), hooks.getDefaultTriggerAsyncId()];
    turn[timers.async_id_symbol] = asyncId;
    turn[timers.trigger_async_id_symbol] = triggerId;
    turn[timers.async_context_frame] = this.frame;
    if (hooks.initHooksExist()) hooks.emitInit(asyncId, type, triggerId, turn);
    return turn;
  }

  /** It is done: `run` is called, as it, in a turn of the event loop. */
  finish(turn: Turn, run: () => void): void {
    const { immediateQueue, kRefed, immediateInfoFields } = this.#timers;
    const { immediateInfo } = this.#binding;
    turn._onImmediate = run;
    turn[kRefed] = true;
    if (immediateInfo[immediateInfoFields.kRefCount]!++ === 0) this.#binding.toggleImmediateRef(true);
    immediateInfo[immediateInfoFields.kCount]!++;
    immediateQueue.append(turn);
  }
}
