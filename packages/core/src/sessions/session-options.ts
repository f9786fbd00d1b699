// The options of `AgentOs.create()` and `createSession` that concern sessions.

import type {
  AgentCapabilities,
  Implementation,
  McpServer,
  SessionConfigOption,
  SessionModeState,
} from "@agentclientprotocol/sdk";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { type LlmOption, llmSchema } from "../llm/llm-option.ts";
import { absolutePath, environment, milliseconds } from "../option-schemas.ts";
import type { ElicitationHandler } from "./client/elicitations.ts";
import type { PermissionHandler } from "./client/permission-broker.ts";
import type { SessionEvent } from "./store/session-events.ts";
import type { SessionStore } from "./store/session-store.ts";

/** The end of an agent that nobody had closed. */
export interface AgentExit {
  /** The session whose agent has ended. */
  sessionId: string;
  /** The type of the agent. */
  agentType: string;
  /** null if a signal ended the agent. */
  exitCode: number | null;
  /** "SIGKILL"; null if the agent exited. */
  signal: string | null;
  /** AgentExitError, AgentProtocolError, AgentTimeoutError … */
  error: Error;
}

/** What an agent has written to its standard error. */
export interface AgentStderr {
  /** The session whose agent wrote it. */
  sessionId: string;
  /** The type of the agent. */
  agentType: string;
  /** The text, as it came. */
  data: string;
}

/** The part of the options that is about agents. */
export interface SessionsOptions {
  /** Text for every agent, in addition to the description of the machine. */
  additionalInstructions?: string;
  /** Where sessions and transcripts are kept. @default the app's memory */
  sessionStore?: SessionStore;
  /** A language model for agents, with a key that never enters the VM. */
  llm?: LlmOption;
  /** Called with every event of every session, in order within each session. */
  onSessionEvent?: (event: SessionEvent) => void;
  /** Decides permission requests. Without it, and without a listener that could answer, they are refused. */
  onPermissionRequest?: PermissionHandler;
  /** Answers what agents ask their user for. Without it, agents are told that there is nobody to ask. */
  onElicitation?: ElicitationHandler;
  /** Called with what agents write to their standard error. */
  onAgentStderr?: (output: AgentStderr) => void;
  /** Called when an agent ends that nobody has closed. */
  onAgentExit?: (exit: AgentExit) => void;
}

/** How `createSession` starts an agent. */
export interface CreateSessionOptions {
  /** @default the VM's `cwd` */
  cwd?: string;
  /** Added to the agent's environment: keys, a model's name … */
  env?: Readonly<Record<string, string>>;
  /** The method by which to authenticate before the session is opened, one of those that the agent names. */
  authMethod?: string;
  /** Passed to the agent, which starts them in the VM. */
  mcpServers?: readonly McpServer[];
  /** Text in addition to the description of the machine. */
  additionalInstructions?: string;
  /** Does not tell the agent anything about its machine. */
  skipOsInstructions?: boolean;
  /** How long the agent may take to get ready. @default 60 000 */
  startTimeoutMs?: number;
  /** How long a cancelled turn may go on before the agent is killed. @default 5000 */
  cancelGraceMs?: number;
  /** How many bytes the agent may send in one turn before it is killed. @default 64 MiB */
  maxTurnBytes?: number;
}

/** A session, and what its agent has said about itself. */
export interface SessionRecord {
  /** What calls that take a session go by. */
  sessionId: string;
  /** The type that the session was created with. */
  agentType: string;
  /** What the agent says it is capable of. */
  capabilities: AgentCapabilities;
  /** Name and version, if the agent tells them. */
  agentInfo: Implementation | null;
  /** The directory that the agent works in. */
  cwd: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** The modes that the agent offers, and the current one. */
  modes?: SessionModeState | null;
  /** What can be chosen, such as the model, and what is. */
  configOptions?: SessionConfigOption[] | null;
}

/** Calls that take a session accept its record or its id. */
export type SessionRef = string | Pick<SessionRecord, "sessionId">;

/** @throws ConfigError it is neither a record nor an id */
export function sessionIdOf(session: SessionRef): string {
  const id: unknown =
    typeof session === "string" ? session : (session as { sessionId?: unknown } | null)?.sessionId;
  if (typeof id === "string") return id;
  throw new ConfigError("session", "the session must be what createSession gave, or its sessionId");
}

function callback<F>() {
  return z.custom<F>((value) => typeof value === "function", "must be a function").optional();
}

const STORE_METHODS = [
  "putSession",
  "getSession",
  "listSessions",
  "deleteSession",
  "appendEvent",
  "getEvents",
  "lastSeq",
] as const satisfies readonly (keyof SessionStore)[];

const sessionStore = z.custom<SessionStore>(
  (value) =>
    STORE_METHODS.every((name) => typeof (value as Partial<SessionStore> | null)?.[name] === "function"),
  `must have the methods ${STORE_METHODS.join(", ")}`,
);

export const sessionsShape = {
  additionalInstructions: z.string().optional(),
  sessionStore: sessionStore.optional(),
  llm: llmSchema.optional(),
  onSessionEvent: callback<SessionsOptions["onSessionEvent"]>(),
  onPermissionRequest: callback<SessionsOptions["onPermissionRequest"]>(),
  onElicitation: callback<SessionsOptions["onElicitation"]>(),
  onAgentStderr: callback<SessionsOptions["onAgentStderr"]>(),
  onAgentExit: callback<SessionsOptions["onAgentExit"]>(),
} satisfies Record<keyof SessionsOptions, z.ZodType>;

const mcpServer = z.custom<McpServer>(
  (value) => typeof (value as Partial<McpServer> | null)?.name === "string",
  "must be an MCP server as ACP describes it: { name, command, args, env } or { type, name, url, headers }",
);
export const createSessionSchema = z.strictObject({
  cwd: absolutePath.optional(),
  env: environment.optional(),
  authMethod: z.string().min(1).optional(),
  mcpServers: z.array(mcpServer).optional(),
  additionalInstructions: z.string().optional(),
  skipOsInstructions: z.boolean().optional(),
  startTimeoutMs: milliseconds.optional(),
  cancelGraceMs: milliseconds.optional(),
  maxTurnBytes: z.number().int().positive().optional(),
} satisfies Record<keyof CreateSessionOptions, z.ZodType>);
