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
  inputTokens: number;
  outputTokens: number;
  /** Tokens read from the provider's prompt cache; not included in any other number. */
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

export type SessionEventData =
  /** A prompt was given to the agent. */
  | { type: "prompt"; prompt: ContentBlock[] }
  /** A session/update of ACP, as it came. */
  | { type: "update"; update: SessionUpdate }
  | {
      type: "permission_request";
      permissionId: string;
      toolCall: ToolCallUpdate;
      options: PermissionOption[];
    }
  | { type: "permission_reply"; permissionId: string; outcome: RequestPermissionOutcome }
  /** The agent asked its user for something. The answer is not recorded. */
  | { type: "elicitation_request"; elicitationId: string; request: CreateElicitationRequest }
  | { type: "elicitation_reply"; elicitationId: string; action: string }
  | { type: "turn_end"; stopReason: StopReason }
  /** The turn ended because something failed. */
  | { type: "turn_error"; message: string }
  /** The gateway made a request to the model on behalf of this session. */
  | ({ type: "usage"; provider: string; model: string; status: number; totalTokens: number } & TokenUsage)
  | { type: "agent_exit"; exitCode: number | null; signal: string | null; message: string }
  /** The agent was restarted. "transcript": it did not remember the session and was told what had happened. */
  | { type: "resumed"; by: "load" | "resume" | "transcript" };

export type SessionEvent = SessionEventData & {
  sessionId: string;
  /** Consecutive; the first event of a session has 1. */
  seq: number;
  /** Milliseconds since the epoch. */
  time: number;
};
