// The language model as the VM sees it: an HTTP server inside the VM, which this process answers. A session's agent
// knows an address and a token of its own; the key is added here, on the way to the provider, and never travels into
// the VM.

import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createVmDuplex } from "../file-streams.ts";
import type { TokenUsage } from "../sessions/store/session-events.ts";
import type { Channel } from "../vm/channel.ts";
import type { VmLink } from "../vm-link.ts";
import { GATEWAY } from "./gateway-address.ts";
import type { LlmOption } from "./llm-option.ts";
import { LlmRequest, type UsageReport } from "./llm-request.ts";
import { type LlmProtocol, PROTOCOLS } from "./protocols.ts";
import { TokenBudget } from "./token-budget.ts";
import { totalOf } from "./usage-meter.ts";

export type LlmUsage = { provider: string; model: string; status: number; totalTokens: number } & TokenUsage;

export class LlmGateway {
  readonly #vm: VmLink;
  readonly #option: LlmOption;
  readonly #protocol: LlmProtocol;
  readonly #provider: string;
  readonly #onUsage: (sessionId: string, usage: LlmUsage) => void;
  readonly #budget: TokenBudget;
  readonly #sessions = new Map<string, string>();
  readonly #tokens = new Map<string, string>();
  readonly #connections = new Set<Duplex>();
  readonly #server: Server;
  #serving: Promise<Channel<number, never>> | undefined;

  constructor(vm: VmLink, option: LlmOption, onUsage: (sessionId: string, usage: LlmUsage) => void) {
    const { provider } = option;
    this.#vm = vm;
    this.#option = option;
    this.#provider = typeof provider === "string" ? provider : provider.name;
    this.#protocol = PROTOCOLS[typeof provider === "string" ? provider : provider.protocol];
    this.#onUsage = onUsage;
    this.#budget = new TokenBudget(option.maxTokensPerSession);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Opens the gateway to a session. @returns the environment by which its agent finds the model */
  async environment(sessionId: string): Promise<Record<string, string>> {
    this.#serving ??= this.#serve();
    await this.#serving;
    const token = this.#tokens.get(sessionId) ?? `agentos-${randomBytes(24).toString("hex")}`;
    this.#tokens.set(sessionId, token);
    this.#sessions.set(token, sessionId);
    const origin = `http://${GATEWAY.name}`;
    return { AGENTOS_LLM_URL: origin, ...this.#protocol.environment(origin, token) };
  }

  /** Whether there is a budget, and it is not yet known here what the session has used of it. */
  needsHistory(sessionId: string): boolean {
    return this.#option.maxTokensPerSession !== undefined && !this.#budget.knows(sessionId);
  }

  setUsed(sessionId: string, tokens: number): void {
    this.#budget.setUsed(sessionId, tokens);
  }

  /** Makes the session's token invalid; what it has used stays counted. The server ends with the last session. */
  forget(sessionId: string): void {
    const token = this.#tokens.get(sessionId);
    this.#tokens.delete(sessionId);
    if (token !== undefined) this.#sessions.delete(token);
    if (this.#tokens.size === 0) this.dispose();
  }

  dispose(): void {
    this.#serving?.then((channel) => channel.close()).catch(() => {});
    this.#serving = undefined;
    for (const connection of this.#connections) connection.destroy();
  }

  async #serve(): Promise<Channel<number, never>> {
    const where = { syscall: "listen", path: `${GATEWAY.host}:${GATEWAY.port}` };
    const channel = await this.#vm.open(where, "serve", [GATEWAY.host, GATEWAY.port]);
    void this.#accept(channel);
    return channel;
  }

  async #accept(channel: Channel<number, never>): Promise<void> {
    const where = { syscall: "accept" };
    try {
      for (let id = await channel.read(); id !== undefined; id = await channel.read()) {
        const connection = createVmDuplex(this.#vm.open(where, "accepted", [id]), where);
        this.#connections.add(connection);
        connection.once("close", () => this.#connections.delete(connection));
        // A broken connection is the guest's concern.
        connection.on("error", () => {});
        this.#server.emit("connection", connection);
      }
    } catch {
      // The VM is gone: nobody will ask any more.
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sessionId = this.#sessions.get(tokenOf(request) ?? "");
    return new LlmRequest({
      protocol: this.#protocol,
      option: this.#option,
      sessionId,
      budget: this.#budget,
      onUsage: (report) => this.#report(sessionId!, report),
    }).answer(request, response);
  }

  #report(sessionId: string, { model, status, usage }: UsageReport): void {
    this.#onUsage(sessionId, {
      provider: this.#provider,
      model,
      status,
      ...usage,
      totalTokens: totalOf(usage),
    });
  }
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  const key = headers["x-api-key"];
  if (typeof key === "string") return key;
  return /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
}
