import { encode, O_APPEND, O_CREAT, O_RDONLY, O_WRONLY } from "@agentos/kernel/abi";
import { type Proc, Reader } from "@agentos/kernel/program";
import { type Params, Rpc, RpcError } from "./rpc.ts";
import { type Step, StepRunner } from "./steps.ts";

/** TEST_AGENT, as JSON. */
export interface AgentSetup {
  start?: "exit" | "hang" | "refuse" | "garbage" | "elicit";
  loadSession?: boolean;
  resume?: boolean;
  close?: boolean;
  /** Opens no session before it was asked to authenticate so. */
  authMethod?: string;
  /** The version of the protocol that it speaks. */
  protocolVersion?: number;
  /** Goes on when its input has ended. */
  stubborn?: boolean;
}

const MODES = {
  currentModeId: "code",
  availableModes: [
    { id: "code", name: "Code" },
    { id: "plan", name: "Plan" },
  ],
};

const MODELS = ["small", "large"];

function known(value: unknown, values: readonly string[]): string {
  if (typeof value === "string" && values.includes(value)) return value;
  throw new RpcError(-32602, `no ${JSON.stringify(value)} among ${values.join(", ")}`);
}

interface AgentSession {
  cwd: string;
  mode: string;
  model: string;
  /** What session/new said beside. */
  meta: unknown;
  cancelled: AbortController;
}

export async function runAgent(proc: Proc): Promise<number> {
  const setup = JSON.parse(proc.env.get("TEST_AGENT") ?? "{}") as AgentSetup;
  const rpc = new Rpc(proc);
  if (setup.start === "exit") {
    await proc.write(2, encode("test-agent: no key was given\n"));
    return 3;
  }
  if (setup.start === "garbage") await rpc.write("Welcome to the test agent!\n");
  await new TestAgent(proc, rpc, setup).run();
  return 0;
}

class TestAgent {
  readonly #proc: Proc;
  readonly #rpc: Rpc;
  readonly #setup: AgentSetup;
  readonly #sessions = new Map<string, AgentSession>();
  #isAuthenticated = false;
  #elicits = false;

  constructor(proc: Proc, rpc: Rpc, setup: AgentSetup) {
    this.#proc = proc;
    this.#rpc = rpc;
    this.#setup = setup;
  }

  async run(): Promise<void> {
    await this.#rpc.serve({
      request: (method, params) => this.#request(method, params),
      notification: (method, params) => {
        if (method === "session/cancel") this.#session(params).cancelled.abort();
      },
    });
    while (this.#setup.stubborn) await this.#proc.sleep(1000);
  }

  async #request(method: string, params: Params): Promise<unknown> {
    switch (method) {
      case "initialize":
        return this.#initialize(params);
      case "authenticate":
        if (params.methodId !== this.#setup.authMethod)
          throw new RpcError(-32602, `no way "${params.methodId}"`);
        this.#isAuthenticated = true;
        return {};
      case "session/new":
        return this.#newSession(params);
      case "session/load":
      case "session/resume":
        return this.#restore(method, params);
      case "session/prompt":
        return this.#prompt(params);
      case "session/set_mode":
        this.#session(params).mode = known(
          params.modeId,
          MODES.availableModes.map(({ id }) => id),
        );
        return {};
      case "session/set_config_option":
        this.#session(params).model = known(params.value, MODELS);
        return { configOptions: this.#options(params.value as string) };
      case "session/close":
        return {};
      default:
        throw new RpcError(-32601, `"${method}" is not a method`);
    }
  }

  async #initialize({ clientCapabilities }: Params): Promise<unknown> {
    const { elicitation } = clientCapabilities as { elicitation?: object };
    this.#elicits = elicitation !== undefined;
    const { authMethod, protocolVersion = 1 } = this.#setup;
    const { start, loadSession, resume, close } = this.#setup;
    if (start === "hang") await new Promise(() => {});
    return {
      protocolVersion,
      authMethods: authMethod ? [{ id: authMethod, name: `By ${authMethod}` }] : [],
      agentInfo: { name: "test-agent", version: "1.0.0" },
      agentCapabilities: {
        loadSession: loadSession ?? false,
        sessionCapabilities: { ...(resume && { resume: {} }), ...(close && { close: {} }) },
      },
    };
  }

  async #newSession({ cwd, _meta }: Params): Promise<unknown> {
    if (this.#setup.authMethod && !this.#isAuthenticated)
      throw new RpcError(-32000, "Authentication required");
    if (this.#setup.start === "refuse") throw new RpcError(-32000, "Authentication required: set TEST_KEY");
    if (this.#setup.start === "elicit") {
      const form = {
        mode: "form",
        message: "Who are you?",
        requestedSchema: { type: "object", properties: {} },
      };
      await this.#rpc.request("elicitation/create", { requestId: 0, ...form });
    }
    const sessionId = `agent-session-${this.#proc.pid}-${this.#sessions.size}`;
    this.#open(sessionId, cwd as string, _meta);
    return { sessionId, modes: MODES, configOptions: this.#options("small") };
  }

  #open(sessionId: string, cwd: string, meta?: unknown): void {
    const cancelled = new AbortController();
    this.#sessions.set(sessionId, { cwd, mode: "code", model: "small", meta, cancelled });
  }

  #options(currentValue: string): unknown[] {
    const options = MODELS.map((value) => ({ value, name: value }));
    return [{ id: "model", name: "Model", category: "model", type: "select", currentValue, options }];
  }

  /** "load" repeats what was said, "resume" does not. */
  async #restore(method: string, { sessionId, cwd }: Params): Promise<unknown> {
    const prompts = await this.#memory(sessionId as string);
    if (prompts === undefined) throw new RpcError(-32002, `Resource not found: ${sessionId}`);
    this.#open(sessionId as string, cwd as string);
    for (const text of method === "session/load" ? prompts : []) {
      await this.#rpc.notify("session/update", {
        sessionId,
        update: { sessionUpdate: "user_message_chunk", content: { type: "text", text } },
      });
    }
    return { modes: MODES };
  }

  #session({ sessionId }: Params): AgentSession {
    const session = this.#sessions.get(sessionId as string);
    if (!session) throw new RpcError(-32002, `Resource not found: ${sessionId}`);
    return session;
  }

  async #prompt(params: Params): Promise<unknown> {
    const session = this.#session(params);
    const text = (params.prompt as { text?: string }[]).map((block) => block.text ?? "").join("");
    await this.#remember(params.sessionId as string, text);
    session.cancelled = new AbortController();
    const { signal } = session.cancelled;
    const runner = new StepRunner(this.#proc, this.#rpc, {
      sessionId: params.sessionId as string,
      signal,
      facts: {
        cwd: session.cwd,
        elicits: String(this.#elicits),
        mode: session.mode,
        model: session.model,
        meta: JSON.stringify(session.meta ?? null),
        argv: JSON.stringify(this.#proc.argv),
        prompts: JSON.stringify(await this.#memory(params.sessionId as string)),
      },
    });
    const steps = text.startsWith("[") ? (JSON.parse(text) as Step[]) : [{ say: `you said: ${text}` }];
    for (const step of steps) {
      if (signal.aborted) break;
      await runner.run(step);
    }
    return { stopReason: signal.aborted ? "cancelled" : "end_turn" };
  }

  #memoryFile(sessionId: string): string {
    return `${this.#proc.env.get("HOME") ?? "/tmp"}/.test-agent-${sessionId}`;
  }

  async #remember(sessionId: string, text: string): Promise<void> {
    if (!this.#setup.loadSession && !this.#setup.resume) return;
    const fd = await this.#proc.open(this.#memoryFile(sessionId), O_WRONLY | O_CREAT | O_APPEND, 0o600);
    await this.#proc.write(fd, encode(`${JSON.stringify(text)}\n`));
    await this.#proc.close(fd);
  }

  async #memory(sessionId: string): Promise<string[] | undefined> {
    const file = this.#memoryFile(sessionId);
    if (!(await this.#proc.statIfExists(file))) return undefined;
    const fd = await this.#proc.open(file, O_RDONLY);
    const reader = new Reader(this.#proc, fd);
    let text = "";
    for (let chunk = await reader.read(); chunk; chunk = await reader.read())
      text += new TextDecoder().decode(chunk);
    await this.#proc.close(fd);
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as string);
  }
}
