// An agent of one's own, as a software package: a command that speaks the Agent Client Protocol on its standard input
// and output, one JSON-RPC message a line. This one needs no model: it adds what it is told to a shopping list.

import { O_APPEND, O_CREAT, O_WRONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  defineSoftware,
  LineReader,
  latin1ToOsString,
  type Proc,
} from "@agentos/kernel/program";

interface Message {
  id?: number;
  method?: string;
  params?: { sessionId?: string; cwd?: string; prompt?: { text?: string }[] };
  result?: { outcome?: { optionId?: string } };
}

const encoder = new TextEncoder();

class ListAgent {
  readonly #proc: Proc;
  readonly #lines: LineReader;
  #waiting: string[] = [];
  #cwd = "/";

  constructor(proc: Proc) {
    this.#proc = proc;
    this.#lines = new LineReader(proc, 0);
  }

  async run(): Promise<number> {
    for (let message = await this.#next(); message; message = await this.#next()) {
      if (message.id !== undefined && message.method) {
        await this.#send({ id: message.id, result: await this.#answer(message) });
      }
    }
    return 0;
  }

  async #next(): Promise<Message | undefined> {
    while (this.#waiting.length === 0) {
      const batch = await this.#lines.next();
      if (batch === undefined) return undefined;
      this.#waiting = [...batch];
    }
    return JSON.parse(latin1ToOsString(this.#waiting.shift()!)) as Message;
  }

  async #send(message: object): Promise<void> {
    await this.#proc.write(1, encoder.encode(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`));
  }

  async #answer({ method, params = {} }: Message): Promise<object> {
    if (method === "initialize") {
      return {
        protocolVersion: 1,
        agentInfo: { name: "list-agent", version: "1.0.0" },
        agentCapabilities: {},
      };
    }
    if (method === "session/new") {
      this.#cwd = params.cwd ?? "/";
      return { sessionId: "the-list" };
    }
    if (method === "session/prompt") await this.#add((params.prompt ?? []).map(({ text }) => text).join(" "));
    return { stopReason: "end_turn" };
  }

  async #add(item: string): Promise<void> {
    const path = `${this.#cwd}/list.txt`;
    const call = { toolCallId: `add-${item}`, title: `Write ${path}`, kind: "edit", locations: [{ path }] };
    await this.#update({ sessionUpdate: "tool_call", status: "pending", ...call });
    const allowed = await this.#mayI(call);
    if (allowed) {
      const fd = await this.#proc.open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644);
      await this.#proc.write(fd, encoder.encode(`${item}\n`));
      await this.#proc.close(fd);
    }
    const { toolCallId } = call;
    const status = allowed ? "completed" : "failed";
    await this.#update({ sessionUpdate: "tool_call_update", toolCallId, status });
    const text = allowed ? `I have put ${item} on the list.` : `Then no ${item}.`;
    await this.#update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
  }

  async #mayI(toolCall: object): Promise<boolean> {
    const options = [
      { optionId: "yes", name: "Yes", kind: "allow_once" },
      { optionId: "no", name: "No", kind: "reject_once" },
    ];
    const params = { sessionId: "the-list", toolCall, options };
    await this.#send({ id: 1, method: "session/request_permission", params });
    const answer = await this.#next();
    return answer?.result?.outcome?.optionId === "yes";
  }

  #update(update: object): Promise<void> {
    return this.#send({ method: "session/update", params: { sessionId: "the-list", update } });
  }
}

const program = defineProgram({
  name: "list-agent",
  summary: "an agent that keeps a shopping list",
  run: (proc) => new ListAgent(proc).run(),
});

export default defineSoftware({
  name: "list-agent",
  version: "1.0.0",
  from: import.meta.url,
  commands: { "list-agent": { program: async () => ({ default: program }) } },
  agent: { type: "list", title: "Shopping list", command: "list-agent", acp: true },
});
