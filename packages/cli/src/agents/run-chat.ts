import { AgentOs, SqliteSessionStore } from "@agentos/core";
import type { Options } from "../parse.ts";
import { AGENT_TYPES, type COMMANDS } from "../spec.ts";
import { UsageError } from "../usage-error.ts";
import { modelsOf } from "./agent-models.ts";
import { agentVmOptions, openSession } from "./agent-vm.ts";
import { Approvals } from "./approvals.ts";
import { terminalAsker } from "./asker.ts";
import { Chat } from "./chat.ts";
import { Interrupts } from "./interrupts.ts";
import { StatusLine } from "./status-line.ts";
import { TurnView } from "./turn-view.ts";

export interface ChatRequest {
  options: Options<typeof COMMANDS.chat>;
  operands: readonly string[];
}

/** @returns the exit code @throws UsageError, what the first session throws */
export async function runChat({ options, operands }: ChatRequest): Promise<number> {
  const [type = AGENT_TYPES[0], extra] = operands;
  if (extra !== undefined) throw new UsageError(`unexpected argument: ${extra}`, "chat");
  if (options.resume && !options.sessions) throw new UsageError("--resume needs --sessions FILE", "chat");
  if (!process.stdin.isTTY || !process.stdout.isTTY || !process.stderr.isTTY) {
    throw new UsageError("a chat needs a terminal; use `agentos agent` for one task", "chat");
  }
  const vmOptions = agentVmOptions("chat", type, options);
  using store = options.sessions === undefined ? undefined : openStore(options.sessions);
  using status = new StatusLine();
  const view = new TurnView(status);
  let interrupts: Interrupts | undefined;
  const approvals = new Approvals("chat", options, {
    ask: terminalAsker(view, () => interrupts?.interrupt()),
    onRefused: () => {},
  });
  status.show(`starting ${type} …`);
  await using vm = await AgentOs.create({
    ...vmOptions,
    ...(store ? { sessionStore: store } : {}),
    onSessionEvent: (event) => {
      if (event.type === "permission_reply") approvals.settle(event.permissionId);
      view.show(event);
    },
    onPermissionRequest: (request) => approvals.decide(request),
  });
  const last = options.resume ? (await vm.listSessions()).at(-1) : undefined;
  const session = last ? await vm.resumeSession(last) : await openSession(vm, type, options.model, "chat");
  const chat = new Chat({ vm, view, session, model: options.model });
  const model = modelsOf(session)?.current;
  chat.say(`${session.agentInfo?.name ?? type}${model ? ` · ${model}` : ""} · ${session.cwd} · /help`);
  for (;;) {
    const line = await chat.read();
    if (line === undefined) break;
    using turn = new Interrupts();
    interrupts = turn;
    if ((await chat.take(line, turn.signal)) === "quit") break;
  }
  await chat.leave();
  return 0;
}

function openStore(file: string): SqliteSessionStore {
  try {
    return new SqliteSessionStore(file);
  } catch (error) {
    throw new UsageError(`--sessions: cannot open ${file}: ${(error as Error).message}`, "chat");
  }
}
