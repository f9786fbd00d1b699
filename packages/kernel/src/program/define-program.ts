import { isSysError, type MaybePromise } from "@agentos/vfs/abi";
import { helpText } from "./help.ts";
import { UsageError, warn } from "./messages.ts";
import { parseOptions } from "./parse-options.ts";
import type { Proc } from "./proc.ts";
import type { Arguments, OptionsSpec, Program, ProgramDefinition } from "./program.ts";
import { stderr, stdout, usedStdout } from "./writer.ts";

/** The version every command answers to --version. */
export const PROGRAM_VERSION = "0.1";

const STANDARD = {
  help: { long: "help", help: "display this help and exit" },
  version: { long: "version", help: "output version information and exit" },
} as const satisfies OptionsSpec;

/**
 * Makes a Program from its definition: it parses the options, answers --help and --version, reports usage errors and
 * failed calls as GNU's tools do, and flushes standard output at the end.
 */
export function defineProgram<const S extends OptionsSpec>(definition: ProgramDefinition<S>): Program {
  const options: OptionsSpec = definition.rawArguments
    ? (definition.options ?? {})
    : { ...definition.options, ...STANDARD };
  const program: Program = {
    name: definition.name,
    summary: definition.summary,
    usage: definition.usage ?? "",
    options,
    main: (proc) => runToEnd(program, definition as unknown as ProgramDefinition, proc),
  };
  return program;
}

function runToEnd(program: Program, definition: ProgramDefinition, proc: Proc): MaybePromise<number> {
  let status: MaybePromise<number>;
  try {
    status = start(program, definition, proc);
    if (!(status instanceof Promise)) return finish(definition, proc, status);
  } catch (error) {
    return report(definition, proc, error);
  }
  return status.then(
    (code) => finish(definition, proc, code),
    (error: unknown) => report(definition, proc, error),
  );
}

function start(program: Program, definition: ProgramDefinition, proc: Proc): MaybePromise<number> {
  if (definition.rawArguments) return definition.run(proc, rawArguments(proc));
  const args = parseOptions(program.options, definition.modernize?.(proc.argv, proc) ?? proc.argv, {
    optionsFirst: definition.optionsFirst,
  });
  const { order } = args;
  const first = order.find(({ name }) => name === "help" || name === "version")?.name;
  if (first === "help" && program.options.help === STANDARD.help) {
    return print(proc, helpText(program, proc.argv[0] ?? program.name));
  }
  if (first === "version" && program.options.version === STANDARD.version) {
    return print(proc, `${program.name} (AgentOS) ${PROGRAM_VERSION}\n`);
  }
  return definition.run(proc, args);
}

function rawArguments(proc: Proc): Arguments {
  return { options: {}, operands: proc.argv.slice(1), order: [] };
}

function print(proc: Proc, text: string): MaybePromise<number> {
  const pause = stdout(proc).write(text);
  return pause ? pause.then(() => 0) : 0;
}

function finish(definition: ProgramDefinition, proc: Proc, status: number): MaybePromise<number> {
  const writer = usedStdout(proc);
  if (!writer) return status;
  try {
    const pause = writer.flush();
    if (!pause) return status;
    return pause.then(
      () => status,
      (error: unknown) => report(definition, proc, error),
    );
  } catch (error) {
    return report(definition, proc, error);
  }
}

/**
 * Turns an error that ended the run into a message and an exit status. Other errors than these two kinds are rethrown.
 */
async function report(definition: ProgramDefinition, proc: Proc, error: unknown): Promise<number> {
  const writer = usedStdout(proc);
  if (error instanceof UsageError) {
    await writer?.flush();
    const name = proc.argv[0] ?? definition.name;
    const hint = definition.usageHint ?? `Try '${name} --help' for more information.`;
    await stderr(proc).write(`${name}: ${error.message}\n${hint}\n`);
    return error.status ?? definition.usageStatus ?? 1;
  }
  if (!isSysError(error)) throw error;
  const status = definition.usageStatus ?? 1;
  if (writer?.failure === error) {
    await warn(proc, `write error: ${error.message}`);
    return status;
  }
  await writer?.flush();
  await warn(proc, error.message);
  return status;
}
