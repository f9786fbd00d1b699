// A virtual machine

export type { LimitWarning } from "@agentos/kernel";
export { AgentOs } from "./agent-os.ts";
export type { IsolationOption, VmDescription, Wall, WallName } from "./isolation.ts";
export type { AgentOsOptions, SidecarOption, SoftwareOption } from "./options.ts";
export type { Permissions } from "./permissions.ts";
export { type SidecarDescription, SidecarHandle } from "./sidecar/handle.ts";
export { FileSystemSnapshot } from "./snapshot.ts";
export type { RuntimeDescription } from "./vm/runtimes.ts";
export type { MountInfo, VmLimits } from "./vm/spec.ts";

// Processes and shells

export type { ExecOptions, ExecResult } from "./exec.ts";
export type {
  OutputListener,
  ProcessExit,
  ProcessInfo,
  ProcessOutput,
  ProcessTree,
  SpawnOptions,
  Subscription,
} from "./processes.ts";
export type { ShellOptions } from "./shells.ts";

// Files and mounts

export { DirectoryEntry, FileStat } from "./file-stat.ts";
export type { FileData, FileTime, ReadOutcome, WriteOptions, WriteOutcome } from "./files.ts";
export { type MountDriver, type MountOptions, type MountPlugin, nodeModulesMount } from "./mounts.ts";
export type { FileWatcher, WatchListener } from "./watch.ts";

// Network

export type { VmFetchInit, VmFetchResponse } from "./network.ts";

// Host tools

export {
  type HostTool,
  hostTool,
  hostToolkit,
  type ShortTool,
  type ToolContext,
  type ToolDefinition,
  type ToolExample,
  type ToolKit,
  toolKit,
} from "./host-tools/host-tool.ts";
export type { ToolRequest, ToolRule } from "./host-tools/tool-policy.ts";

// Cron

export type {
  CronAction,
  CronContext,
  CronEvent,
  CronJob,
  CronJobOptions,
  CronOverlap,
  CronResult,
} from "./cron/cron-types.ts";
export { type ScheduleDriver, timerDriver } from "./cron/schedule-driver.ts";

// Sessions with agents

export type {
  ContentBlock,
  CreateElicitationRequest,
  CreateElicitationResponse,
  McpServer,
  PermissionOption,
  PromptResponse,
  SessionUpdate,
  StopReason,
  ToolCallUpdate,
} from "@agentclientprotocol/sdk";
export type { CustomProvider, LlmOption } from "./llm/llm-option.ts";
export type { AgentInfo } from "./sessions/agent/agents.ts";
export type { ElicitationHandler, ElicitationRequest } from "./sessions/client/elicitations.ts";
export type {
  PermissionHandler,
  PermissionReply,
  PermissionRequest,
} from "./sessions/client/permission-broker.ts";
export type { PromptOptions } from "./sessions/prompt-options.ts";
export type { PromptResult, SessionState } from "./sessions/session.ts";
export type {
  AgentExit,
  AgentStderr,
  CreateSessionOptions,
  SessionRecord,
  SessionRef,
  SessionsOptions,
} from "./sessions/session-options.ts";
export type { EventPage, SessionInfo } from "./sessions/sessions.ts";
export { MemorySessionStore } from "./sessions/store/memory-session-store.ts";
export type { SessionEvent, SessionEventData, TokenUsage } from "./sessions/store/session-events.ts";
export type { SessionStore, StoredSession } from "./sessions/store/session-store.ts";
export { SqliteSessionStore } from "./sessions/store/sqlite-session-store.ts";

// Errors

export { ConfigError, type FileError, IsolationError, SidecarExitError, VmDisposedError } from "./errors.ts";
export {
  AgentExitError,
  AgentProtocolError,
  AgentRequestError,
  AgentStartError,
  AgentTimeoutError,
  PermissionReplyError,
  SessionClosedError,
  SessionConflictError,
  UnknownAgentError,
  UnknownSessionError,
} from "./sessions/session-errors.ts";
