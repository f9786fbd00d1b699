// Runs the command line as a user does: as a process.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export const COMMAND = [
  process.execPath,
  "--conditions=@agentos/source",
  join(import.meta.dirname, "../src/main.ts"),
] as const;

export function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcessWithoutNullStreams {
  const [file, ...flags] = COMMAND;
  return spawn(file, [...flags, ...args], { env });
}

export async function agentos(
  args: readonly string[],
  { stdin = "", env }: { stdin?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const child = start(args, env);
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (ran.stdout += data));
  child.stderr.on("data", (data) => (ran.stderr += data));
  child.stdin.end(stdin);
  [ran.code] = (await once(child, "close")) as [number];
  return ran;
}
