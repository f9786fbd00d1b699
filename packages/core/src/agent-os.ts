import type { Duplex } from "node:stream";
import type { ContentBlock } from "@agentclientprotocol/sdk";
import type { SignalName } from "@agentos/kernel/abi";
import { AgentOsFiles } from "./agent-os-files.ts";
import { Cron } from "./cron/cron.ts";
import type { CronEvent, CronJob, CronJobOptions } from "./cron/cron-types.ts";
import { type ExecOptions, type ExecResult, exec } from "./exec.ts";
import type { VmDescription } from "./isolation.ts";
import { Network, type VmFetchInit, type VmFetchResponse } from "./network.ts";
import { type OpenVm, openVm } from "./open-vm.ts";
import type { AgentOsOptions } from "./options.ts";
import {
  type OutputListener,
  type ProcessExit,
  Processes,
  type ProcessInfo,
  type ProcessOutput,
  type ProcessTree,
  type SpawnOptions,
  type Subscription,
} from "./processes.ts";
import type { AgentInfo } from "./sessions/agent/agents.ts";
import type { PermissionHandler, PermissionReply } from "./sessions/client/permission-broker.ts";
import type { PromptOptions } from "./sessions/prompt-options.ts";
import type { PromptResult } from "./sessions/session.ts";
import {
  type CreateSessionOptions,
  type SessionRecord,
  type SessionRef,
  sessionIdOf,
} from "./sessions/session-options.ts";
import { type EventPage, type SessionInfo, Sessions } from "./sessions/sessions.ts";
import type { SessionEvent } from "./sessions/store/session-events.ts";
import { type ShellOptions, Shells } from "./shells.ts";
import { SidecarHandle } from "./sidecar/handle.ts";
import type { FileSystemSnapshot } from "./snapshot.ts";
import type { Ending } from "./vm/calls.ts";
import { VmLink } from "./vm-link.ts";

/**
 * A virtual Linux machine. File calls act as root, whatever the VM's user may do; failures are Errors with Node's
 * `code`, `errno`, `syscall` and `path`.
 * @example
 * await using vm = await AgentOs.create({ software: [common] });
 * const { stdout } = await vm.exec("printf '%s\n' b a | sort");
 */
export class AgentOs extends AgentOsFiles implements AsyncDisposable {
  readonly #opened: OpenVm;
  readonly #vm: VmLink;
  readonly #processes: Processes;
  readonly #shells: Shells;
  readonly #network: Network;
  readonly #cron: Cron;
  readonly #sessions: Sessions;

  private constructor(opened: OpenVm) {
    const vm = new VmLink(opened.host);
    super(vm);
    this.#opened = opened;
    this.#vm = vm;
    this.#processes = new Processes(this.#vm);
    this.#shells = new Shells(this.#processes);
    this.#network = new Network(this.#vm);
    this.#cron = new Cron(this, opened.scheduleDriver);
    this.#sessions = new Sessions({ vm: this.#vm, ...opened.sessions });
    opened.tools?.bind(this);
  }

  /**
   * Starts a virtual machine.
   * @throws ConfigError, which names the unknown or wrong option · IsolationError if a required wall is not up
   */
  static async create(options: AgentOsOptions = {}): Promise<AgentOs> {
    return new AgentOs(await openVm(options));
  }

  /** A sidecar process that only chosen VMs share: `AgentOs.create({ sidecar: { kind: "explicit", handle } })`. */
  static createSidecar(): SidecarHandle {
    return new SidecarHandle("explicit");
  }

  // ── Life ─────────────────────────────────────────────────────────────

  /** Ends every process and rejects pending calls with VmDisposedError. Idempotent. */
  dispose(): Promise<void> {
    this.#cron.dispose();
    this.#sessions.dispose();
    this.#opened.tools?.dispose();
    return this.#vm.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  get disposed(): boolean {
    return this.#vm.disposed;
  }

  /** The runtimes of the VM and the walls between their guests and the host. */
  async describe(): Promise<VmDescription> {
    return { runtimes: await this.#vm.call({ syscall: "describe" }, "describeRuntimes", []) };
  }

  /** A copy-on-write image of the root file system, in O(1). Mounts, /proc, /dev and processes are not part of it. */
  snapshot(): Promise<FileSystemSnapshot> {
    return this.#opened.snapshot(this.#vm);
  }

  // ── Processes ────────────────────────────────────────────────────────

  /** Runs a command line with the shell and waits for its end. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult> {
    return exec(this.#vm, { command }, options);
  }

  /** Runs a program without a shell and waits for its end. A name without "/" is looked up in PATH. */
  execFile(file: string, args: readonly string[] = [], options?: ExecOptions): Promise<ExecResult> {
    return exec(this.#vm, { file, argv: [file, ...args] }, options);
  }

  /**
   * Starts a program without waiting for its end. A name without "/" is looked up in PATH. @throws ENOENT EACCES ENOEXEC
   * EAGAIN
   */
  spawn(file: string, args: readonly string[] = [], options?: SpawnOptions): Promise<{ pid: number }> {
    return this.#processes.spawn(file, args, options);
  }

  /** A listener that comes late first gets what it missed: up to the last 256 KiB. */
  onProcessOutput(pid: number, listener: OutputListener<ProcessOutput>): Subscription {
    return this.#processes.onOutput(pid, listener);
  }

  /** Calls the listener once, even if the process has already ended. */
  onProcessExit(pid: number, listener: (exit: ProcessExit) => void): Subscription {
    return this.#processes.onExit(pid, listener);
  }

  /** Writes to the process's standard input. Resolves when the process, or its pipe, has taken the data. */
  writeProcessStdin(pid: number, data: string | Uint8Array): Promise<void> {
    return this.#processes.writeStdin(pid, data);
  }

  /** Closes the process's standard input: it reads what was written, and then the end. */
  closeProcessStdin(pid: number): Promise<void> {
    return this.#processes.closeStdin(pid);
  }

  /**
   * Resolves when the process has ended, with its exit code or signal. @throws ESRCH the app did not start it, or it
   * ended long ago
   */
  waitProcess(pid: number): Promise<Ending> {
    return this.#processes.wait(pid);
  }

  /** Sends SIGTERM. */
  stopProcess(pid: number): Promise<void> {
    return this.#processes.signal(pid, "SIGTERM");
  }

  /** Sends SIGKILL. */
  killProcess(pid: number): Promise<void> {
    return this.#processes.signal(pid, "SIGKILL");
  }

  /** As kill(2), a negative `pid` means a process group. What `spawn` and `openShell` start leads a group of its own. */
  signalProcess(pid: number, signal: SignalName | number): Promise<void> {
    return this.#processes.signal(pid, signal);
  }

  /** All processes of the VM. */
  listProcesses(): Promise<ProcessInfo[]> {
    return this.#processes.list();
  }

  /** undefined if there is no such process, or no longer. */
  getProcess(pid: number): Promise<ProcessInfo | undefined> {
    return this.#processes.get(pid);
  }

  /** All processes of the VM as a tree of parents and children. */
  processTree(): Promise<ProcessTree[]> {
    return this.#processes.tree();
  }

  // ── Shells ───────────────────────────────────────────────────────────

  /** Starts a shell, or `options.command`, on a new terminal. */
  openShell(options?: ShellOptions): Promise<{ shellId: string }> {
    return this.#shells.open(options);
  }

  /**
   * What the terminal shows, as it comes. A listener that comes late first gets what it missed, as far as it is
   * remembered.
   */
  onShellData(shellId: string, listener: OutputListener<Uint8Array>): Subscription {
    return this.#shells.onData(shellId, listener);
  }

  /** Types into the terminal. */
  writeShell(shellId: string, data: string | Uint8Array): Promise<void> {
    return this.#shells.write(shellId, data);
  }

  /** Sets the terminal's size, in characters. Programs on it get SIGWINCH. */
  resizeShell(shellId: string, cols: number, rows: number): Promise<void> {
    return this.#shells.resize(shellId, cols, rows);
  }

  /** Resolves when the shell has ended. */
  waitShell(shellId: string): Promise<ProcessExit> {
    return this.#shells.wait(shellId);
  }

  /** Hangs up the shell's terminal: what runs on it gets SIGHUP. */
  closeShell(shellId: string): Promise<void> {
    return this.#shells.close(shellId);
  }

  // ── Cron ─────────────────────────────────────────────────────────────

  /**
   * Runs an action at the times of a cron expression, or once at a given moment. Jobs end with the VM. Until then their
   * timers keep the app's process alive, as setInterval() does, unless `scheduleDriver` is `timerDriver({ unref: true
   * })`.
   * @throws ConfigError, which names the wrong field and the reason
   */
  async scheduleCron(options: CronJobOptions): Promise<CronJob> {
    return this.#cron.schedule(options);
  }

  /** The jobs that still have a run to come, in progress or waiting. */
  async listCronJobs(): Promise<CronJob[]> {
    return this.#cron.list();
  }

  /** Runs in progress continue; runs that wait do not start. @returns whether there was such a job */
  async cancelCronJob(id: string): Promise<boolean> {
    return this.#cron.cancel(id);
  }

  /** Calls the listener on each event. @returns a function that ends the subscription */
  onCronEvent(listener: (event: CronEvent) => void): () => void {
    return this.#cron.onEvent(listener);
  }

  // ── Sessions ─────────────────────────────────────────────────────────

  /** The agents among the installed packages. */
  listAgents(): AgentInfo[] {
    return this.#sessions.listAgents();
  }

  /**
   * Starts an agent and opens a session with it.
   * @throws UnknownAgentError (which lists the installed agents), AgentStartError, AgentExitError, AgentRequestError …
   */
  createSession(agentType: string, options?: CreateSessionOptions): Promise<SessionRecord> {
    return this.#sessions.create(agentType, options);
  }

  /** Runs one turn, after all those asked for earlier. @throws SessionClosedError, AgentExitError, AgentRequestError */
  sendPrompt(
    session: SessionRef,
    prompt: string | readonly ContentBlock[],
    options?: PromptOptions,
  ): Promise<PromptResult> {
    return this.#sessions.prompt(session, prompt, options);
  }

  /** Another name of `sendPrompt`. */
  prompt(
    session: SessionRef,
    prompt: string | readonly ContentBlock[],
    options?: PromptOptions,
  ): Promise<PromptResult> {
    return this.#sessions.prompt(session, prompt, options);
  }

  /** Ends the current turn as "cancelled" and kills the tools it started. Prompts that wait still get their turn. */
  cancelPrompt(session: SessionRef): Promise<void> {
    return this.#sessions.cancel(session);
  }

  /** Answers an agent's permission request. @throws PermissionReplyError it is unknown, or already answered */
  respondPermission(session: SessionRef, permissionId: string, reply: PermissionReply): Promise<void> {
    return this.#sessions.respondPermission(session, permissionId, reply);
  }

  /** Calls the listener on each event of all sessions, in order within each, once it is stored. */
  onSessionEvent(listener: (event: SessionEvent) => void): Subscription;
  /** Calls the listener on each event of one session, in order, once it is stored. */
  onSessionEvent(session: SessionRef, listener: (event: SessionEvent) => void): Subscription;
  onSessionEvent(
    ...args: [(event: SessionEvent) => void] | [SessionRef, (event: SessionEvent) => void]
  ): Subscription {
    return args.length === 1
      ? this.#sessions.onEvent(undefined, args[0])
      : this.#sessions.onEvent(sessionIdOf(args[0]), args[1]);
  }

  /** Decides the permission requests of all sessions. The first answer counts. */
  onPermissionRequest(handler: PermissionHandler): Subscription;
  /** Decides the permission requests of one session. The first answer counts. */
  onPermissionRequest(session: SessionRef, handler: PermissionHandler): Subscription;
  onPermissionRequest(...args: [PermissionHandler] | [SessionRef, PermissionHandler]): Subscription {
    return args.length === 1
      ? this.#sessions.onPermission(undefined, args[0])
      : this.#sessions.onPermission(sessionIdOf(args[0]), args[1]);
  }

  /** Switches the agent to one of the modes in its `SessionRecord`. @throws AgentRequestError */
  setSessionMode(session: SessionRef, modeId: string): Promise<void> {
    return this.#sessions.setMode(session, modeId);
  }

  /** Switches the agent to another model. @throws AgentRequestError */
  setSessionModel(session: SessionRef, modelId: string): Promise<void> {
    return this.#sessions.setModel(session, modelId);
  }

  /** The sessions in the store, oldest first. */
  listSessions(): Promise<SessionInfo[]> {
    return this.#sessions.list();
  }

  /** One page of the transcript. To get the next one, pass the last event's `seq` as `after`. */
  getSessionEvents(session: SessionRef, page?: EventPage): Promise<SessionEvent[]> {
    return this.#sessions.events(session, page);
  }

  /**
   * Restarts the agent of a closed or broken session; what the agent does not remember, it is told from the transcript.
   */
  resumeSession(session: SessionRef, options?: CreateSessionOptions): Promise<SessionRecord> {
    return this.#sessions.resume(session, options);
  }

  /** Ends the agent; waiting prompts fail with SessionClosedError. The transcript is kept. */
  closeSession(session: SessionRef): Promise<void> {
    return this.#sessions.close(session);
  }

  /** Closes the session and deletes its transcript. */
  destroySession(session: SessionRef): Promise<void> {
    return this.#sessions.destroy(session);
  }

  // ── Network ──────────────────────────────────────────────────────────

  /** Makes one HTTP request to a listener in the VM. The body arrives as a whole. */
  vmFetch(port: number, pathOrUrl: string, init?: VmFetchInit): Promise<VmFetchResponse> {
    return this.#network.vmFetch(port, pathOrUrl, init);
  }

  /** As the global fetch, but to a listener in the VM. The body streams. Redirects are returned, not followed. */
  fetch(port: number, request: Request): Promise<Response> {
    return this.#network.fetch(port, request);
  }

  /** Opens a TCP connection to a listener in the VM. */
  connect(port: number): Duplex {
    return this.#network.connect(port);
  }
}
