// The transcript of a session: what its agent said in ACP's own shapes, and what happened around it.

import type {
  ContentBlock,
  CreateElicitationRequest,
  PermissionOption,
  RequestPermissionOutcome,
  SessionUpdate,
  StopReason,
  ToolCallUpdate,
} from "@agentclientprotocol/sdk";

/** Tokens of one request to the model, as the provider counted them. */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  /** Of the provider's prompt cache; part of no other number. */
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

export type SessionEventData =
  /** A prompt is given to the agent. */
  | { type: "prompt"; prompt: ContentBlock[] }
  /** ACP's session/update, as it came. */
  | { type: "update"; update: SessionUpdate }
  | {
      type: "permission_request";
      permissionId: string;
      toolCall: ToolCallUpdate;
      options: PermissionOption[];
    }
  | { type: "permission_reply"; permissionId: string; outcome: RequestPermissionOutcome }
  /** The agent asks its user for something; what was answered is not recorded. */
  | { type: "elicitation_request"; elicitationId: string; request: CreateElicitationRequest }
  | { type: "elicitation_reply"; elicitationId: string; action: string }
  | { type: "turn_end"; stopReason: StopReason }
  /** The turn ended because something failed. */
  | { type: "turn_error"; message: string }
  /** The gateway made a request to the model for this session. */
  | ({ type: "usage"; provider: string; model: string; status: number; totalTokens: number } & TokenUsage)
  | { type: "agent_exit"; exitCode: number | null; signal: string | null; message: string }
  /** The agent was started again; "transcript": it was told what had happened instead of remembering it. */
  | { type: "resumed"; by: "load" | "resume" | "transcript" };

export type SessionEvent = SessionEventData & {
  sessionId: string;
  /** 1 for a session's first event; consecutive. */
  seq: number;
  /** Milliseconds since the epoch. */
  time: number;
};
