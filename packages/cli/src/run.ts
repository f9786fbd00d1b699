import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AgentOs } from "@agentos/core";
import { parseTimeout } from "./duration.ts";
import { exitCodeOf, TIMED_OUT } from "./exit-code.ts";
import type { Options } from "./parse.ts";
import type { COMMANDS } from "./spec.ts";
import { UsageError } from "./usage-error.ts";
import { vmOptions } from "./vm-options.ts";

/** Where a script from the host is put in the VM. */
const SCRIPTS = "/run/agentos";
const SHELL = "bash";
/** How long processes that the command left in the background may still write. */
const LATE_OUTPUT_MS = 100;

export interface RunRequest {
  options: Options<typeof COMMANDS.run>;
  operands: readonly string[];
  separated: boolean;
}

/** @returns the exit code @throws UsageError */
export async function run({ options, operands, separated }: RunRequest): Promise<number> {
  const [first] = operands;
  if (first === undefined) throw new UsageError("a command or a script is missing", "run");
  const timeoutMs = parseTimeout("run", options.timeout);
  await using vm = await AgentOs.create(vmOptions("run", options));
  const [file, ...args] = separated ? commandWords(operands) : await installScript(vm, operands);
  const runTheCommand = options.json ? runForJson : runStreaming;
  // The VM must live until the command has ended.
  try {
    return await runTheCommand(vm, file!, args, timeoutMs);
  } catch (error) {
    return cannotRun(file!, error);
  }
}

/** The exit code by which a shell reports a program that it cannot start. */
function cannotRun(file: string, error: unknown): number {
  const { code, syscall } = error as { code?: string; syscall?: string };
  if (syscall !== "spawn" || (code !== "ENOENT" && code !== "EACCES")) throw error;
  const why = code === "ENOENT" ? "No such file or directory" : "Permission denied";
  process.stderr.write(`agentos: ${file}: ${why}\n`);
  return code === "ENOENT" ? 127 : 126;
}

function commandWords(operands: readonly string[]): readonly string[] {
  return operands.length === 1 ? [SHELL, "-c", operands[0]!] : operands;
}

async function installScript(vm: AgentOs, [script, ...args]: readonly string[]): Promise<readonly string[]> {
  const path = `${SCRIPTS}/${basename(script!)}`;
  let content: Uint8Array;
  try {
    content = readFileSync(script!);
  } catch (error) {
    throw new UsageError(`cannot read the script: ${(error as Error).message}`, "run");
  }
  await vm.mkdir(SCRIPTS, { recursive: true });
  await vm.writeFile(path, content, { mode: 0o755 });
  return [path, ...args];
}

async function runForJson(
  vm: AgentOs,
  file: string,
  args: readonly string[],
  timeoutMs: number | undefined,
): Promise<number> {
  const stdin = process.stdin.isTTY ? undefined : await readAll(process.stdin);
  const { stdoutBytes: _, stderrBytes: __, ...result } = await vm.execFile(file, args, { stdin, timeoutMs });
  await write(process.stdout, `${JSON.stringify(result, undefined, 2)}\n`);
  return result.timedOut ? TIMED_OUT : exitCodeOf(result);
}

async function runStreaming(
  vm: AgentOs,
  file: string,
  args: readonly string[],
  timeoutMs: number | undefined,
): Promise<number> {
  const { pid } = await vm.spawn(file, args);
  const kill = (signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGPIPE" | "SIGKILL") => {
    // The command may have ended in the meantime.
    vm.signalProcess(-pid, signal).catch(() => {});
  };
  const onBrokenPipe = () => kill("SIGPIPE");
  process.stdout.on("error", onBrokenPipe);
  process.stderr.on("error", onBrokenPipe);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, kill);

  let timedOut = false;
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  function expire() {
    timedOut = true;
    kill("SIGKILL");
  }
  const output = vm.onProcessOutput(pid, ({ stream, data }) =>
    write(stream === "stdout" ? process.stdout : process.stderr, data),
  );
  void feed(vm, pid);
  const ending = await vm.waitProcess(pid);
  clearTimeout(timer);
  await Promise.race([output.ended, delay(LATE_OUTPUT_MS, undefined, { ref: false })]);
  await killAll(vm);
  await output.ended;
  return timedOut ? TIMED_OUT : exitCodeOf(ending);
}

/** Kills what the command left running: the VM ends with the command. */
async function killAll(vm: AgentOs): Promise<void> {
  for (const { pid } of await vm.listProcesses()) {
    if (pid !== 1) await vm.killProcess(pid).catch(() => {});
  }
}

/** Copies standard input to the command as fast as it reads. */
async function feed(vm: AgentOs, pid: number): Promise<void> {
  try {
    for await (const chunk of process.stdin) await vm.writeProcessStdin(pid, chunk as Uint8Array);
    await vm.closeProcessStdin(pid);
  } catch {
    // The command has ended or has closed its input: nobody will read the rest.
    process.stdin.destroy();
  }
}

async function readAll(stream: NodeJS.ReadStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Resolves when more can be written; also when the stream breaks, which its "error" listener handles. */
function write(stream: NodeJS.WriteStream, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.write(data, () => resolve());
  });
}
