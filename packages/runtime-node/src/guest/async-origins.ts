// What async_hooks and AsyncLocalStorage know of operations and handles that Node did not create itself: who began
// them, and in which context. Callbacks run as Node's C++ side runs them (AsyncWrap::MakeCallback). Source: node's
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

/** The async id, trigger and context of a handle, or of a request of Node's C++ side. */
export interface Origin {
  readonly asyncId: number;
  readonly triggerId: number;
  readonly frame: unknown;
  readonly resource: object;
}

/**
 * An operation whose callback gets a turn of the event loop to itself: Node's timers see it as an immediate with its
 * own id.
 */
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

  /** The current context. */
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

  /** For a new handle, which is announced to async_hooks. */
  make(type: string, resource: object): Origin {
    const hooks = this.#hooks;
    const [asyncId, triggerId] = [hooks.newAsyncId(), hooks.getDefaultTriggerAsyncId()];
    if (hooks.initHooksExist()) hooks.emitInit(asyncId, type, triggerId, resource);
    return { asyncId, triggerId, frame: this.frame, resource };
  }

  /** For an object of a native class, which Node has announced itself. */
  of(resource: { getAsyncId(): number }): Origin {
    const triggerId = this.#hooks.executionAsyncId();
    return { asyncId: resource.getAsyncId(), triggerId, frame: this.frame, resource };
  }

  /** Runs a callback in its context. */
  run({ asyncId, triggerId, frame, resource }: Origin, run: () => void): void {
    const hooks = this.#hooks;
    hooks.emitBefore(asyncId, triggerId, resource);
    this.runInFrame(frame, run);
    // Skipped if the callback throws: Node's report of the error leaves all contexts by itself.
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

  /** The operation is done: calls `run` in its context, in a turn of the event loop. */
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
