import {
  defineProgram,
  errorText,
  openInput,
  type Proc,
  Reader,
  stderr,
  stdout,
} from "@agentos/kernel/program";
import { type CommandLine, OPTIONS, parseCommandLine, UsageProblem } from "./arguments.ts";
import { CompileError, type Node } from "./ast.ts";
import { Evaluator } from "./evaluator.ts";
import { Break, PAUSE } from "./flow.ts";
import { Input, InputError } from "./input.ts";
import { JsonReader, JsonSyntaxError, parseJson } from "./json-reader.ts";
import { colorsFrom, type WriteOptions, writeJson } from "./json-writer.ts";
import { Halt } from "./natives/natives.ts";
import { parseProgram } from "./parser.ts";
import { namesWith, prelude } from "./prelude.ts";
import { Runtime } from "./runtime.ts";
import { JqError, MAX_TEXT, truthy, type Value } from "./value.ts";

const USAGE = 2;
const COMPILE = 3;
const NO_OUTPUT = 4;
const ERROR = 5;

const USAGE_TEXT = `Usage:\tjq [OPTIONS] FILTER [FILES...]
\tjq [OPTIONS] -f FILE [FILES...]
\tjq [OPTIONS] --args FILTER [ARGUMENTS...]
\tjq [OPTIONS] --jsonargs FILTER [JSON_VALUES...]
`;

/** jq: a language for JSON. Source: jq(1) 1.7. */
export default defineProgram({
  name: "jq",
  summary: "Command-line JSON processor.",
  usage: "[OPTIONS] FILTER [FILES...]",
  options: OPTIONS,
  rawArguments: true,
  async run(proc, { operands }) {
    try {
      return await start(proc, parseCommandLine(operands));
    } catch (error) {
      if (!(error instanceof UsageProblem)) throw error;
      const hint = error.hint
        ? "Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n"
        : "";
      await stderr(proc).write(`jq: ${hint ? "error: " : ""}${error.message}\n${hint}`);
      return USAGE;
    }
  },
});

async function start(proc: Proc, line: CommandLine): Promise<number> {
  const { flags, operands } = line;
  if (flags.has("help")) {
    await stdout(proc).write(helpPage());
    return 0;
  }
  if (flags.has("version")) {
    await stdout(proc).write("jq-1.7\n");
    return 0;
  }
  const filter = operands.shift();
  if (filter === undefined) {
    await stderr(proc).write(`${USAGE_TEXT}For listing the command options, use jq --help.\n`);
    return USAGE;
  }
  const source = flags.has("file") ? await readText(proc, filter) : filter;
  const variables = await readVariables(proc, line);
  let program: Node;
  try {
    program = parseProgram(source, namesWith(variables));
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    await stderr(proc).write(`jq: error: ${error.message}:\n${source}\njq: 1 compile error\n`);
    return COMPILE;
  }
  return new Session(proc, line, program, variables).run();
}

function helpPage(): string {
  const rows = Object.values(OPTIONS).map((spec) => {
    const short = "short" in spec ? `-${spec.short}, ` : "    ";
    const value = "value" in spec ? ` ${spec.value}` : "";
    return `  ${`${short}--${spec.long}${value}`.padEnd(28)} ${spec.help};\n`;
  });
  return `${USAGE_TEXT}\njq is a tool for processing JSON inputs, applying the given filter to\nits JSON text inputs and producing the filter's results as JSON on\nstandard output.\n\nCommand options:\n${rows.join("")}`;
}

async function readText(proc: Proc, path: string): Promise<string> {
  try {
    const fd = await openInput(proc, path);
    const reader = new Reader(proc, fd);
    const decoder = new TextDecoder();
    let text = "";
    for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_TEXT) throw new UsageProblem(`error: ${path} is too long`, false);
    }
    if (fd !== 0) await proc.close(fd);
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof UsageProblem) throw error;
    throw new UsageProblem(`error: Could not open ${path}: ${errorText(error)}`, false);
  }
}

async function readVariables(proc: Proc, { named, positional }: CommandLine): Promise<Map<string, Value>> {
  const values = new Map<string, Value>();
  for (const { kind, name, value } of named) {
    if (values.has(name)) continue;
    values.set(name, await namedValue(proc, kind, name, value));
  }
  const list = positional.map(({ kind, value }) =>
    kind === "args" ? value : json(value, `Invalid JSON text passed to --jsonargs`),
  );
  const all = new Map([...values].map(([name, value]) => [`$${name}`, value]));
  all.set("$__prog_args", list);
  return all.set(
    "$ARGS",
    new Map<string, Value>([
      ["positional", list],
      ["named", values],
    ]),
  );
}

async function namedValue(proc: Proc, kind: string, name: string, value: string): Promise<Value> {
  if (kind === "arg") return value;
  if (kind === "argjson") return json(value, `Invalid JSON text passed to --argjson`);
  const text = await readText(proc, value);
  if (kind === "rawfile") return text;
  try {
    const reader = new JsonReader();
    reader.feed(text);
    reader.end();
    return reader.values;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new UsageProblem(`Bad JSON in --slurpfile ${name} ${value}: ${error.message}`, false);
  }
}

function json(text: string, problem: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new UsageProblem(problem);
  }
}

/** One run of a program over its inputs. */
class Session {
  readonly #proc: Proc;
  readonly #flags: CommandLine["flags"];
  readonly #program: Node;
  readonly #input: Input;
  readonly #rt: Runtime;
  readonly #evaluator: Evaluator;
  readonly #format: WriteOptions;
  #last: Value | undefined;
  #status = 0;

  constructor(
    proc: Proc,
    { flags, indent, operands }: CommandLine,
    program: Node,
    variables: Map<string, Value>,
  ) {
    this.#proc = proc;
    this.#flags = flags;
    this.#program = program;
    const [raw, slurp, stream] = [flags.has("rawInput"), flags.has("slurp"), flags.has("stream")];
    this.#input = new Input(proc, operands, { raw, slurp, stream });
    this.#rt = new Runtime(proc, this.#input, variables);
    this.#evaluator = new Evaluator(this.#rt);
    const level = flags.has("tab")
      ? "\t"
      : flags.has("compact") || indent === 0
        ? undefined
        : " ".repeat(indent);
    const colored = flags.has("color") && !flags.has("monochrome");
    this.#format = {
      indent: level,
      sortKeys: flags.has("sortKeys"),
      ascii: flags.has("ascii"),
      colors: colored ? colorsFrom(proc.env.get("JQ_COLORS")) : undefined,
    };
  }

  async run(): Promise<number> {
    try {
      if (this.#flags.has("nullInput")) await this.#process(null);
      else await this.#processAll();
    } catch (error) {
      if (error instanceof Halt) return this.#halt(error);
      throw error;
    }
    if (this.#status !== 0) return this.#status;
    if (this.#input.failed) return USAGE;
    if (!this.#flags.has("exitStatus")) return 0;
    return this.#last === undefined ? NO_OUTPUT : truthy(this.#last) ? 0 : 1;
  }

  async #processAll(): Promise<void> {
    try {
      for (let value = await this.#input.next(); value !== undefined; value = await this.#input.next()) {
        await this.#process(value);
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      await this.#complain(`parse error: ${error.message}`);
      this.#status = USAGE;
    }
  }

  async #halt({ status, message }: Halt): Promise<number> {
    await stdout(this.#proc).flush();
    if (message !== "") await stderr(this.#proc).write(message);
    return status;
  }

  async #process(value: Value): Promise<void> {
    this.#status = 0;
    try {
      const flow = this.#evaluator.run(this.#program, prelude(), { value, path: undefined });
      for (const out of flow) {
        if (out === PAUSE) await this.#rt.pending;
        else {
          const pause = this.#write(out.value);
          if (pause) await pause;
          if (this.#rt.tick()) await this.#rt.pending;
        }
      }
    } catch (error) {
      await this.#report(error);
    }
  }

  #write(value: Value): void | Promise<void> {
    this.#last = value;
    const flags = this.#flags;
    const raw = flags.has("raw") || flags.has("join") || flags.has("raw0");
    const text =
      raw && typeof value === "string" && !flags.has("ascii") ? value : writeJson(value, this.#format);
    if (flags.has("raw0") && text.includes("\0"))
      throw new JqError("Cannot dump a string containing NUL with --raw-output0 option");
    const end = flags.has("join") ? "" : flags.has("raw0") ? "\0" : "\n";
    const written = stdout(this.#proc).write(`${flags.has("seq") ? "\x1e" : ""}${text}${end}`);
    if (!flags.has("unbuffered")) return written;
    return Promise.resolve(written).then(() => stdout(this.#proc).flush());
  }

  async #report(error: unknown): Promise<void> {
    if (error instanceof Break) await this.#complain(`error (at ${this.#where()}): break`);
    else if (error instanceof RangeError)
      await this.#complain(`error (at ${this.#where()}): recursion too deep or out of memory`);
    else if (error instanceof JqError) await this.#complain(this.#message(error.value));
    else throw error;
    this.#status = ERROR;
  }

  #message(value: Value): string {
    if (typeof value === "string") return `error (at ${this.#where()}): ${value}`;
    return `error (at ${this.#where()}) (not a string): ${writeJson(value)}`;
  }

  #where(): string {
    if (!this.#input.started) return "<unknown>";
    return `${this.#input.fileName ?? "<stdin>"}:${this.#input.line}`;
  }

  async #complain(message: string): Promise<void> {
    await stdout(this.#proc).flush();
    await stderr(this.#proc).write(`jq: ${message}\n`);
  }
}
