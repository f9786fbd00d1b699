// The Agent Client Protocol with one agent process. Core is the client: it prompts the agent and serves its requests.

import {
  type AnyMessage,
  type ClientConnection,
  type ContentBlock,
  type CreateElicitationRequest,
  type CreateElicitationResponse,
  type CreateTerminalRequest,
  client,
  type InitializeResponse,
  type NewSessionRequest,
  type NewSessionResponse,
  PROTOCOL_VERSION,
  type PromptResponse,
  RequestError,
  type RequestPermissionOutcome,
  type RequestPermissionRequest,
  type SessionConfigOption,
  type SessionUpdate,
} from "@agentclientprotocol/sdk";
import type { Launch } from "../../vm/calls.ts";
import type { VmLink } from "../../vm-link.ts";
import { readTextFile, writeTextFile } from "../client/client-files.ts";
import { ClientTerminals, type OnProcess } from "../client/client-terminals.ts";
import { AgentProtocolError, AgentRequestError, AgentTimeoutError } from "../session-errors.ts";
import { type AgentEnding, AgentProcess } from "./agent-process.ts";

/** The most unanswered requests of an agent: one that sends more is broken. */
const MOST_REQUESTS = 1024;
const CLIENT_INFO = { name: "agentos", title: "AgentOS", version: "0.1.0" };

export interface AgentConnectionOptions {
  vm: VmLink;
  /** The agent's type, for messages. */
  name: string;
  launch: Launch;
  /** The most bytes an agent may send between two prompts. */
  maxTurnBytes: number;
  onUpdate(update: SessionUpdate): void;
  onPermission(request: RequestPermissionRequest): Promise<RequestPermissionOutcome>;
  /** Absent if nobody can be asked. */
  onElicitation?: ((request: CreateElicitationRequest) => Promise<CreateElicitationResponse>) | undefined;
  onStderr(text: string): void;
  onProcess: OnProcess;
  pace(): Promise<void> | undefined;
}

export class AgentConnection {
  readonly process: AgentProcess;
  readonly terminals: ClientTerminals;
  readonly ended: Promise<AgentEnding>;
  readonly #options: AgentConnectionOptions;
  readonly #connection: ClientConnection;
  #incoming!: ReadableStreamDefaultController<AnyMessage>;
  /** Our requests that the agent has not answered. */
  readonly #asked = new Set<unknown>();
  #turnBytes = 0;
  #openRequests = 0;
  #ending: AgentEnding | undefined;

  private constructor(options: AgentConnectionOptions, process: AgentProcess) {
    this.#options = options;
    this.terminals = new ClientTerminals(options.vm, options.onProcess);
    this.process = process;
    const readable = new ReadableStream<AnyMessage>({
      start: (controller) => {
        this.#incoming = controller;
      },
    });
    const writable = new WritableStream<AnyMessage>({ write: (message) => this.#send(message) });
    this.#connection = this.#app().connect({ readable, writable });
    const following = process.follow({
      onMessage: (message, bytes) => this.#receive(message, bytes),
      onStderr: options.onStderr,
      pace: options.pace,
    });
    this.ended = following.then((ending) => {
      this.#ending = ending;
      this.#connection.close(ending.error);
      void this.terminals.killAll();
      return ending;
    });
    options.onProcess(process.pid, this.ended);
  }

  /** @throws whatever starting the process throws */
  static async open(options: AgentConnectionOptions): Promise<AgentConnection> {
    return new AgentConnection(options, await AgentProcess.start(options.vm, options.launch, options.name));
  }

  #app() {
    const { vm, launch, onPermission, onElicitation } = this.#options;
    const { cwd, env } = launch;
    const app = client({ name: CLIENT_INFO.name })
      .onRequest("session/request_permission", ({ params }) =>
        this.#counted(async () => ({ outcome: await onPermission(params) })),
      )
      .onRequest("fs/read_text_file", ({ params }) =>
        this.#counted(async () => ({ content: await readTextFile(vm, params) })),
      )
      .onRequest("fs/write_text_file", ({ params }) => this.#counted(() => writeTextFile(vm, params)))
      .onRequest("terminal/create", ({ params }) =>
        this.#counted(async () => ({ terminalId: await this.#createTerminal(params, { cwd, env }) })),
      )
      .onRequest("terminal/output", ({ params }) => this.terminals.output(params.terminalId))
      .onRequest("terminal/wait_for_exit", ({ params }) =>
        this.#counted(() => this.terminals.waitForExit(params.terminalId)),
      )
      .onRequest("terminal/kill", ({ params }) => this.terminals.kill(params.terminalId))
      .onRequest("terminal/release", ({ params }) => this.terminals.release(params.terminalId));
    if (!onElicitation) return app;
    return app.onRequest("elicitation/create", ({ params }) => this.#counted(() => onElicitation(params)));
  }

  async #createTerminal(request: CreateTerminalRequest, where: Pick<Launch, "cwd" | "env">): Promise<string> {
    try {
      return await this.terminals.create(request, where);
    } catch (error) {
      if (error instanceof RequestError) throw error;
      throw new RequestError(-32603, (error as Error).message);
    }
  }

  async #counted<T>(serve: () => Promise<T>): Promise<T> {
    if (this.#openRequests >= MOST_REQUESTS) throw new RequestError(-32603, "too many requests are open");
    this.#openRequests++;
    try {
      return await serve();
    } finally {
      this.#openRequests--;
    }
  }

  #receive(message: AnyMessage, bytes: number): void {
    this.#turnBytes += bytes;
    const { maxTurnBytes, name } = this.#options;
    if (this.#turnBytes > maxTurnBytes) {
      const text = `the agent ${name} sent more than ${maxTurnBytes} bytes in one turn`;
      void this.process.kill((ending) => new AgentProtocolError(text, ending));
      return;
    }
    // Updates bypass the protocol library, which would not keep their order relative to the end of the turn.
    if ("method" in message && message.method === "session/update") this.#update(message.params);
    else if ("method" in message || this.#asked.delete(message.id)) this.#incoming.enqueue(message);
    // An answer that nobody waits for is dropped: the library would complain about it on the app's console.
  }

  #send(message: AnyMessage): Promise<void> {
    if ("method" in message && "id" in message) this.#asked.add(message.id);
    return this.process.send(message);
  }

  #update(params: unknown): void {
    const { update } = (params ?? {}) as { update?: { sessionUpdate?: unknown; content?: unknown } };
    if (typeof update?.sessionUpdate !== "string") {
      this.process.violation("a session/update without an update");
    } else if (update.sessionUpdate.endsWith("_chunk") && !isContent(update.content)) {
      this.process.violation(`a session/update of ${update.sessionUpdate} without content`);
    } else this.#options.onUpdate(update as SessionUpdate);
  }

  /** @throws AgentRequestError, or the error that reports the agent's end */
  async #request<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof RequestError) throw requestError(error);
      throw (this.#ending ?? (await this.ended)).error;
    }
  }

  /** Kills the agent if it does not answer in time. */
  async #inTime<T>(ms: number, what: string, answer: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      const text = `the agent ${this.#options.name} did not answer ${what} within ${ms} ms`;
      void this.process.kill((ending) => new AgentTimeoutError(text, ending));
    }, ms);
    return answer.finally(() => clearTimeout(timer));
  }

  initialize(timeoutMs: number): Promise<InitializeResponse> {
    const answer = this.#request(() =>
      this.#connection.agent.request<InitializeResponse>("initialize", {
        protocolVersion: PROTOCOL_VERSION,
        clientInfo: CLIENT_INFO,
        clientCapabilities: {
          fs: { readTextFile: true, writeTextFile: true },
          terminal: true,
          ...(this.#options.onElicitation && { elicitation: { form: {}, url: {} } }),
        },
      }),
    );
    return this.#inTime(timeoutMs, "initialize", answer);
  }

  async authenticate(methodId: string, timeoutMs: number): Promise<void> {
    const answer = this.#request(() => this.#connection.agent.request("authenticate", { methodId }));
    await this.#inTime(timeoutMs, "authenticate", answer);
  }

  newSession(request: NewSessionRequest, timeoutMs: number): Promise<NewSessionResponse> {
    const answer = this.#request(() => this.#connection.agent.request("session/new", request));
    return this.#inTime(timeoutMs, "session/new", answer);
  }

  /** Resumes a session that the agent remembers. */
  restore(
    method: "session/load" | "session/resume",
    request: NewSessionRequest & { sessionId: string },
    timeoutMs: number,
  ) {
    const answer = this.#request(() => this.#connection.agent.request(method, request));
    return this.#inTime(timeoutMs, method, answer);
  }

  prompt(sessionId: string, prompt: ContentBlock[]): Promise<PromptResponse> {
    this.#turnBytes = 0;
    return this.#request(() => this.#connection.agent.request("session/prompt", { sessionId, prompt }));
  }

  async cancel(sessionId: string): Promise<void> {
    await this.#request(() => this.#connection.agent.notify("session/cancel", { sessionId }));
  }

  async setMode(sessionId: string, modeId: string): Promise<void> {
    await this.#request(() => this.#connection.agent.request("session/set_mode", { sessionId, modeId }));
  }

  /** @returns the options after the change */
  async setConfigOption(sessionId: string, configId: string, value: string): Promise<SessionConfigOption[]> {
    const request = { sessionId, configId, value };
    const answer = await this.#request(() =>
      this.#connection.agent.request<{ configOptions: SessionConfigOption[] }>(
        "session/set_config_option",
        request,
      ),
    );
    return answer.configOptions;
  }

  /** Agents whose models are not yet configuration options have a method of their own for it. */
  async setModel(sessionId: string, modelId: string): Promise<void> {
    await this.#request(() => this.#connection.agent.request("session/set_model", { sessionId, modelId }));
  }

  /** Tells an agent that supports it that its session is over. An agent that fails to answer loses nothing. */
  async closeSession(sessionId: string, timeoutMs: number): Promise<void> {
    const told = this.#connection.agent.request("session/close", { sessionId }).catch(() => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    await Promise.race([told, promise]);
    clearTimeout(timer);
  }

  /** Ends the agent: first by closing its input, then by force. */
  async stop(graceMs: number): Promise<void> {
    void this.process.closeInput();
    const timer = setTimeout(() => void this.process.kill(), graceMs);
    await this.ended;
    clearTimeout(timer);
  }
}

function isContent(content: unknown): boolean {
  const { type, text } = (content ?? {}) as { type?: unknown; text?: unknown };
  return typeof type === "string" && (type !== "text" || typeof text === "string");
}

function requestError({ message, code, data }: RequestError): AgentRequestError {
  const details = (data as { details?: unknown; message?: unknown } | undefined) ?? {};
  const more = [details.details, details.message].find(
    (text) => typeof text === "string" && text !== message,
  );
  return new AgentRequestError(more === undefined ? message : `${message}: ${more}`, code, data);
}
