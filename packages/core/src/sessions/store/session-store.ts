// Where sessions and their transcripts are kept.

import type { AgentCapabilities, Implementation, McpServer } from "@agentclientprotocol/sdk";
import type { MaybePromise } from "@agentos/kernel/abi";
import type { SessionEvent } from "./session-events.ts";

/** What it takes to list and resume a session. The environment is not kept, as it may hold secrets. */
export interface StoredSession {
  sessionId: string;
  agentType: string;
  /** The id that the agent itself gave to the session. */
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

/** Stores sessions and their events. An event is stored before anybody is told of it. */
export interface SessionStore {
  putSession(session: StoredSession): MaybePromise<void>;
  getSession(sessionId: string): MaybePromise<StoredSession | undefined>;
  /** Oldest first. */
  listSessions(): MaybePromise<StoredSession[]>;
  /** Deletes the session and its events. */
  deleteSession(sessionId: string): MaybePromise<void>;
  /** @throws SessionConflictError the number is taken · UnknownSessionError the session was deleted */
  appendEvent(event: SessionEvent): MaybePromise<void>;
  /** In order: the first `limit` events with sequence numbers above `after`. */
  getEvents(sessionId: string, after: number, limit: number): MaybePromise<SessionEvent[]>;
  /** The sequence number of the last event; 0 if there is none. */
  lastSeq(sessionId: string): MaybePromise<number>;
}
