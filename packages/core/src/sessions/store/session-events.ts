// The transcript of a session: what its agent said, in the shapes of ACP, and what happened around it.

import type {
  ContentBlock,
  CreateElicitationRequest,
  PermissionOption,
  RequestPermissionOutcome,
  SessionUpdate,
  StopReason,
  ToolCallUpdate,
} from "@agentclientprotocol/sdk";

/** The tokens of one request to the model, as counted by the provider. */
export interface TokenUsage {
  /** Tokens of the request. */
  inputTokens: number;
  /** Tokens of the answer. */
  outputTokens: number;
  /** Tokens read from the provider's prompt cache; not included in any other number. */
  cacheReadTokens: number;
  /** Tokens added to the provider's prompt cache. */
  cacheWriteTokens: number;
}

/** What happens in a session; `type` tells which. */
export type SessionEventData =
  /** A prompt was given to the agent. */
  | { type: "prompt"; prompt: ContentBlock[] }
  /** A session/update of ACP, as it came. */
  | { type: "update"; update: SessionUpdate }
  /** The agent asks for leave to do something. */
  | {
      type: "permission_request";
      permissionId: string;
      toolCall: ToolCallUpdate;
      options: PermissionOption[];
    }
  /** The request has been answered, or taken back. */
  | { type: "permission_reply"; permissionId: string; outcome: RequestPermissionOutcome }
  /** The agent asked its user for something. The answer is not recorded. */
  | { type: "elicitation_request"; elicitationId: string; request: CreateElicitationRequest }
  /** The user has answered, or declined. */
  | { type: "elicitation_reply"; elicitationId: string; action: string }
  /** The turn ended; ACP's `stopReason` tells how. */
  | { type: "turn_end"; stopReason: StopReason }
  /** The turn ended because something failed. */
  | { type: "turn_error"; message: string }
  /** The gateway made a request to the model on behalf of this session. */
  | ({ type: "usage"; provider: string; model: string; status: number; totalTokens: number } & TokenUsage)
  /** The agent's process ended though nobody had closed it. */
  | { type: "agent_exit"; exitCode: number | null; signal: string | null; message: string }
  /** The agent was restarted. "transcript": it did not remember the session and was told what had happened. */
  | { type: "resumed"; by: "load" | "resume" | "transcript" };

/** What has happened in a session, where in its order, and when. */
export type SessionEvent = SessionEventData & {
  /** The session in which it happened. */
  sessionId: string;
  /** Consecutive; the first event of a session has 1. */
  seq: number;
  /** Milliseconds since the epoch. */
  time: number;
};
