// One session of Pi, and its updates for the client.

import { readFileSync } from "node:fs";
import type { SessionConfigOption, SessionUpdate, StopReason } from "@agentclientprotocol/sdk";
import type {
  AgentSession,
  AgentSessionEvent,
  ModelRuntime,
  SessionManager,
} from "@earendil-works/pi-coding-agent";
import { approvals } from "./approvals.ts";
import { retold } from "./replay.ts";
import { INTERNAL_ERROR, type Rpc, RpcError } from "./rpc.ts";
import { describeCall, outputOf } from "./tool-calls.ts";

export type Pi = typeof import("@earendil-works/pi-coding-agent");
type Message = AgentSession["messages"][number];
type AssistantMessage = Extract<Message, { role: "assistant" }>;
type RetryEvent = Extract<AgentSessionEvent, { type: "auto_retry_start" }>;
type Images = NonNullable<Parameters<AgentSession["prompt"]>[1]>["images"];

const STOP_REASONS: Partial<Record<AssistantMessage["stopReason"], StopReason>> = {
  aborted: "cancelled",
  length: "max_tokens",
};
const ASK = "bash,edit,write";

export interface PiSessionOptions {
  pi: Pi;
  rpc: Rpc;
  models: ModelRuntime;
  manager: SessionManager;
  cwd: string;
}

export class PiSession {
  readonly #session: AgentSession;
  readonly #rpc: Rpc;
  readonly #models: ModelRuntime;
  readonly #cwd: string;
  readonly #diffs = new Map<string, ReturnType<typeof describeCall>["content"]>();
  #cancelled = false;

  private constructor(session: AgentSession, { rpc, models, cwd }: PiSessionOptions) {
    this.#session = session;
    this.#rpc = rpc;
    this.#models = models;
    this.#cwd = cwd;
    session.subscribe((event) => this.#tell(event));
  }

  static async open(options: PiSessionOptions): Promise<PiSession> {
    const { pi, rpc, models, manager, cwd } = options;
    const tools = new Set((process.env.AGENTOS_PI_ASK ?? ASK).split(","));
    const loader = new pi.DefaultResourceLoader({
      cwd,
      agentDir: pi.getAgentDir(),
      extensionFactories: [approvals({ rpc, cwd, tools, sessionId: () => manager.getSessionId() })],
      appendSystemPromptOverride: (base) => [...base, ...instructions()],
    });
    await loader.reload();
    const { session } = await pi.createAgentSession({
      cwd,
      modelRuntime: models,
      model: chosenModel(models),
      resourceLoader: loader,
      sessionManager: manager,
    });
    await session.bindExtensions({});
    return new PiSession(session, options);
  }

  get id(): string {
    return this.#session.sessionId;
  }

  /** @throws RpcError with the message of the model or of Pi */
  async prompt(text: string, images: Images): Promise<StopReason> {
    this.#cancelled = false;
    await this.#session.prompt(text, { expandPromptTemplates: true, images });
    const last = this.#session.messages.findLast(isAssistant);
    if (this.#cancelled) return "cancelled";
    if (last?.stopReason === "error") {
      throw new RpcError(INTERNAL_ERROR, last.errorMessage ?? "the model gave no answer");
    }
    return (last && STOP_REASONS[last.stopReason]) ?? "end_turn";
  }

  async cancel(): Promise<void> {
    this.#cancelled = true;
    await this.#session.abort();
  }

  async setModel(name: string): Promise<void> {
    const model = modelNamed(this.#models, name);
    await this.#session.setModel(model);
  }

  async configOptions(): Promise<SessionConfigOption[]> {
    const { model } = this.#session;
    if (!model) return [];
    const options = (await this.#models.getAvailable()).map(({ provider, id, name }) => ({
      value: `${provider}/${id}`,
      name,
    }));
    const currentValue = `${model.provider}/${model.id}`;
    return [{ id: "model", name: "Model", category: "model", type: "select", currentValue, options }];
  }

  /** Repeats the updates of a session that was loaded. */
  replay(): void {
    for (const update of retold(this.#session.messages, this.#cwd)) this.#update(update);
  }

  dispose(): void {
    this.#session.dispose();
  }

  #update(update: SessionUpdate): void {
    this.#rpc.notify("session/update", { sessionId: this.id, update });
  }

  #tell(event: AgentSessionEvent): void {
    switch (event.type) {
      case "message_update":
        this.#tellChunk(event.assistantMessageEvent);
        break;
      // The turn's messages become part of the session only now.
      case "turn_end":
        this.#tellUsage();
        break;
      case "auto_retry_start":
        this.#tellRetry(event);
        break;
      case "tool_execution_start":
        this.#tellCall(describeCall(event.toolCallId, event.toolName, event.args, this.#cwd));
        break;
      case "tool_execution_update":
        this.#tellOutput(event.toolCallId, event.partialResult);
        break;
      case "tool_execution_end":
        this.#tellOutput(event.toolCallId, event.result, event.isError ? "failed" : "completed");
        this.#diffs.delete(event.toolCallId);
    }
  }

  #tellCall(call: ReturnType<typeof describeCall>): void {
    this.#diffs.set(call.toolCallId, call.content);
    this.#update({ sessionUpdate: "tool_call", status: "in_progress", ...call });
  }

  #tellOutput(toolCallId: string, result: unknown, status?: "failed" | "completed"): void {
    const content = [...(this.#diffs.get(toolCallId) ?? []), ...outputOf(result)];
    this.#update({ sessionUpdate: "tool_call_update", toolCallId, status, content });
  }

  #tellChunk(chunk: Extract<AgentSessionEvent, { type: "message_update" }>["assistantMessageEvent"]): void {
    if (chunk.type !== "text_delta" && chunk.type !== "thinking_delta") return;
    const sessionUpdate = chunk.type === "text_delta" ? "agent_message_chunk" : "agent_thought_chunk";
    this.#update({ sessionUpdate, content: { type: "text", text: chunk.delta } });
  }

  /** The protocol has no update for a retry: it is shown as a thought, with the figures in _meta. */
  #tellRetry({ attempt, maxAttempts, delayMs, errorMessage }: RetryEvent): void {
    const text = `The model failed (${errorMessage}); attempt ${attempt} of ${maxAttempts} follows in ${delayMs} ms.\n`;
    const retry = { attempt, maxAttempts, delayMs, errorMessage };
    const content = { type: "text" as const, text };
    this.#update({ sessionUpdate: "agent_thought_chunk", content, _meta: { retry } });
  }

  #tellUsage(): void {
    const context = this.#session.getContextUsage();
    if (!context || context.tokens === null) return;
    const amount = this.#session.getSessionStats().cost;
    const cost = { amount, currency: "USD" };
    this.#update({ sessionUpdate: "usage_update", used: context.tokens, size: context.contextWindow, cost });
  }
}

function isAssistant(message: Message): message is AssistantMessage {
  return message.role === "assistant";
}

function chosenModel(models: ModelRuntime) {
  const name = process.env.AGENTOS_PI_MODEL;
  return name ? modelNamed(models, name) : undefined;
}

/** @throws RpcError */
function modelNamed(models: ModelRuntime, name: string) {
  const slash = name.indexOf("/");
  const model = models.getModel(name.slice(0, slash), name.slice(slash + 1));
  if (!model) throw new RpcError(INTERNAL_ERROR, `"${name}" is not a model that Pi knows`);
  return model;
}

/** The description of the machine. */
function instructions(): string[] {
  const file = process.env.AGENTOS_INSTRUCTIONS_FILE;
  return file ? [readFileSync(file, "utf8")] : [];
}
