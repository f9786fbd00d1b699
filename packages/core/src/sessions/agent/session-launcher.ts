// Starts the agent of a session and opens or resumes the agent's own session.

import type { InitializeResponse, NewSessionRequest, NewSessionResponse } from "@agentclientprotocol/sdk";
import type { SoftwareAgent } from "@agentos/kernel/program";
import type { LlmGateway } from "../../llm/gateway.ts";
import type { VmLink } from "../../vm-link.ts";
import { INSTRUCTIONS_FILE, type Injection, injectInstructions, NO_INJECTION } from "../instructions.ts";
import { AgentProtocolError, AgentRequestError, AgentStartError } from "../session-errors.ts";
import type { CreateSessionOptions } from "../session-options.ts";
import type { AgentConnection, AgentConnectionOptions } from "./agent-connection.ts";

const START_TIMEOUT_MS = 60_000;
const MAX_TURN_BYTES = 64 * 1024 * 1024;
/** The version of the Agent Client Protocol, written out so that its library need not be loaded for it. */
const PROTOCOL_VERSION: typeof import("@agentclientprotocol/sdk").PROTOCOL_VERSION = 1;
/** The error code with which an ACP agent asks for authentication. */
const AUTH_REQUIRED = -32000;
const UNSTARTABLE: readonly unknown[] = ["ENOENT", "ENOTDIR", "EACCES", "ENOEXEC"];
const SESSION_FILES = "/run/agentos/sessions";

export interface SessionLaunch {
  sessionId: string;
  agent: SoftwareAgent;
  cwd: string;
  options: CreateSessionOptions;
  handlers: Pick<
    AgentConnectionOptions,
    "onUpdate" | "onPermission" | "onElicitation" | "onStderr" | "onProcess" | "pace"
  >;
}

/** A session that the agent may still remember. */
export interface OldSession {
  agentSessionId: string;
}

export interface LaunchedAgent {
  connection: AgentConnection;
  initialized: InitializeResponse;
  agentSessionId: string;
  state: Pick<NewSessionResponse, "modes" | "configOptions">;
  preamble: string | undefined;
  /** How an old session was resumed; undefined for a new one. */
  restored: "load" | "resume" | undefined;
}

export interface LauncherOptions {
  vm: VmLink;
  /** The text that describes the machine. */
  instructions: string;
  gateway: LlmGateway | undefined;
}

export class SessionLauncher {
  readonly #options: LauncherOptions;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /** @throws AgentStartError, AgentExitError, AgentTimeoutError, AgentRequestError */
  async launch(launch: SessionLaunch, old?: OldSession): Promise<LaunchedAgent> {
    const injection = await this.#injection(launch);
    const connection = await this.#open(launch, injection);
    try {
      const timeoutMs = launch.options.startTimeoutMs ?? START_TIMEOUT_MS;
      const initialized = await connection.initialize(timeoutMs);
      checkVersion(launch.agent.type, initialized);
      const { authMethod } = launch.options;
      if (authMethod) await connection.authenticate(authMethod, timeoutMs);
      const request: NewSessionRequest = {
        cwd: launch.cwd,
        mcpServers: [...(launch.options.mcpServers ?? [])],
        _meta: injection.meta,
      };
      const restored = old && (await restore(connection, initialized, old, request, timeoutMs));
      const state = restored?.state ?? (await newSession(connection, initialized, request, timeoutMs));
      return {
        connection,
        initialized,
        agentSessionId: restored ? old.agentSessionId : (state as NewSessionResponse).sessionId,
        state,
        preamble: restored ? undefined : injection.preamble,
        restored: restored?.by,
      };
    } catch (error) {
      await connection.process.kill();
      throw error;
    }
  }

  async #open(
    { sessionId, agent, cwd, options, handlers }: SessionLaunch,
    injection: Injection,
  ): Promise<AgentConnection> {
    const { vm, gateway } = this.#options;
    const env = {
      ...agent.env,
      ...(await gateway?.environment(sessionId)),
      ...injection.env,
      ...options.env,
      AGENTOS_SESSION_ID: sessionId,
    };
    // The protocol's library is slow to load: apps without agents never load it.
    const { AgentConnection } = await import("./agent-connection.ts");
    const argv = [agent.command, ...(agent.args ?? []), ...injection.args];
    try {
      return await AgentConnection.open({
        vm,
        name: agent.type,
        launch: { file: agent.command, argv, cwd, env },
        maxTurnBytes: options.maxTurnBytes ?? MAX_TURN_BYTES,
        ...handlers,
      });
    } catch (error) {
      const { code, message } = error as { code?: unknown; message: string };
      if (!UNSTARTABLE.includes(code)) throw error;
      const text = `the agent ${agent.type} cannot be started: ${message} (is its command installed, is ${cwd} a directory?)`;
      throw new AgentStartError(text, { cause: error });
    }
  }

  /** If a session adds to the machine's description, its text goes into a file of its own. */
  async #injection({ sessionId, agent, options }: SessionLaunch): Promise<Injection> {
    if (options.skipOsInstructions) return NO_INJECTION;
    const { additionalInstructions: more } = options;
    const text = more ? `${this.#options.instructions}\n${more.trim()}\n` : this.#options.instructions;
    const file = more ? `${SESSION_FILES}/${sessionId}.md` : INSTRUCTIONS_FILE;
    if (more) await this.#write(file, text);
    return injectInstructions(agent.instructions ?? "file", file, text);
  }

  async #write(path: string, text: string): Promise<void> {
    const { vm } = this.#options;
    await vm.call({ syscall: "mkdir", path: SESSION_FILES }, "mkdir", [SESSION_FILES, true]);
    const data = new TextEncoder().encode(text);
    await vm.call({ syscall: "open", path }, "writeFile", [{ path, data }]);
  }

  /** Removes the session's files from the VM. */
  async forget(sessionId: string): Promise<void> {
    const path = `${SESSION_FILES}/${sessionId}.md`;
    await this.#options.vm.call({ syscall: "unlink", path }, "delete", [path, false]).catch(() => {});
  }
}

/** @throws AgentProtocolError */
function checkVersion(agentType: string, { protocolVersion }: InitializeResponse): void {
  if (protocolVersion === PROTOCOL_VERSION) return;
  const text = `the agent ${agentType} speaks version ${protocolVersion} of the protocol, not ${PROTOCOL_VERSION}`;
  throw new AgentProtocolError(text, {});
}

/** Opens a session; an agent that requires authentication is authenticated first. */
async function newSession(
  connection: AgentConnection,
  { authMethods = [] }: InitializeResponse,
  request: NewSessionRequest,
  timeoutMs: number,
): Promise<NewSessionResponse> {
  try {
    return await connection.newSession(request, timeoutMs);
  } catch (error) {
    const isRefused = error instanceof AgentRequestError && error.rpcCode === AUTH_REQUIRED;
    if (!isRefused || authMethods.length === 0) throw error;
    const ways = authMethods.map(({ id, name }) => `"${id}" (${name})`).join(", ");
    const text = `${error.message}; createSession takes an authMethod: ${ways}`;
    throw new AgentRequestError(text, error.rpcCode, error.data);
  }
}

/** Resumes a session by the methods that the agent supports; undefined if it has none, or has forgotten the session. */
async function restore(
  connection: AgentConnection,
  { agentCapabilities = {} }: InitializeResponse,
  { agentSessionId }: OldSession,
  request: NewSessionRequest,
  timeoutMs: number,
) {
  const by = agentCapabilities.sessionCapabilities?.resume
    ? "resume"
    : agentCapabilities.loadSession
      ? "load"
      : undefined;
  if (by === undefined) return undefined;
  try {
    const method = by === "load" ? "session/load" : "session/resume";
    const state = await connection.restore(method, { ...request, sessionId: agentSessionId }, timeoutMs);
    return { by, state: (state ?? {}) as LaunchedAgent["state"] } as const;
  } catch (error) {
    if (error instanceof AgentRequestError) return undefined;
    throw error;
  }
}
