// The app's side of host tools: answers the tool commands of one VM.

import { inspect } from "node:util";
import type { AgentOs } from "../agent-os.ts";
import { VmDisposedError } from "../errors.ts";
import { nearNames } from "../options-hint.ts";
import type { HostTools, ToolCall, ToolCommand } from "../vm/processes/tool-commands.ts";
import { parseArguments } from "./tool-arguments.ts";
import { ToolError } from "./tool-error.ts";
import { kitHelp, toolData, toolHelp, toolListing, toolReference } from "./tool-help.ts";
import { validateInput } from "./tool-input.ts";
import type { NamedKit, NamedTool } from "./tool-kits.ts";
import { mayCall, type ToolScope } from "./tool-policy.ts";
import { type ToolAnswer, ToolRun } from "./tool-run.ts";

const LIST_COMMAND = "agentos";
const TIMEOUT_MS = 60_000;
const MAX_RESULT_BYTES = 16 * 1024 * 1024;
const utf8 = new TextDecoder();

export class ToolHost implements HostTools {
  readonly commands: readonly ToolCommand[];
  /** The pids of agents, with their sessions. Calls by them and their descendants are made for that session. */
  readonly sessions = new Map<number, string>();
  readonly #kits: readonly NamedKit[];
  readonly #permission: ToolScope;
  readonly #runs = new Set<ToolRun>();
  #vm: AgentOs | undefined;

  constructor(kits: readonly NamedKit[], permission: ToolScope) {
    this.#kits = kits;
    this.#permission = permission;
    this.commands = [
      { name: LIST_COMMAND, inputs: {} },
      ...kits.map(({ command, tools }) => ({
        name: command,
        inputs: Object.fromEntries(tools.flatMap(inputOf)),
      })),
    ];
  }

  /** Sets the VM that tools get in their context. No program runs in it before that. */
  bind(vm: AgentOs): void {
    this.#vm = vm;
  }

  /** The tools as Markdown, for an agent's instructions. */
  reference(): string {
    return toolReference(this.#kits);
  }

  call(call: ToolCall): ToolRun {
    const run = new ToolRun(
      (signal) => this.#answer(call, signal),
      (ended) => this.#runs.delete(ended),
    );
    this.#runs.add(run);
    return run;
  }

  /** Aborts all calls in progress. */
  dispose(): void {
    for (const run of this.#runs) run.close(new VmDisposedError());
  }

  async #answer(call: ToolCall, signal: AbortSignal): Promise<ToolAnswer> {
    try {
      return await this.#run(call, signal);
    } catch (error) {
      const code = error instanceof ToolError ? error.code : "failed";
      const message = error instanceof Error ? error.message || error.name : thrownText(error);
      return { text: `${JSON.stringify({ ok: false, error: message, code })}\n`, status: 1 };
    }
  }

  #run(call: ToolCall, signal: AbortSignal): ToolAnswer | Promise<ToolAnswer> {
    const kit = this.#kits.find(({ command }) => command === call.command);
    if (kit === undefined) return success(list(this.#kits, call.args));
    const [name, ...args] = call.args;
    if (name === undefined || name === "--help" || name === "-h") return success(kitHelp(kit));
    const tool = kit.tools.find((candidate) => names(candidate).includes(name));
    if (tool === undefined) throw unknownName("tool", name, kit.tools);
    const stdin = call.stdin && utf8.decode(call.stdin);
    const input = parseArguments(tool.flags, args, stdin);
    if (input === undefined) return success(toolHelp(kit, tool));
    return this.#execute({ kit, tool, input, sessionId: this.#sessionOf(call.pids) }, signal);
  }

  async #execute(
    { kit, tool, input, sessionId }: { kit: NamedKit; tool: NamedTool; input: unknown; sessionId?: string },
    signal: AbortSignal,
  ): Promise<ToolAnswer> {
    const valid = await validateInput(tool.schema, tool.flags, input);
    const request = { kit: kit.name, tool: tool.name, input: valid, sessionId };
    if (!(await mayCall(this.#permission, request))) {
      throw new ToolError("denied", `${kit.command} ${tool.name}: permission denied`);
    }
    const { execute, timeoutMs = TIMEOUT_MS, maxResultBytes = MAX_RESULT_BYTES } = tool.tool;
    const result = await withinTime(tool.name, timeoutMs, signal, (signal) =>
      execute(valid as never, { vm: this.#vm!, signal, ...(sessionId !== undefined && { sessionId }) }),
    );
    return success(resultText(tool.name, result, maxResultBytes));
  }

  #sessionOf(pids: readonly number[]): string | undefined {
    const pid = pids.find((candidate) => this.sessions.has(candidate));
    return pid === undefined ? undefined : this.sessions.get(pid);
  }
}

/** For each name of a tool that takes an input: whether the input may be left out. */
function inputOf(named: NamedTool): [string, "needed" | "optional"][] {
  const { tool, flags } = named;
  if (tool.inputSchema === undefined) return [];
  const isNeeded = flags.length === 0 || flags.some(({ required }) => required);
  return names(named).map((name) => [name, isNeeded ? "needed" : "optional"]);
}

function names({ name, key }: NamedTool): string[] {
  return name === key ? [name] : [name, key];
}

const success = (text: string): ToolAnswer => ({ text, status: 0 });

/** `agentos list-tools [kit] [--json]` */
function list(kits: readonly NamedKit[], [subcommand, ...args]: readonly string[]): string {
  if (subcommand === undefined || subcommand === "--help" || subcommand === "-h") {
    return "Usage: agentos list-tools [kit] [--json]\nLists the tools that the host offers to this machine.\n";
  }
  if (subcommand !== "list-tools") throw unknownName("command", subcommand, [{ name: "list-tools" }]);
  if (args.includes("--help") || args.includes("-h")) return list(kits, []);
  const asData = args.includes("--json");
  const [wanted] = args.filter((arg) => arg !== "--json");
  const chosen =
    wanted === undefined ? kits : kits.filter(({ name, command }) => name === wanted || command === wanted);
  if (wanted !== undefined && chosen.length === 0) throw unknownName("tool kit", wanted, kits);
  return asData ? `${JSON.stringify({ ok: true, result: toolData(chosen) })}\n` : toolListing(chosen);
}

/** The text of a thrown value that is not an Error. */
function thrownText(thrown: unknown): string {
  return typeof thrown === "string" ? thrown : inspect(thrown, { breakLength: Number.POSITIVE_INFINITY });
}

function unknownName(what: string, name: string, known: readonly { name: string }[]): ToolError {
  const all = known.map((candidate) => candidate.name);
  const near = nearNames(name, all);
  const hint =
    near.length > 0 ? `did you mean ${near.join(" or ")}?` : `there are ${all.join(", ") || "none"}`;
  return new ToolError("invalid-arguments", `unknown ${what} ${JSON.stringify(name)}; ${hint}`);
}

/** @throws ToolError the time is up, or the caller is gone */
async function withinTime(
  name: string,
  timeoutMs: number,
  caller: AbortSignal,
  run: (signal: AbortSignal) => unknown,
): Promise<unknown> {
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const abort = (reason: unknown) => {
    // Rejects first: a tool that heeds its signal may fail with an error of its own.
    reject(reason);
    controller.abort(reason);
  };
  const onCallerGone = () => abort(caller.reason);
  if (caller.aborted) throw caller.reason;
  caller.addEventListener("abort", onCallerGone, { once: true });
  const late = () => abort(new ToolError("timed-out", `${name}: no result within ${timeoutMs} ms`));
  const timer = timeoutMs < 2 ** 31 ? setTimeout(late, timeoutMs) : undefined;
  try {
    return await Promise.race([ended, run(controller.signal)]);
  } finally {
    clearTimeout(timer);
    caller.removeEventListener("abort", onCallerGone);
  }
}

/** @throws ToolError it is not JSON, or too large */
function resultText(name: string, result: unknown, maxBytes: number): string {
  let json: string;
  try {
    json = JSON.stringify(result) ?? "null";
  } catch (error) {
    throw new ToolError("unusable-result", `${name}: the result is not JSON: ${(error as Error).message}`);
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > maxBytes) {
    throw new ToolError("unusable-result", `${name}: the result has ${bytes} bytes; it may have ${maxBytes}`);
  }
  return `{"ok":true,"result":${json}}\n`;
}
