import { isSysError, latin1FromBytes } from "@agentos/kernel/abi";
import {
  type Arguments,
  defineProgram,
  errorText,
  fail,
  openInput,
  osStringToLatin1,
  type Proc,
  Reader,
  stderr,
} from "@agentos/kernel/program";
import { RegexLimitError } from "@agentos/posix";
import { AwkError } from "./ast.ts";
import { expandEscapes } from "./lexer.ts";
import { parseAwk } from "./parser.ts";
import { runProgram } from "./run-program.ts";
import { Runtime } from "./runtime.ts";

const OPTIONS = {
  fieldSeparator: { short: "F", long: "field-separator", value: "fs", help: "the input field separator" },
  assign: {
    short: "v",
    long: "assign",
    value: "var=val",
    repeat: true,
    help: "assign a variable before the program runs",
  },
  file: { short: "f", long: "file", value: "progfile", repeat: true, help: "read the program from a file" },
  source: { short: "e", long: "source", value: "text", repeat: true, help: "program text" },
  posix: { short: "P", long: "posix", help: "accepted for compatibility" },
  traditional: { short: "c", long: "traditional", help: "accepted for compatibility" },
  reInterval: { short: "r", long: "re-interval", help: "accepted for compatibility" },
  sandbox: { short: "S", long: "sandbox", help: "accepted for compatibility" },
} as const;

type AwkArguments = Arguments<typeof OPTIONS>;

/** Exit status of fatal errors. */
const FATAL = 2;

async function awk(proc: Proc, args: AwkArguments): Promise<number> {
  const { source, operands } = await readSource(proc, args);
  if (source === undefined) {
    await stderr(proc).write("Usage: awk [POSIX or GNU style options] -f progfile [--] file ...\n");
    return 1;
  }
  const locale = proc.env.get("LC_ALL") || proc.env.get("LC_CTYPE") || proc.env.get("LANG") || "C.UTF-8";
  const program = parseProgram(source);
  const utf8 = locale !== "C" && locale !== "POSIX";
  const rt = new Runtime(proc, program, { utf8, args: [proc.argv[0] ?? "awk", ...operands] });
  const { fieldSeparator } = args.options;
  if (fieldSeparator !== undefined) rt.setSpecial("FS", separatorOf(osStringToLatin1(fieldSeparator)));
  for (const assignment of args.options.assign) assign(rt, osStringToLatin1(assignment));
  return runProgram(rt);
}

function parseProgram(source: string): ReturnType<typeof parseAwk> {
  try {
    return parseAwk(source);
  } catch (error) {
    if (error instanceof AwkError) throw new SyntaxFailure(error.message);
    throw error;
  }
}

/** A program that cannot be parsed: exit status 1. */
class SyntaxFailure extends Error {}

function separatorOf(text: string): string {
  return text === "t" ? "\t" : expandEscapes(text);
}

function assign(rt: Runtime, assignment: string): void {
  const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(assignment);
  if (match === null)
    throw new AwkError(`fatal: \`${assignment}' argument to \`-v' not in \`var=value' form`);
  rt.assignByName(match[1]!, expandEscapes(match[2]!));
}

async function readSource(
  proc: Proc,
  { order, operands }: AwkArguments,
): Promise<{ source: string | undefined; operands: string[] }> {
  const parts: string[] = [];
  for (const { name, value } of order) {
    if (name === "source") parts.push(osStringToLatin1(String(value)));
    else if (name === "file") parts.push(await readFile(proc, String(value)));
  }
  if (parts.length > 0) return { source: parts.join("\n"), operands };
  const [program, ...rest] = operands;
  return { source: program === undefined ? undefined : osStringToLatin1(program), operands: rest };
}

async function readFile(proc: Proc, path: string): Promise<string> {
  try {
    const fd = await openInput(proc, path);
    const reader = new Reader(proc, fd);
    let text = "";
    for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read())
      text += latin1FromBytes(chunk);
    if (fd !== 0) await proc.close(fd);
    return text;
  } catch (error) {
    throw new AwkError(`fatal: cannot open source file \`${path}' for reading: ${errorText(error)}`);
  }
}

export default defineProgram({
  name: "awk",
  summary: "Scan for patterns and process text.",
  usage: "[-F fs] [-v var=val] 'prog' | -f progfile [file ...]",
  options: OPTIONS,
  optionsFirst: true,
  usageStatus: FATAL,
  async run(proc, args) {
    try {
      return await awk(proc, args);
    } catch (error) {
      if (error instanceof SyntaxFailure) return fail(proc, error.message);
      if (error instanceof AwkError) return fail(proc, error.message, FATAL);
      if (error instanceof RegexLimitError) return fail(proc, `fatal: ${error.message}`, FATAL);
      if (error instanceof RangeError) return fail(proc, "fatal: out of memory or recursion too deep", FATAL);
      if (!isSysError(error) || error.code === "EPIPE") throw error;
      return fail(proc, `fatal: ${error.message}`, FATAL);
    }
  },
});
