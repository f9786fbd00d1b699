// What jobs do. An action is checked when its job is scheduled, and run when it is due.

import { z } from "zod";
import type { AgentOs } from "../agent-os.ts";
import { ConfigError } from "../errors.ts";
import type { ExecResult } from "../exec.ts";
import { absolutePath, environment, milliseconds } from "../option-schemas.ts";
import type { CronAction, CronContext, CronResult } from "./cron-types.ts";

type ActionOf<T extends CronAction["type"]> = Extract<CronAction, { type: T }>;

export type CronRunner<T extends CronAction["type"]> = (
  action: ActionOf<T>,
  context: CronContext,
) => Promise<CronResult>;

/** How to run each type of action. */
export type CronRunners = { [T in CronAction["type"]]: CronRunner<T> };

export const actionSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("exec"),
    command: z.string().min(1, "must not be empty"),
    args: z.array(z.string()).optional(),
    cwd: absolutePath.optional(),
    env: environment.optional(),
    timeoutMs: milliseconds.optional(),
  }),
  z.strictObject({
    type: z.literal("callback"),
    fn: z.custom<ActionOf<"callback">["fn"]>((value) => typeof value === "function", "must be a function"),
  }),
  z.strictObject({
    type: z.literal("session"),
    agentType: z.string().min(1),
    prompt: z.string().min(1),
    cwd: absolutePath.optional(),
  }),
]);

const MOST_TEXT = 4096;

export function actionRunners(vm: AgentOs): CronRunners {
  return {
    async exec({ command, args, cwd, env, timeoutMs }, { signal }) {
      const options = { cwd, env, timeoutMs, signal };
      const result = args ? await vm.execFile(command, args, options) : await vm.exec(command, options);
      return execResult(result);
    },
    callback: async ({ fn }, context) => ({ type: "callback", value: await fn(context) }),
    async session({ agentType, prompt, cwd }) {
      const session = await vm.createSession(agentType, { cwd });
      try {
        const { text } = await vm.sendPrompt(session, prompt);
        return { type: "session", sessionId: session.sessionId, text: text.slice(-MOST_TEXT) };
      } finally {
        await vm.closeSession(session);
      }
    },
  };
}

function execResult({ exitCode, signal, stdout, stderr, timedOut }: ExecResult): CronResult {
  return {
    type: "exec",
    exitCode,
    signal,
    stdout: stdout.slice(-MOST_TEXT),
    stderr: stderr.slice(-MOST_TEXT),
    timedOut,
  };
}

/** @throws ConfigError the agent is not installed */
export function requireRunnable(vm: AgentOs, action: CronAction): void {
  if (action.type !== "session") return;
  const installed = vm.listAgents().map(({ agentType }) => agentType);
  if (installed.includes(action.agentType)) return;
  const there =
    installed.length > 0
      ? `installed are ${installed.join(", ")}`
      : "sessions need a software package that brings an agent";
  const option = "action.agentType";
  const message = `there is no agent ${JSON.stringify(action.agentType)}; ${there}`;
  throw new ConfigError(option, `scheduleCron: option \`${option}\`: ${message}`);
}

export function runAction(
  runners: CronRunners,
  action: CronAction,
  context: CronContext,
): Promise<CronResult> {
  const runner = runners[action.type] as (action: CronAction, context: CronContext) => Promise<CronResult>;
  return runner(action, context);
}
