// The app's listeners for sessions: callbacks in the options, and subscriptions.

import { throwUncaught } from "../errors.ts";
import type { Subscription } from "../processes.ts";
import type { PermissionHandler, PermissionReply, PermissionRequest } from "./client/permission-broker.ts";
import type { AgentExit, AgentStderr, SessionsOptions } from "./session-options.ts";
import type { SessionEvent } from "./store/session-events.ts";

/** Listeners for all sessions have no `sessionId`. */
interface Listener<F> {
  sessionId: string | undefined;
  call: F;
}

export class SessionListeners {
  readonly #options: SessionsOptions;
  readonly #events = new Set<Listener<(event: SessionEvent) => void>>();
  readonly #permissions = new Set<Listener<PermissionHandler>>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { onSessionEvent, onPermissionRequest } = options;
    if (onSessionEvent) this.#events.add({ sessionId: undefined, call: onSessionEvent });
    if (onPermissionRequest) this.#permissions.add({ sessionId: undefined, call: onPermissionRequest });
  }

  addEventListener(sessionId: string | undefined, call: (event: SessionEvent) => void): Subscription {
    return subscribe(this.#events, { sessionId, call });
  }

  addPermissionHandler(sessionId: string | undefined, call: PermissionHandler): Subscription {
    return subscribe(this.#permissions, { sessionId, call });
  }

  /** Whether anybody listens to the session's events. */
  hear(sessionId: string): boolean {
    return hearing(this.#events, sessionId).length > 0 || hearing(this.#permissions, sessionId).length > 0;
  }

  event(event: SessionEvent): void {
    for (const { call } of hearing(this.#events, event.sessionId)) guarded(() => call(event));
  }

  /** The first answer of a handler; the session's own are asked before those for all sessions. */
  async decide(request: PermissionRequest): Promise<PermissionReply | undefined> {
    const handlers = hearing(this.#permissions, request.sessionId);
    const own = handlers.filter(({ sessionId }) => sessionId !== undefined);
    for (const { call } of [...own, ...handlers.filter((handler) => !own.includes(handler))]) {
      const reply = await call(request);
      if (reply) return reply;
    }
    return undefined;
  }

  stderr(output: AgentStderr): void {
    guarded(() => this.#options.onAgentStderr?.(output));
  }

  exit(exit: AgentExit): void {
    guarded(() => this.#options.onAgentExit?.(exit));
  }
}

function hearing<F>(listeners: ReadonlySet<Listener<F>>, sessionId: string): Listener<F>[] {
  return [...listeners].filter((listener) => [undefined, sessionId].includes(listener.sessionId));
}

function subscribe<F>(listeners: Set<Listener<F>>, listener: Listener<F>): Subscription {
  listeners.add(listener);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const stop = () => {
    listeners.delete(listener);
    resolve();
  };
  return Object.assign(stop, { ended });
}

/** An exception of a listener is the app's: it becomes uncaught, and the other listeners are still called. */
function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    throwUncaught(error);
  }
}
