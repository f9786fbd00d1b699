// What an agent asks its user for, other than permissions: a form to fill in, a page to visit. The app's handler answers.

import type { CreateElicitationRequest, CreateElicitationResponse } from "@agentclientprotocol/sdk";
import { throwUncaught } from "../../errors.ts";
import type { EventLog } from "../store/event-log.ts";

/** Something that an agent asks its user. */
export interface ElicitationRequest {
  /** The session whose agent asks. */
  sessionId: string;
  /** In the shape of ACP: `mode`, `message`, and `requestedSchema` of a form or `url`. */
  request: CreateElicitationRequest;
}

/** Answers in the shape of ACP; undefined declines. */
export type ElicitationHandler = (
  request: ElicitationRequest,
) => CreateElicitationResponse | undefined | Promise<CreateElicitationResponse | undefined>;

export class Elicitations {
  readonly #sessionId: string;
  readonly #handler: ElicitationHandler;
  readonly #log: EventLog;
  readonly #pending = new Set<(answer: CreateElicitationResponse) => void>();
  #lastId = 0;

  constructor(sessionId: string, handler: ElicitationHandler, log: EventLog) {
    this.#sessionId = sessionId;
    this.#handler = handler;
    this.#log = log;
  }

  /** Resolves with the answer, or "cancel" if the turn ends first. Answers are not part of the transcript. */
  async ask(request: CreateElicitationRequest): Promise<CreateElicitationResponse> {
    const elicitationId = `elicit-${++this.#lastId}`;
    const { promise: withdrawn, resolve } = Promise.withResolvers<CreateElicitationResponse>();
    this.#pending.add(resolve);
    this.#log.append({ type: "elicitation_request", elicitationId, request });
    const answer = await Promise.race([this.#decide(request), withdrawn]);
    this.#pending.delete(resolve);
    this.#log.append({ type: "elicitation_reply", elicitationId, action: answer.action });
    return answer;
  }

  async #decide(request: CreateElicitationRequest): Promise<CreateElicitationResponse> {
    try {
      return (await this.#handler({ sessionId: this.#sessionId, request })) ?? { action: "decline" };
    } catch (error) {
      throwUncaught(error);
      return { action: "cancel" };
    }
  }

  cancelAll(): void {
    for (const resolve of this.#pending) resolve({ action: "cancel" });
  }
}
