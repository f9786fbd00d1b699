// One session: its agent, its queue of prompts, and its agent's requests. At most one turn runs at a time.

import type { ContentBlock, PromptResponse, SessionUpdate, StopReason } from "@agentclientprotocol/sdk";
import { abortError, VmDisposedError } from "../errors.ts";
import type { AgentConnection } from "./agent/agent-connection.ts";
import type { AgentEnding } from "./agent/agent-process.ts";
import type { Elicitations } from "./client/elicitations.ts";
import type { PermissionBroker } from "./client/permission-broker.ts";
import type { PromptOptions } from "./prompt-options.ts";
import { AgentTimeoutError, SessionClosedError } from "./session-errors.ts";
import type { SessionRecord } from "./session-options.ts";
import type { EventLog } from "./store/event-log.ts";

/** How long an agent may take to exit by itself. */
const CLOSE_GRACE_MS = 1000;
/** How often the tools of a cancelled turn are killed again, until it has ended. */
const KILL_AGAIN_MS = 100;

/** How a turn ended. */
export interface PromptResult {
  /** ACP's answer, whose `stopReason` tells how the turn ended. */
  response: PromptResponse;
  /** What the agent said in this turn. */
  text: string;
}

/** "exited": the agent has ended and `resumeSession` starts it again. "closed": as `closeSession` leaves it. */
export type SessionState = "idle" | "running" | "exited" | "closed";

export interface SessionParts {
  record: SessionRecord;
  agentSessionId: string;
  agent: AgentConnection;
  log: EventLog;
  permissions: PermissionBroker;
  elicitations: Elicitations | undefined;
  cancelGraceMs: number;
  /** The text that the first prompt begins with. */
  preamble: string | undefined;
  /** Called when the agent ended without being asked to. */
  onExit: (ending: AgentEnding) => void;
}

interface Turn {
  /** The agent's processes at the beginning of the turn. */
  family: Promise<number[]>;
  text: string;
  /** Settles when the turn has ended, in whatever way. */
  ended: Promise<void>;
  cancelled: boolean;
}

export class Session {
  readonly record: SessionRecord;
  readonly #parts: SessionParts;
  #preamble: string | undefined;
  /** Settles when all turns that have been asked for have ended. */
  #last: Promise<void> | undefined;
  #turn: Turn | undefined;
  #ending: AgentEnding | undefined;
  /** Why the session accepts nothing more. */
  #closed: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.record = parts.record;
    this.#preamble = parts.preamble;
    void parts.agent.ended.then((ending) => this.#onEnd(ending));
  }

  get state(): SessionState {
    if (this.#closed) return "closed";
    if (this.#ending) return "exited";
    return this.#turn ? "running" : "idle";
  }

  /** Takes an update of the agent. Its text belongs to the current turn. */
  onUpdate(update: SessionUpdate): void {
    this.#parts.log.append({ type: "update", update });
    if (this.#turn && update.sessionUpdate === "agent_message_chunk" && update.content.type === "text") {
      this.#turn.text += update.content.text;
    }
    if (update.sessionUpdate === "current_mode_update" && this.record.modes) {
      this.record.modes = { ...this.record.modes, currentModeId: update.currentModeId };
    }
    if (update.sessionUpdate === "config_option_update") this.record.configOptions = update.configOptions;
  }

  /** Runs a turn after those of earlier prompts. If there are none, it has begun when this returns. */
  prompt(blocks: ContentBlock[], options: PromptOptions): Promise<PromptResult> {
    this.#check();
    const { signal } = options;
    const { promise, resolve, reject } = Promise.withResolvers<PromptResult>();
    const giveUp = () => reject(abortError(signal!));
    const run = async () => {
      signal?.removeEventListener("abort", giveUp);
      if (!signal?.aborted) await this.#run(blocks, options).then(resolve, reject);
    };
    if (signal?.aborted) giveUp();
    signal?.addEventListener("abort", giveUp);
    const turn = this.#last?.then(run) ?? run();
    this.#last = turn;
    void turn.then(() => {
      if (this.#last === turn) this.#last = undefined;
    });
    return promise;
  }

  /** @throws SessionClosedError, AgentExitError */
  #check(): void {
    if (this.#closed) throw this.#closed;
    if (this.#ending) throw this.#ending.error;
  }

  async #run(blocks: ContentBlock[], { timeoutMs, signal }: PromptOptions): Promise<PromptResult> {
    this.#check();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const turn: Turn = { family: this.#parts.agent.process.family(), text: "", ended, cancelled: false };
    this.#turn = turn;
    let timedOut = false;
    // If the agent has ended meanwhile, the turn has ended too.
    const cancel = () => void this.cancel().catch(() => {});
    const expire = () => {
      timedOut = true;
      cancel();
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
    signal?.addEventListener("abort", cancel);
    try {
      const response = await this.#ask(turn, blocks);
      if (this.#closed) throw this.#closed;
      if (timedOut) throw this.#timeout(timeoutMs!);
      return { response, text: turn.text };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      this.#turn = undefined;
      end();
    }
  }

  async #ask(turn: Turn, blocks: ContentBlock[]): Promise<PromptResponse> {
    const { agent, agentSessionId, log } = this.#parts;
    log.append({ type: "prompt", prompt: blocks });
    const preamble: ContentBlock[] = this.#preamble ? [{ type: "text", text: this.#preamble }] : [];
    this.#preamble = undefined;
    try {
      const response = await agent.prompt(agentSessionId, [...preamble, ...blocks]);
      return await this.#endTurn(turn, turn.cancelled ? { ...response, stopReason: "cancelled" } : response);
    } catch (error) {
      // A cancelled turn ends as cancelled, whatever it failed with, even if the agent had to be killed.
      if (turn.cancelled && !this.#closed) return this.#endTurn(turn, { stopReason: "cancelled" });
      const failure = this.#closed ?? (error as Error);
      log.append({ type: "turn_error", message: failure.message });
      throw failure;
    }
  }

  async #endTurn(turn: Turn, response: PromptResponse): Promise<PromptResponse> {
    const { log } = this.#parts;
    if (turn.cancelled) await this.#killTools(turn);
    this.#withdrawQuestions();
    log.append({ type: "turn_end", stopReason: response.stopReason as StopReason });
    await log.behind;
    return response;
  }

  #timeout(ms: number): AgentTimeoutError {
    return new AgentTimeoutError(`the turn took more than ${ms} ms and was cancelled`, {});
  }

  /** Cancels the current turn and kills the tools it started. Resolves when it has ended. */
  async cancel(): Promise<void> {
    this.#check();
    const turn = this.#turn;
    if (turn === undefined) return;
    if (turn.cancelled) return turn.ended;
    turn.cancelled = true;
    const { agent, agentSessionId, cancelGraceMs, record } = this.#parts;
    const timer = setTimeout(() => {
      const text = `the agent ${record.agentType} did not end its turn within ${cancelGraceMs} ms of being told to`;
      void agent.process.kill((ending) => new AgentTimeoutError(text, ending));
    }, cancelGraceMs);
    // An agent that does not even read this is killed when its time is up.
    void agent.cancel(agentSessionId).catch(() => {});
    this.#withdrawQuestions();
    // A tool that the agent was just starting when it was told must be killed too.
    const again = setInterval(() => void this.#killTools(turn).catch(() => {}), KILL_AGAIN_MS);
    try {
      await this.#killTools(turn);
      await turn.ended;
    } finally {
      clearInterval(again);
      clearTimeout(timer);
    }
  }

  async #killTools(turn: Turn): Promise<void> {
    const { agent } = this.#parts;
    await agent.terminals.killAll();
    await agent.process.killChildren(await turn.family);
  }

  /** Withdraws the agent's unanswered requests. */
  #withdrawQuestions(): void {
    this.#parts.permissions.cancelAll();
    this.#parts.elicitations?.cancelAll();
  }

  async setMode(modeId: string): Promise<void> {
    this.#check();
    await this.#parts.agent.setMode(this.#parts.agentSessionId, modeId);
    if (this.record.modes) this.record.modes = { ...this.record.modes, currentModeId: modeId };
  }

  async setModel(modelId: string): Promise<void> {
    this.#check();
    const { agent, agentSessionId } = this.#parts;
    const option = this.record.configOptions?.find(({ category }) => category === "model");
    if (option === undefined) return agent.setModel(agentSessionId, modelId);
    this.record.configOptions = await agent.setConfigOption(agentSessionId, option.id, modelId);
  }

  get permissions(): PermissionBroker {
    return this.#parts.permissions;
  }

  get log(): EventLog {
    return this.#parts.log;
  }

  #onEnd(ending: AgentEnding): void {
    this.#ending = ending;
    const { onExit, log } = this.#parts;
    this.#withdrawQuestions();
    if (this.#closed || ending.error instanceof VmDisposedError) return;
    const { exitCode, signal, error } = ending;
    log.append({ type: "agent_exit", exitCode, signal, message: error.message });
    onExit(ending);
  }

  /** Ends the agent; waiting prompts fail with SessionClosedError. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    if (this.#closed) return;
    this.#closed = new SessionClosedError(this.record.sessionId);
    const { agent, agentSessionId } = this.#parts;
    this.#withdrawQuestions();
    if (this.#ending) return;
    if (this.#turn) void agent.cancel(agentSessionId).catch(() => {});
    else if (this.record.capabilities.sessionCapabilities?.close) {
      await agent.closeSession(agentSessionId, CLOSE_GRACE_MS);
    }
    await agent.stop(this.#turn ? 0 : CLOSE_GRACE_MS);
  }

  /** Events can no longer be recorded: kills the agent; waiting prompts fail with the error. */
  async fail(error: Error): Promise<void> {
    this.#closed ??= error;
    await this.#parts.agent.process.kill();
  }

  /** The VM is being disposed: the agent cannot be told any more. */
  abandon(error: Error): void {
    this.#closed ??= error;
    this.#withdrawQuestions();
  }
}
