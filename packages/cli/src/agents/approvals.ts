// Who decides what an agent may do: first the flags, then the user; if there is no user, everything else is refused.

import type { PermissionReply, PermissionRequest } from "@agentos/core";
import { UsageError } from "../usage-error.ts";
import type { AgentCommand, AgentFlags } from "./agent-vm.ts";

/** The kinds of tool calls in the Agent Client Protocol. */
const KINDS = [
  "read",
  "edit",
  "delete",
  "move",
  "search",
  "execute",
  "think",
  "fetch",
  "switch_mode",
  "other",
];

/** Shows the user a permission request and waits for a line; undefined if none comes. */
export type Ask = (
  request: PermissionRequest,
  question: string,
  signal: AbortSignal,
) => Promise<string | undefined>;

export interface ApprovalsOptions {
  ask: Ask | undefined;
  /** Called with a request that was refused because nobody could be asked. */
  onRefused(request: PermissionRequest): void;
}

export class Approvals {
  readonly #allowed: "all" | "none" | ReadonlySet<string>;
  readonly #options: ApprovalsOptions;
  /** Questions are asked one at a time: this is the last one. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #asked = new Map<string, AbortController>();

  /** @throws UsageError */
  constructor(command: AgentCommand, { yes, approve }: AgentFlags, options: ApprovalsOptions) {
    this.#allowed = yes ? "all" : parseKinds(command, approve);
    this.#options = options;
  }

  decide(request: PermissionRequest): PermissionReply | Promise<PermissionReply> {
    if (this.#allowed === "all") return "once";
    if (this.#allowed === "none") return "reject";
    if (this.#allowed.has(request.toolCall.kind ?? "other")) return "once";
    const { ask } = this.#options;
    if (!ask) {
      this.#options.onRefused(request);
      return "reject";
    }
    const asked = new AbortController();
    this.#asked.set(request.permissionId, asked);
    const reply = this.#last.then(() => askUser(ask, request, asked.signal));
    this.#last = reply;
    return reply;
  }

  /** The request has been answered or withdrawn: nobody needs to be asked any more. */
  settle(permissionId: string): void {
    this.#asked.get(permissionId)?.abort();
    this.#asked.delete(permissionId);
  }
}

function parseKinds(command: AgentCommand, text: string | undefined): "all" | "none" | ReadonlySet<string> {
  if (text === undefined) return new Set();
  if (text === "all" || text === "none") return text;
  const kinds = text.split(",").map((kind) => kind.trim());
  const unknown = kinds.find((kind) => !KINDS.includes(kind));
  if (unknown === undefined) return new Set(kinds);
  throw new UsageError(`--approve wants all, none or some of ${KINDS.join(",")}: ${unknown}`, command);
}

async function askUser(ask: Ask, request: PermissionRequest, signal: AbortSignal): Promise<PermissionReply> {
  while (!signal.aborted) {
    const answer = await ask(request, "  allow? [y]es, [a]lways, [n]o: ", signal);
    const letter = answer?.trim().toLowerCase()[0];
    if (letter === "y") return "once";
    if (letter === "a") return "always";
    if (letter === "n" || answer === undefined) break;
  }
  return "reject";
}
