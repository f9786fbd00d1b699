import { AgentOs, type SessionRecord } from "@agentos/core";
import { parseTimeout } from "../duration.ts";
import { TIMED_OUT } from "../exit-code.ts";
import type { Options } from "../parse.ts";
import { AGENT_TYPES, type COMMANDS } from "../spec.ts";
import { UsageError } from "../usage-error.ts";
import { agentVmOptions, openSession } from "./agent-vm.ts";
import { Approvals } from "./approvals.ts";
import { refusal, terminalAsker } from "./asker.ts";
import { INTERRUPTED, Interrupts } from "./interrupts.ts";
import { promptText } from "./prompt-text.ts";
import { StatusLine } from "./status-line.ts";
import { TurnView } from "./turn-view.ts";

const FAILED = 1;

export interface AgentRequest {
  options: Options<typeof COMMANDS.agent>;
  operands: readonly string[];
}

/** @returns the exit code @throws UsageError, whatever the session throws */
export async function agent({ options, operands: [type, ...words] }: AgentRequest): Promise<number> {
  if (type === undefined) throw new UsageError(`an agent is missing, such as ${AGENT_TYPES[0]}`, "agent");
  const timeoutMs = parseTimeout("agent", options.timeout);
  const vmOptions = agentVmOptions("agent", type, options);
  using interrupts = new Interrupts();
  using status = new StatusLine();
  const view = new TurnView(status);
  const approvals = new Approvals("agent", options, {
    ask: options.json ? undefined : terminalAsker(view, interrupts.interrupt),
    onRefused: (request) => view.note(refusal(request), "yellow"),
  });
  const prompt = await promptText(words);
  if (prompt === "") throw new UsageError("a prompt is missing", "agent");
  // A reader that has gone wants nothing more.
  process.stdout.on("error", interrupts.interrupt);

  if (!options.json) status.show(`starting ${type} …`);
  await using vm = await AgentOs.create({
    ...vmOptions,
    onSessionEvent: (event) => {
      if (event.type === "permission_reply") approvals.settle(event.permissionId);
      if (options.json) process.stdout.write(`${JSON.stringify(event)}\n`);
      else view.show(event);
    },
    onPermissionRequest: (request) => approvals.decide(request),
  });
  const opened = openSession(vm, type, options.model, "agent");
  const session = await interrupts.before(opened);
  if (session === undefined) return INTERRUPTED;
  // The VM must live until the turn has ended.
  return await runTurn(vm, session, prompt, { signal: interrupts.signal, timeoutMs });
}

async function runTurn(
  vm: AgentOs,
  session: SessionRecord,
  prompt: string,
  limits: { signal: AbortSignal; timeoutMs: number | undefined },
): Promise<number> {
  try {
    const { stopReason } = (await vm.sendPrompt(session, prompt, limits)).response;
    if (stopReason === "end_turn") return 0;
    if (stopReason === "cancelled") return INTERRUPTED;
    process.stderr.write(`agentos: the agent stopped: ${stopReason}\n`);
    return FAILED;
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_AGENTOS_AGENT_TIMEOUT") throw error;
    process.stderr.write(`agentos: ${(error as Error).message}\n`);
    return TIMED_OUT;
  }
}
