// The sessions of one VM: those whose agents run, and those that are only stored.

import { randomUUID } from "node:crypto";
import type { ContentBlock } from "@agentclientprotocol/sdk";
import type { MaybePromise } from "@agentos/kernel/abi";
import type { Software } from "@agentos/kernel/program";
import { z } from "zod";
import { VmDisposedError } from "../errors.ts";
import { LlmGateway } from "../llm/gateway.ts";
import { parseOptions, requireFunction } from "../options-check.ts";
import type { Subscription } from "../processes.ts";
import { findUser } from "../vm/users.ts";
import type { VmLink } from "../vm-link.ts";
import { type AgentInfo, Agents } from "./agent/agents.ts";
import { type LaunchedAgent, SessionLauncher } from "./agent/session-launcher.ts";
import { StartingSession } from "./agent/starting-session.ts";
import { Elicitations } from "./client/elicitations.ts";
import { openPermissions } from "./client/open-permissions.ts";
import type { PermissionHandler, PermissionReply } from "./client/permission-broker.ts";
import { type PromptOptions, promptBlocks, promptOptions } from "./prompt-options.ts";
import { type PromptResult, Session, type SessionState } from "./session.ts";
import { SessionClosedError, UnknownSessionError } from "./session-errors.ts";
import { SessionListeners } from "./session-listeners.ts";
import {
  type CreateSessionOptions,
  createSessionSchema,
  type SessionRecord,
  type SessionRef,
  type SessionsOptions,
  sessionIdOf,
} from "./session-options.ts";
import { EventLog } from "./store/event-log.ts";
import { MemorySessionStore } from "./store/memory-session-store.ts";
import type { SessionEvent } from "./store/session-events.ts";
import type { SessionStore, StoredSession } from "./store/session-store.ts";
import { storedEvents } from "./store/stored-events.ts";
import { transcriptText } from "./store/transcript-text.ts";

const CANCEL_GRACE_MS = 5000;
const PAGE = 1000;

/** A session as `listSessions` shows it. */
export interface SessionInfo extends SessionRecord {
  /** What its agent is doing. */
  state: SessionState;
}

/** Which events `getSessionEvents` returns. */
export interface EventPage {
  /** Only events after this sequence number. @default 0 */
  after?: number;
  /** The most events to return. @default 1000 */
  limit?: number;
}

const eventPageSchema = z.strictObject({
  after: z.number().int().nonnegative().optional(),
  limit: z.number().int().nonnegative().optional(),
} satisfies Record<keyof EventPage, z.ZodType>);

export interface SessionsParts {
  vm: VmLink;
  software: readonly Software[];
  /** The directory of agents that are not given one. @default the user's home */
  cwd?: string;
  /** @default "user" */
  user?: string;
  /** The description of the machine that agents get. */
  instructions: string;
  /** The pids of agents, kept up to date here, with their sessions. */
  agentPids?: Map<number, string>;
  options: SessionsOptions;
}

export class Sessions {
  readonly #agents: Agents;
  readonly #parts: SessionsParts;
  readonly #store: SessionStore;
  readonly #gateway: LlmGateway | undefined;
  readonly #launcher: SessionLauncher;
  readonly #listeners: SessionListeners;
  readonly #live = new Map<string, Session>();
  /** Logs of sessions that were live: a model's answer that comes after the agent's end is still recorded. */
  readonly #logs = new Map<string, EventLog>();
  /** Options of sessions, for their environments: no store keeps those. */
  readonly #started = new Map<string, CreateSessionOptions>();
  /** Sessions whose agents are being restarted. */
  readonly #resuming = new Map<string, Promise<Session>>();
  /** Sessions whose agents are being ended. */
  readonly #closing = new Map<string, Promise<void>>();
  #disposed = false;

  constructor(parts: SessionsParts) {
    const { vm, software, instructions, options } = parts;
    this.#agents = new Agents(software);
    this.#parts = parts;
    this.#store = options.sessionStore ?? new MemorySessionStore();
    this.#listeners = new SessionListeners(options);
    this.#gateway =
      options.llm &&
      new LlmGateway(vm, options.llm, (sessionId, usage) => {
        this.#logs.get(sessionId)?.append({ type: "usage", ...usage });
      });
    this.#launcher = new SessionLauncher({ vm, instructions, gateway: this.#gateway });
  }

  listAgents(): AgentInfo[] {
    return this.#agents.list();
  }

  async create(agentType: string, options: CreateSessionOptions = {}): Promise<SessionRecord> {
    const checked = parseOptions(createSessionSchema, options, "createSession") as CreateSessionOptions;
    this.#agents.get(agentType);
    const sessionId = randomUUID();
    const { cwd = await this.#home(), mcpServers = [], additionalInstructions, skipOsInstructions } = checked;
    const stored: StoredSession = {
      sessionId,
      agentType,
      agentSessionId: "",
      cwd,
      mcpServers: [...mcpServers],
      capabilities: {},
      agentInfo: null,
      additionalInstructions,
      skipOsInstructions,
      createdAt: Date.now(),
      closed: false,
    };
    return (await this.#start(stored, checked)).record;
  }

  async #home(): Promise<string> {
    const { vm, cwd, user = "user" } = this.#parts;
    if (cwd !== undefined) return cwd;
    const path = "/etc/passwd";
    const passwd = await vm.call({ syscall: "open", path }, "readFile", [path]);
    return findUser(new TextDecoder().decode(passwd as Uint8Array), user).home;
  }

  /** Starts or restarts the session's agent. */
  async #start(stored: StoredSession, options: CreateSessionOptions, again = false): Promise<Session> {
    if (this.#disposed) throw new VmDisposedError();
    const { sessionId, agentType, cwd } = stored;
    const agent = this.#agents.get(agentType);
    const log = await this.#openLog(sessionId);
    const permissions = openPermissions(sessionId, log, this.#listeners);
    const { onElicitation } = this.#parts.options;
    const elicitations = onElicitation && new Elicitations(sessionId, onElicitation, log);
    const starting = new StartingSession(again);
    const launched = await this.#launcher.launch(
      {
        sessionId,
        agent,
        cwd,
        options,
        handlers: {
          onUpdate: (update) => starting.onUpdate(update),
          onPermission: async (request) => {
            await starting.completed;
            return permissions.ask(request);
          },
          onElicitation: elicitations && ((request) => elicitations.ask(request)),
          onStderr: (data) => this.#listeners.stderr({ sessionId, agentType, data }),
          onProcess: (pid, ended) => this.#rememberAgent(sessionId, pid, ended),
          pace: () => log.behind,
        },
      },
      again ? { agentSessionId: stored.agentSessionId } : undefined,
    );
    starting.agreed();
    const { agentSessionId, connection, state } = launched;
    const resumed = again ? await this.#recall(sessionId, launched) : undefined;
    const started = await this.#keep(stored, launched);
    const session = new Session({
      record: { ...recordOf(started), modes: state.modes, configOptions: state.configOptions },
      agentSessionId,
      agent: connection,
      log,
      permissions,
      elicitations,
      cancelGraceMs: options.cancelGraceMs ?? CANCEL_GRACE_MS,
      preamble: [launched.preamble, resumed].filter(Boolean).join("\n") || undefined,
      onExit: ({ exitCode, signal, error }) =>
        this.#listeners.exit({ sessionId, agentType, exitCode, signal, error }),
    });
    this.#live.set(sessionId, session);
    this.#started.set(sessionId, options);
    log.begin();
    if (again) log.append({ type: "resumed", by: launched.restored ?? "transcript" });
    starting.complete(session);
    return session;
  }

  #rememberAgent(sessionId: string, pid: number, ended: Promise<unknown>): void {
    const { agentPids } = this.#parts;
    agentPids?.set(pid, sessionId);
    void ended.then(() => agentPids?.delete(pid));
  }

  /** Stores what the agent said about itself. If the session cannot be stored, the agent is ended. */
  async #keep(stored: StoredSession, launched: LaunchedAgent): Promise<StoredSession> {
    const { initialized, agentSessionId, connection } = launched;
    const capabilities = initialized.agentCapabilities ?? {};
    const agentInfo = initialized.agentInfo ?? null;
    const started = { ...stored, agentSessionId, capabilities, agentInfo, closed: false };
    try {
      await this.#store.putSession(started);
      if (this.#disposed) throw new VmDisposedError();
      return started;
    } catch (error) {
      await connection.process.kill();
      throw error;
    }
  }

  async #openLog(sessionId: string): Promise<EventLog> {
    const log = new EventLog({
      sessionId,
      store: this.#store,
      lastSeq: await this.#store.lastSeq(sessionId),
      deliver: (event) => this.#listeners.event(event),
      // Nothing may happen that cannot be recorded.
      onFailure: (error) => void this.#live.get(sessionId)?.fail(error as Error),
    });
    this.#logs.set(sessionId, log);
    return log;
  }

  /** The transcript as text, for an agent that does not remember its session. */
  async #recall(sessionId: string, { restored }: LaunchedAgent): Promise<string | undefined> {
    if (restored) return undefined;
    const events: SessionEvent[] = [];
    for await (const event of storedEvents(this.#store, sessionId)) events.push(event);
    return events.length > 0 ? transcriptText(events) : undefined;
  }

  /** Tokens that the session used in another VM count in this one too. */
  async #countTokens(sessionId: string): Promise<void> {
    if (!this.#gateway?.needsHistory(sessionId)) return;
    let used = 0;
    for await (const event of storedEvents(this.#store, sessionId)) {
      if (event.type === "usage") used += event.totalTokens;
    }
    this.#gateway.setUsed(sessionId, used);
  }

  /** @throws UnknownSessionError, SessionClosedError, VmDisposedError */
  async #get(ref: SessionRef): Promise<Session> {
    if (this.#disposed) throw new VmDisposedError();
    const sessionId = sessionIdOf(ref);
    const session = this.#live.get(sessionId);
    if (session) return session;
    await this.#stored(sessionId);
    throw new SessionClosedError(sessionId);
  }

  async #stored(sessionId: string): Promise<StoredSession> {
    const stored = await this.#store.getSession(sessionId);
    if (stored === undefined) throw new UnknownSessionError(sessionId);
    return stored;
  }

  async prompt(
    ref: SessionRef,
    input: string | readonly ContentBlock[],
    options: PromptOptions = {},
  ): Promise<PromptResult> {
    const blocks = promptBlocks(input);
    const checked = promptOptions(options);
    return (await this.#get(ref)).prompt(blocks, checked);
  }

  async cancel(ref: SessionRef): Promise<void> {
    await (await this.#get(ref)).cancel();
  }

  async respondPermission(ref: SessionRef, permissionId: string, reply: PermissionReply): Promise<void> {
    (await this.#get(ref)).permissions.reply(permissionId, reply);
  }

  async setMode(ref: SessionRef, modeId: string): Promise<void> {
    await (await this.#get(ref)).setMode(modeId);
  }

  async setModel(ref: SessionRef, modelId: string): Promise<void> {
    await (await this.#get(ref)).setModel(modelId);
  }

  /** @param sessionId undefined means all sessions */
  onEvent(sessionId: string | undefined, listener: (event: SessionEvent) => void): Subscription {
    requireFunction(listener, "listener", "onSessionEvent");
    return this.#listeners.addEventListener(sessionId, listener);
  }

  /** @param sessionId undefined means all sessions */
  onPermission(sessionId: string | undefined, handler: PermissionHandler): Subscription {
    requireFunction(handler, "handler", "onPermissionRequest");
    return this.#listeners.addPermissionHandler(sessionId, handler);
  }

  async list(): Promise<SessionInfo[]> {
    const stored = await this.#store.listSessions();
    return stored.map((session) => {
      const live = this.#live.get(session.sessionId);
      if (live) return { ...live.record, state: live.state };
      return { ...recordOf(session), state: "closed" };
    });
  }

  async events(ref: SessionRef, page: EventPage = {}): Promise<SessionEvent[]> {
    const sessionId = sessionIdOf(ref);
    const { after = 0, limit = PAGE } = parseOptions(eventPageSchema, page, "getSessionEvents");
    await this.#stored(sessionId);
    return this.#store.getEvents(sessionId, after, limit);
  }

  /** Does nothing to a session whose agent runs. */
  async resume(ref: SessionRef, options: CreateSessionOptions = {}): Promise<SessionRecord> {
    if (this.#disposed) throw new VmDisposedError();
    const sessionId = sessionIdOf(ref);
    const checked = parseOptions(createSessionSchema, options, "resumeSession") as CreateSessionOptions;
    await this.#closing.get(sessionId);
    const live = this.#live.get(sessionId);
    if (live && (live.state === "idle" || live.state === "running")) return live.record;
    const under = this.#resuming.get(sessionId) ?? this.#restart(sessionId, checked);
    this.#resuming.set(sessionId, under);
    try {
      return (await under).record;
    } finally {
      this.#resuming.delete(sessionId);
    }
  }

  async #restart(sessionId: string, options: CreateSessionOptions): Promise<Session> {
    const stored = await this.#stored(sessionId);
    await this.#countTokens(sessionId);
    const { mcpServers, additionalInstructions, skipOsInstructions } = stored;
    return this.#start(
      { ...stored, cwd: options.cwd ?? stored.cwd },
      { mcpServers, additionalInstructions, skipOsInstructions, ...this.#started.get(sessionId), ...options },
      true,
    );
  }

  /** Ends the agent. The transcript is kept. */
  async close(ref: SessionRef): Promise<void> {
    if (this.#disposed) return;
    const sessionId = sessionIdOf(ref);
    const stored = await this.#stored(sessionId);
    const session = this.#live.get(sessionId);
    if (session === undefined) return;
    const closing = this.#closing.get(sessionId) ?? this.#end(session, stored);
    this.#closing.set(sessionId, closing);
    await closing.finally(() => this.#closing.delete(sessionId));
  }

  async #end(session: Session, stored: StoredSession): Promise<void> {
    const { sessionId } = stored;
    await session.close();
    this.#live.delete(sessionId);
    this.#gateway?.forget(sessionId);
    await this.#store.putSession({ ...((await this.#store.getSession(sessionId)) ?? stored), closed: true });
  }

  /** Ends the agent and deletes the session. */
  async destroy(ref: SessionRef): Promise<void> {
    const sessionId = sessionIdOf(ref);
    await this.close(sessionId);
    await this.#launcher.forget(sessionId);
    this.#started.delete(sessionId);
    this.#logs.delete(sessionId);
    await this.#store.deleteSession(sessionId);
  }

  /** The VM is being disposed. */
  dispose(): MaybePromise<void> {
    this.#disposed = true;
    for (const session of this.#live.values()) session.abandon(new VmDisposedError());
    this.#live.clear();
    return this.#gateway?.dispose();
  }
}

function recordOf(stored: StoredSession): SessionRecord {
  const { sessionId, agentType, capabilities, agentInfo, cwd, createdAt } = stored;
  return { sessionId, agentType, capabilities, agentInfo, cwd, createdAt };
}
