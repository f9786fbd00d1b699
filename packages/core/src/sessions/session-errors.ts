// What can go wrong with sessions and their agents. They differ by `code`.

/** No installed package brings an agent of this type. */
export class UnknownAgentError extends Error {
  override readonly name = "UnknownAgentError";
  readonly code = "ERR_AGENTOS_AGENT_UNKNOWN";
  /** The type that was asked for. */
  readonly agentType: string;
  /** The types that there are. */
  readonly installed: readonly string[];

  constructor(agentType: string, installed: readonly string[]) {
    const known = installed.length > 0 ? `installed: ${installed.join(", ")}` : "no agents are installed";
    super(`unknown agent type ${JSON.stringify(agentType)}; ${known}`);
    this.agentType = agentType;
    this.installed = installed;
  }
}

/** The agent's command could not be started. */
export class AgentStartError extends Error {
  override readonly name = "AgentStartError";
  readonly code = "ERR_AGENTOS_AGENT_START";
}

/** The agent's process has ended. The transcript is kept; `resumeSession` restarts the agent. */
export class AgentExitError extends Error {
  override readonly name: string = "AgentExitError";
  readonly code: string = "ERR_AGENTOS_AGENT_EXIT";
  /** null if a signal ended the agent. */
  readonly exitCode: number | null;
  /** "SIGKILL"; null if the agent exited. */
  readonly signal: string | null;
  /** The last part of what the agent wrote to standard error. */
  readonly stderr: string;

  constructor(
    message: string,
    ending: { exitCode?: number | null; signal?: string | null; stderr?: string },
  ) {
    const stderr = ending.stderr?.trim() ?? "";
    super(stderr ? `${message}; its last words: ${stderr}` : message);
    this.exitCode = ending.exitCode ?? null;
    this.signal = ending.signal ?? null;
    this.stderr = stderr;
  }
}

/** The agent broke the protocol, or sent more than is allowed in a turn, and was killed. */
export class AgentProtocolError extends AgentExitError {
  override readonly name = "AgentProtocolError";
  override readonly code = "ERR_AGENTOS_AGENT_PROTOCOL";
}

/** The agent did not answer in time, and was killed. */
export class AgentTimeoutError extends AgentExitError {
  override readonly name = "AgentTimeoutError";
  override readonly code = "ERR_AGENTOS_AGENT_TIMEOUT";
}

/** The agent answered a request with an error, whose message this is. */
export class AgentRequestError extends Error {
  override readonly name = "AgentRequestError";
  readonly code = "ERR_AGENTOS_AGENT_REQUEST";
  /** JSON-RPC's error code: -32000 asks for authentication. */
  readonly rpcCode: number;
  /** The `data` of the agent's JSON-RPC error. */
  readonly data: unknown;

  constructor(message: string, rpcCode: number, data: unknown) {
    super(message);
    this.rpcCode = rpcCode;
    this.data = data;
  }
}

/** There is no session with this id. */
export class UnknownSessionError extends Error {
  override readonly name = "UnknownSessionError";
  readonly code = "ERR_AGENTOS_SESSION_UNKNOWN";

  constructor(sessionId: string) {
    super(`there is no session ${JSON.stringify(sessionId)}`);
  }
}

/** Somebody else writes to the session's transcript: the agent of a session may run in only one VM at a time. */
export class SessionConflictError extends Error {
  override readonly name = "SessionConflictError";
  readonly code = "ERR_AGENTOS_SESSION_CONFLICT";

  constructor(sessionId: string, seq: number, init?: ErrorOptions) {
    super(
      `the session ${sessionId} has been resumed elsewhere: its event ${seq} is not this VM's; resumeSession takes it back`,
      init,
    );
  }
}

/** The session was closed before the call, or while it was pending. */
export class SessionClosedError extends Error {
  override readonly name = "SessionClosedError";
  readonly code = "ERR_AGENTOS_SESSION_CLOSED";

  constructor(sessionId: string) {
    super(`the session ${sessionId} is closed; resumeSession opens it again`);
  }
}

/** A reply to a permission request that does not exist, or is already answered. */
export class PermissionReplyError extends Error {
  override readonly name = "PermissionReplyError";
  readonly code = "ERR_AGENTOS_PERMISSION";
  /** The request is unknown, has been answered, or does not offer this option. */
  readonly reason: "unknown" | "answered" | "option";

  constructor(reason: "unknown" | "answered" | "option", message: string) {
    super(message);
    this.reason = reason;
  }
}
