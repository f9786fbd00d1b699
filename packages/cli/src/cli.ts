// Runs the command that a command line names.

import { readFileSync } from "node:fs";
import { type CompletionShell, completionScript } from "./completion.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { parseCommand } from "./parse.ts";
import { COMMANDS, type CommandName, SHELLS } from "./spec.ts";
import { UsageError } from "./usage-error.ts";

const FAILURE_STATUS = 1;
const USAGE_STATUS = 2;

/** Runs one command line. @returns the exit code */
export async function cli(words: readonly string[]): Promise<number> {
  try {
    return await dispatch(words);
  } catch (error) {
    if (error instanceof UsageError) return complain(error.message, error.command);
    if (isExpected(error)) return complain(error.message);
    if (!isFailure(error)) throw error;
    process.stderr.write(`agentos: ${error.message}\n`);
    return FAILURE_STATUS;
  }
}

/** A failure of an agent or of the machine: neither the user's mistake nor a bug in the command. */
function isFailure(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_AGENTOS_");
}

/** A failure that the user can do something about: the message says enough, without a stack. */
function isExpected(error: unknown): error is Error {
  return error instanceof Error && (error.name === "ConfigError" || "syscall" in error);
}

function complain(message: string, command?: string): number {
  const help = command === undefined ? "agentos --help" : `agentos ${command} --help`;
  process.stderr.write(`agentos: ${message}\nTry '${help}'.\n`);
  return USAGE_STATUS;
}

async function dispatch([first, ...rest]: readonly string[]): Promise<number> {
  switch (first) {
    case undefined:
    case "help":
    case "--help":
    case "-h":
      return print(
        rest[0] !== undefined && rest[0] in COMMANDS
          ? commandHelp(COMMANDS[rest[0] as CommandName])
          : generalHelp(),
      );
    case "--version":
      return print(`${version()}\n`);
    case "run": {
      const parsed = parseCommand("run", COMMANDS.run, rest);
      if (parsed.options.help) return print(commandHelp(COMMANDS.run));
      // Loaded when needed, so that help and completion need not wait for the virtual machine.
      const { run } = await import("./run.ts");
      return run(parsed);
    }
    case "shell": {
      const parsed = parseCommand("shell", COMMANDS.shell, rest);
      if (parsed.options.help) return print(commandHelp(COMMANDS.shell));
      const { shell } = await import("./shell.ts");
      return shell(parsed);
    }
    case "agent": {
      const parsed = parseCommand("agent", COMMANDS.agent, rest);
      if (parsed.options.help) return print(commandHelp(COMMANDS.agent));
      const { agent } = await import("./agents/agent.ts");
      return agent(parsed);
    }
    case "chat": {
      const parsed = parseCommand("chat", COMMANDS.chat, rest);
      if (parsed.options.help) return print(commandHelp(COMMANDS.chat));
      const { runChat } = await import("./agents/run-chat.ts");
      return runChat(parsed);
    }
    case "completion": {
      const { options, operands } = parseCommand("completion", COMMANDS.completion, rest);
      return print(options.help ? commandHelp(COMMANDS.completion) : completionScript(shellName(operands)));
    }
    default:
      throw new UsageError(
        first.startsWith("-")
          ? `unknown option: ${first}`
          : `unknown command: ${first} (there are ${Object.keys(COMMANDS).join(", ")})`,
      );
  }
}

function shellName([name]: readonly string[]): CompletionShell {
  const known = SHELLS.find((candidate) => candidate === name);
  if (known === undefined) throw new UsageError(`completion is for ${SHELLS.join(", ")}`, "completion");
  return known;
}

function version(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
