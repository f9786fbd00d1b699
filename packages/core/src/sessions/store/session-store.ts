// Where sessions and their transcripts are kept.

import type { AgentCapabilities, Implementation, McpServer } from "@agentclientprotocol/sdk";
import type { MaybePromise } from "@agentos/kernel/abi";
import type { SessionEvent } from "./session-events.ts";

/** What is needed to list a session and to resume it. Its environment, which may hold secrets, is not. */
export interface StoredSession {
  sessionId: string;
  agentType: string;
  /** The agent's own name of the session. */
  agentSessionId: string;
  cwd: string;
  mcpServers: McpServer[];
  capabilities: AgentCapabilities;
  agentInfo: Implementation | null;
  additionalInstructions?: string;
  skipOsInstructions?: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  closed: boolean;
}

/** An event is stored before anybody is told of it. */
export interface SessionStore {
  putSession(session: StoredSession): MaybePromise<void>;
  getSession(sessionId: string): MaybePromise<StoredSession | undefined>;
  /** Oldest first. */
  listSessions(): MaybePromise<StoredSession[]>;
  /** With all its events. */
  deleteSession(sessionId: string): MaybePromise<void>;
  /** @throws SessionConflictError there is an event of this number · UnknownSessionError the session was deleted */
  appendEvent(event: SessionEvent): MaybePromise<void>;
  /** In order, those with a sequence number over `after`, `limit` at most. */
  getEvents(sessionId: string, after: number, limit: number): MaybePromise<SessionEvent[]>;
  /** The sequence number of the last event; 0 if there is none. */
  lastSeq(sessionId: string): MaybePromise<number>;
}
