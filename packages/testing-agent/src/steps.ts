// What a prompt can make the test agent do.

import { AF_INET, encode, O_RDONLY, SOCK_STREAM } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import { type Params, type Rpc, RpcError } from "./rpc.ts";

export type Step =
  | { say: string; times?: number }
  | { think: string }
  /** A tool call with its update; `run` is a program that it waits for, `late` when the turn has been cancelled. */
  | {
      tool: {
        title: string;
        kind?: string;
        path?: string;
        diff?: [string, string];
        run?: string[];
        late?: boolean;
      };
    }
  /** Asks for leave, and says how it was answered. */
  | { ask: string; options?: { optionId: string; name: string; kind: string }[] }
  /** Asks for a form to be filled in, and says what came back. */
  | { elicit: string; properties: Record<string, { type: string }> }
  /** Asks the client for a file, and says what it got. */
  | { read: string; line?: number; limit?: number }
  | { write: string; content: string }
  /** Asks the client to run a command, and says its output and how it ended. */
  | { terminal: string; args?: string[]; outputByteLimit?: number }
  | { sleep: number }
  /** Waits for ever, whatever it is told. */
  | { hang: true }
  /** Says something that it knows: cwd, mode, model, argv, or a variable of its environment. */
  | { tell: string }
  | { stderr: string }
  | { exit: number }
  | { fail: string }
  /** Writes a line that may be no message. */
  | { raw: string }
  | { flood: true }
  /** Sends an HTTP request to a host of the VM, and says the answer; `cutAfter` hangs up after so many bytes. */
  | { http: { host: string; port?: number; request: string; cutAfter?: number } };

type ToolStep = Extract<Step, { tool: unknown }>;
type TerminalStep = Extract<Step, { terminal: unknown }>;
type HttpStep = Extract<Step, { http: unknown }>;

export interface Turn {
  sessionId: string;
  signal: AbortSignal;
  facts: Readonly<Record<string, string>>;
}

const ALLOW = { optionId: "allow", name: "Allow", kind: "allow_once" };
const OPTIONS = [
  ALLOW,
  { optionId: "allow-always", name: "Always allow", kind: "allow_always" },
  { optionId: "reject", name: "Reject", kind: "reject_once" },
];

export class StepRunner {
  readonly #proc: Proc;
  readonly #rpc: Rpc;
  readonly #turn: Turn;
  #lastTool = 0;

  constructor(proc: Proc, rpc: Rpc, turn: Turn) {
    this.#proc = proc;
    this.#rpc = rpc;
    this.#turn = turn;
  }

  async run(step: Step): Promise<void> {
    if ("say" in step) return this.#say(step.say, step.times);
    if ("think" in step)
      return this.#update("agent_thought_chunk", { content: { type: "text", text: step.think } });
    if ("tool" in step) return this.#tool(step.tool);
    if ("ask" in step) return this.#ask(step.ask, step.options ?? OPTIONS);
    if ("elicit" in step) {
      const { elicit: message, properties } = step;
      const form = { mode: "form", message, requestedSchema: { type: "object", properties } };
      return this.#answer("elicitation/create", form, ({ action, content }) => {
        return `${action} ${JSON.stringify(content ?? null)}`;
      });
    }
    if ("read" in step) {
      const { read: path, line, limit } = step;
      return this.#answer("fs/read_text_file", { path, line, limit }, ({ content }) => content as string);
    }
    if ("write" in step) {
      const { write: path, content } = step;
      return this.#answer("fs/write_text_file", { path, content }, () => "written");
    }
    if ("terminal" in step) return this.#terminal(step);
    if ("http" in step) return this.#say(await this.#http(step.http));
    return this.#act(step);
  }

  async #act(step: Step): Promise<void> {
    if ("sleep" in step) await Promise.race([this.#proc.sleep(step.sleep), aborted(this.#turn.signal)]);
    if ("hang" in step) await new Promise(() => {});
    if ("tell" in step)
      await this.#say(this.#turn.facts[step.tell] ?? this.#proc.env.get(step.tell) ?? "unset");
    if ("stderr" in step) await this.#proc.write(2, encode(step.stderr));
    if ("exit" in step) this.#proc.exit(step.exit);
    if ("fail" in step) throw new RpcError(-32603, step.fail);
    if ("raw" in step) await this.#rpc.write(`${step.raw}\n`);
    while ("flood" in step) {
      await this.#say("x".repeat(4000));
      await this.#proc.yield();
    }
  }

  async #say(text: string, times = 1): Promise<void> {
    for (let i = 0; i < times; i++) {
      await this.#update("agent_message_chunk", { content: { type: "text", text } });
    }
  }

  #update(sessionUpdate: string, rest: Params): Promise<void> {
    const { sessionId } = this.#turn;
    return this.#rpc.notify("session/update", { sessionId, update: { sessionUpdate, ...rest } });
  }

  async #tool({ title, kind = "execute", path, diff, run, late }: ToolStep["tool"]): Promise<void> {
    const toolCallId = `tool-${++this.#lastTool}`;
    const locations = path === undefined ? [] : [{ path, line: 1 }];
    await this.#update("tool_call", { toolCallId, title, kind, status: "in_progress", locations });
    if (late) await aborted(this.#turn.signal);
    let status = "completed";
    if (run) {
      if ((await this.#run(run)) !== 0) status = "failed";
    }
    const content = diff && [{ type: "diff", path, oldText: diff[0], newText: diff[1] }];
    await this.#update("tool_call_update", { toolCallId, status, content });
  }

  /** The agent's own standard output is for messages only. */
  async #run(argv: readonly string[]): Promise<number> {
    const input = await this.#proc.open("/dev/null", O_RDONLY);
    const fds = new Map([
      [0, input],
      [1, 2],
      [2, 2],
    ]);
    const pid = await this.#proc.spawn(argv[0]!, argv, { fds });
    await this.#proc.close(input);
    return (await this.#proc.wait(pid))!.status;
  }

  async #ask(title: string, options: Params[]): Promise<void> {
    const toolCall = { toolCallId: `tool-${++this.#lastTool}`, title, kind: "execute", status: "pending" };
    await this.#answer("session/request_permission", { toolCall, options }, ({ outcome }) => {
      const { outcome: kind, optionId } = outcome as Params;
      return `permission: ${optionId ?? kind}`;
    });
  }

  /** Asks the client, and says what it answered, or how it failed. */
  async #answer(method: string, params: Params, text: (result: Params) => string): Promise<void> {
    try {
      await this.#say(
        text(await this.#rpc.request<Params>(method, { sessionId: this.#turn.sessionId, ...params })),
      );
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      await this.#say(`error ${error.code}: ${error.message}`);
    }
  }

  async #terminal({ terminal, args, outputByteLimit }: TerminalStep): Promise<void> {
    const { sessionId } = this.#turn;
    const command = { sessionId, command: terminal, args, outputByteLimit };
    const { terminalId } = await this.#rpc.request<Params>("terminal/create", command);
    const which = { sessionId, terminalId };
    const { exitCode, signal } = await this.#rpc.request<Params>("terminal/wait_for_exit", which);
    const { output, truncated } = await this.#rpc.request<Params>("terminal/output", which);
    await this.#rpc.request("terminal/release", which);
    await this.#say(`${output}[${exitCode ?? signal}${truncated ? ", truncated" : ""}]`);
  }

  async #http({ host, port = 80, request, cutAfter }: HttpStep["http"]): Promise<string> {
    const address = (await this.#proc.resolve(host))[0]!;
    const fd = this.#proc.socket(AF_INET, SOCK_STREAM);
    await this.#proc.connect(fd, { family: AF_INET, host: address, port });
    const text = request.replace(/\$(\w+)/g, (_, name: string) => this.#proc.env.get(name) ?? "");
    await this.#proc.write(fd, encode(text));
    const buffer = new Uint8Array(65_536);
    const decoder = new TextDecoder();
    let answer = "";
    for (;;) {
      const count = await this.#proc.read(fd, buffer);
      if (count === 0) break;
      answer += decoder.decode(buffer.subarray(0, count), { stream: true });
      if (cutAfter !== undefined && answer.length >= cutAfter) break;
    }
    await this.#proc.close(fd);
    return answer;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
