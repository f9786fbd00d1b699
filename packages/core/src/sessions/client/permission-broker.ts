// The permission requests of an agent, until they are answered.

import type {
  PermissionOption,
  PermissionOptionKind,
  RequestPermissionOutcome,
  RequestPermissionRequest,
  ToolCallUpdate,
} from "@agentclientprotocol/sdk";
import { PermissionReplyError } from "../session-errors.ts";

/** "once" and "always" allow, "reject" refuses; otherwise the id of one of the options that the agent offers. */
export type PermissionReply = "once" | "always" | "reject" | { optionId: string };

/** An agent's request for leave to do something. */
export interface PermissionRequest {
  /** The session whose agent asks. */
  sessionId: string;
  /** What `respondPermission` takes. */
  permissionId: string;
  /** What the agent is about to do. */
  toolCall: ToolCallUpdate;
  /** The answers that the agent offers. */
  options: PermissionOption[];
}

/**
 * Answers, or returns nothing and leaves the answer to `respondPermission`. In an async function that returns only a
 * literal, TypeScript widens it to string; write `async () => "once" as const`.
 */
export type PermissionHandler = (
  request: PermissionRequest,
) => PermissionReply | undefined | Promise<PermissionReply | undefined>;

/** The kinds of options that each reply can stand for, the best first. */
const KINDS: Record<"once" | "always" | "reject", readonly PermissionOptionKind[]> = {
  once: ["allow_once", "allow_always"],
  always: ["allow_always", "allow_once"],
  reject: ["reject_once", "reject_always"],
};

const CANCELLED: RequestPermissionOutcome = { outcome: "cancelled" };
const MOST_REMEMBERED = 1024;

export interface PermissionBrokerOptions {
  sessionId: string;
  onRequest(request: PermissionRequest): void;
  onReply(permissionId: string, outcome: RequestPermissionOutcome): void;
}

interface Pending {
  options: readonly PermissionOption[];
  answer: (outcome: RequestPermissionOutcome) => void;
}

export class PermissionBroker {
  readonly #options: PermissionBrokerOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #answered = new Set<string>();
  #lastId = 0;

  constructor(options: PermissionBrokerOptions) {
    this.#options = options;
  }

  /** Resolves with the answer, or "cancelled" if the turn ends first. */
  ask({ toolCall, options }: RequestPermissionRequest): Promise<RequestPermissionOutcome> {
    const permissionId = `perm-${++this.#lastId}`;
    const { promise, resolve } = Promise.withResolvers<RequestPermissionOutcome>();
    this.#pending.set(permissionId, { options, answer: resolve });
    this.#options.onRequest({ sessionId: this.#options.sessionId, permissionId, toolCall, options });
    return promise;
  }

  isPending(permissionId: string): boolean {
    return this.#pending.has(permissionId);
  }

  /** @throws PermissionReplyError */
  reply(permissionId: string, reply: PermissionReply): void {
    const pending = this.#pending.get(permissionId);
    if (pending === undefined) throw notPending(permissionId, this.#answered.has(permissionId));
    this.#settle(permissionId, pending, outcomeOf(reply, pending.options));
  }

  cancelAll(): void {
    for (const [permissionId, pending] of [...this.#pending]) this.#settle(permissionId, pending, CANCELLED);
  }

  #settle(permissionId: string, { answer }: Pending, outcome: RequestPermissionOutcome): void {
    this.#pending.delete(permissionId);
    this.#answered.add(permissionId);
    if (this.#answered.size > MOST_REMEMBERED) {
      this.#answered.delete(this.#answered.values().next().value!);
    }
    this.#options.onReply(permissionId, outcome);
    answer(outcome);
  }
}

function outcomeOf(reply: PermissionReply, options: readonly PermissionOption[]): RequestPermissionOutcome {
  if (typeof reply === "string" && Object.hasOwn(KINDS, reply)) {
    const kinds = KINDS[reply];
    const option = kinds.flatMap((kind) => options.filter((candidate) => candidate.kind === kind))[0];
    if (option) return { outcome: "selected", optionId: option.optionId };
    // An agent that offers no way to refuse is told that its turn was cancelled.
    if (reply === "reject") return CANCELLED;
  }
  const optionId = typeof reply === "object" ? reply?.optionId : undefined;
  if (options.some((option) => option.optionId === optionId)) {
    return { outcome: "selected", optionId: optionId! };
  }
  const known = options.map((option) => option.optionId).join(", ");
  const asked = JSON.stringify(reply);
  throw new PermissionReplyError("option", `${asked} is no answer to this request; its options: ${known}`);
}

function notPending(permissionId: string, answered: boolean): PermissionReplyError {
  return answered
    ? new PermissionReplyError("answered", `the permission request ${permissionId} has been answered`)
    : new PermissionReplyError("unknown", `there is no permission request ${JSON.stringify(permissionId)}`);
}
