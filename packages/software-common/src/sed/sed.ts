import { isSysError, latin1FromBytes } from "@agentos/kernel/abi";
import {
  type Arguments,
  defineProgram,
  errorText,
  fail,
  latin1ToOsString,
  openInput,
  osStringToLatin1,
  type Proc,
  Reader,
  stderr,
} from "@agentos/kernel/program";
import { Executor } from "./execute.ts";
import { InPlace } from "./in-place.ts";
import { SedInput } from "./input.ts";
import { SedOutputs } from "./output.ts";
import { parseScript } from "./parse-script.ts";
import { type Command, ScriptError } from "./script.ts";
import type { ScriptPiece } from "./script-source.ts";

const OPTIONS = {
  quiet: { short: "n", long: ["quiet", "silent"], help: "suppress automatic printing of pattern space" },
  debug: { long: "debug", help: "annotate program execution" },
  expression: {
    short: "e",
    long: "expression",
    value: "SCRIPT",
    repeat: true,
    help: "add the script to the commands to be executed",
  },
  file: {
    short: "f",
    long: "file",
    value: "SCRIPT-FILE",
    repeat: true,
    help: "add the contents of script-file",
  },
  followSymlinks: { long: "follow-symlinks", help: "follow symlinks when processing in place" },
  inPlace: { short: "i", long: "in-place", value: "SUFFIX", optional: true, help: "edit files in place" },
  lineLength: { short: "l", long: "line-length", value: "N", help: "line-wrap length for the `l' command" },
  posix: { long: "posix", help: "disable all GNU extensions" },
  extended: { short: "Er", long: "regexp-extended", help: "use extended regular expressions in the script" },
  separate: { short: "s", long: "separate", help: "consider files as separate" },
  sandbox: { long: "sandbox", help: "disable e/r/w commands" },
  unbuffered: { short: "u", long: "unbuffered", help: "load minimal amounts of data" },
  nullData: { short: "z", long: ["null-data", "zero-terminated"], help: "separate lines by NUL characters" },
} as const;

type SedArguments = Arguments<typeof OPTIONS>;

async function readScript(
  proc: Proc,
  { order, operands }: SedArguments,
): Promise<{ pieces: ScriptPiece[]; files: string[] }> {
  const pieces: ScriptPiece[] = [];
  for (const { name, value } of order) {
    if (name === "expression") pieces.push({ text: osStringToLatin1(String(value)), file: undefined });
    else if (name === "file")
      pieces.push({ text: await readScriptFile(proc, String(value)), file: String(value) });
  }
  if (pieces.length > 0) return { pieces, files: operands };
  const [script, ...files] = operands;
  return { pieces: script === undefined ? [] : [{ text: osStringToLatin1(script), file: undefined }], files };
}

async function readScriptFile(proc: Proc, path: string): Promise<string> {
  let text = "";
  try {
    const fd = await openInput(proc, path);
    const reader = new Reader(proc, fd);
    for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read())
      text += latin1FromBytes(chunk);
    if (fd !== 0) await proc.close(fd);
  } catch (error) {
    throw new ScriptError(`couldn't open file ${path}: ${errorText(error)}`);
  }
  return text.replace(/\n$/, "");
}

async function sed(proc: Proc, args: SedArguments): Promise<number> {
  const { options } = args;
  const { pieces, files } = await readScript(proc, args);
  if (pieces.length === 0) return usage(proc);
  const quiet = options.quiet || /^#n(\n|$)/.test(pieces[0]!.text);
  const locale = proc.env.get("LC_ALL") || proc.env.get("LC_CTYPE") || proc.env.get("LANG") || "C.UTF-8";
  const utf8 = locale !== "C" && locale !== "POSIX";
  const toPattern = utf8 ? latin1ToOsString : (text: string) => text;
  const commands = parseScript(pieces, { extended: options.extended, utf8, toPattern });
  if (options.sandbox && commands.some(isUnsafe)) {
    throw new ScriptError("-e expression #1, char 0: e/r/w commands disabled in sandbox mode");
  }
  return runScript(proc, commands, files, { ...options, quiet });
}

async function runScript(
  proc: Proc,
  commands: readonly Command[],
  files: readonly string[],
  options: SedArguments["options"],
): Promise<number> {
  const end = options.nullData ? "\0" : "\n";
  const outputs = new SedOutputs(proc, end);
  await openWriteFiles(outputs, commands);
  const separate = options.separate || options.inPlace !== undefined;
  const input = new SedInput(proc, files.length === 0 ? ["-"] : files, {
    delimiter: end.charCodeAt(0),
    separate,
  });
  if (options.inPlace !== undefined) {
    const inPlace = new InPlace(proc, outputs, options.inPlace === true ? "" : options.inPlace, end);
    input.onFile = (path) => inPlace.begin(path);
    input.onFileEnd = () => inPlace.finish();
  }
  const executor = new Executor(proc, commands, input, outputs, {
    quiet: options.quiet,
    lineLength: Number(options.lineLength ?? 70),
    end,
    sandbox: options.sandbox,
    posix: options.posix,
  });
  await executor.run();
  await input.finish();
  await outputs.close();
  return executor.exitCode || (input.failed ? 2 : 0);
}

async function openWriteFiles(outputs: SedOutputs, commands: readonly Command[]): Promise<void> {
  for (const path of commands.map(fileToWrite)) {
    if (path === undefined) continue;
    try {
      await outputs.open(path);
    } catch (error) {
      throw new ScriptError(`couldn't open file ${path}: ${errorText(error)}`);
    }
  }
}

function fileToWrite({ name, argument }: Command): string | undefined {
  if (argument.type === "substitute") return argument.substitute.writeTo;
  return argument.type === "file" && (name === "w" || name === "W") ? argument.path : undefined;
}

function isUnsafe({ name, argument }: Command): boolean {
  if (argument.type === "substitute")
    return argument.substitute.evaluate || argument.substitute.writeTo !== undefined;
  return "erRwW".includes(name);
}

async function usage(proc: Proc): Promise<number> {
  await stderr(proc).write("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
  return 1;
}

export default defineProgram({
  name: "sed",
  summary: "Edit a stream of text by a script.",
  usage: "[OPTION]... {script-only-if-no-other-script} [input-file]...",
  options: OPTIONS,
  async run(proc, args) {
    try {
      return await sed(proc, args);
    } catch (error) {
      if (error instanceof ScriptError) return fail(proc, error.message, error.status);
      if (!isSysError(error) || error.code === "EPIPE") throw error;
      return fail(proc, error.message, 4);
    }
  },
});
