import type { MaybePromise } from "@agentos/kernel/abi";
import type { AwkProgram, Rule } from "./ast.ts";
import type { CallTarget } from "./compile-call.ts";
import type { Eval } from "./compile-expression.ts";
import { type Run, SIGNAL, StatementCompiler } from "./compile-statement.ts";
import { WaitingExpressionCompiler } from "./compile-waiting.ts";
import { AwkExit, type Frame, type Runtime } from "./runtime.ts";

interface CompiledRule {
  test: Eval<MaybePromise<boolean>> | undefined;
  /** The end of a range. */
  until: Eval<MaybePromise<boolean>> | undefined;
  inside: boolean;
  body: Run;
}

/** Runs a program from BEGIN to END; the exit status. */
export async function runProgram(rt: Runtime): Promise<number> {
  const { program } = rt;
  const functions = new Map<string, CallTarget>();
  const expressions = new WaitingExpressionCompiler(rt, functions);
  const statements = new StatementCompiler(rt, expressions);
  compileFunctions(program, statements, functions);
  const frame: Frame = { locals: [], holes: [], result: undefined };
  const sections = {
    begin: program.begin.map((body) => statements.compile(body)),
    rules: program.rules.map((rule) => compileRule(rule, expressions, statements)),
    end: program.end.map((body) => statements.compile(body)),
  };
  compileFileHooks(rt, statements, frame);
  try {
    await runSections(rt, sections, frame);
  } catch (error) {
    if (!(error instanceof AwkExit)) throw error;
    rt.exitCode = error.code ?? rt.exitCode;
  } finally {
    await rt.io.closeAll();
  }
  return rt.exitCode || (rt.input.failed ? 2 : 0);
}

function compileFunctions(
  program: AwkProgram,
  statements: StatementCompiler,
  functions: Map<string, CallTarget>,
): void {
  for (const definition of program.functions.values()) {
    functions.set(definition.name, {
      parameters: definition.parameters.length,
      arrays: definition.arrays,
      run: statements.compile(definition.body),
    });
  }
}

function compileFileHooks(rt: Runtime, statements: StatementCompiler, frame: Frame): void {
  const { program } = rt;
  const [begin, end] = [program.beginFile, program.endFile].map((bodies) =>
    bodies.map((body) => statements.compile(body)),
  );
  rt.beginFile = async () => {
    for (const run of begin!) await run(frame);
  };
  rt.endFile = async () => {
    for (const run of end!) await run(frame);
  };
}

function compileRule(
  rule: Rule,
  expressions: WaitingExpressionCompiler,
  statements: StatementCompiler,
): CompiledRule {
  const test = (at: number): Eval<MaybePromise<boolean>> | undefined => {
    const node = rule.patterns[at];
    return node === undefined ? undefined : expressions.test(node);
  };
  const body = rule.body ?? { type: "print", args: [], redirect: undefined };
  return { test: test(0), until: test(1), inside: false, body: statements.compile(body) };
}

interface Sections {
  begin: Run[];
  rules: CompiledRule[];
  end: Run[];
}

async function runSections(rt: Runtime, { begin, rules, end }: Sections, frame: Frame): Promise<void> {
  try {
    for (const run of begin) await run(frame);
    if (rules.length > 0 || end.length > 0 || rt.program.beginFile.length > 0)
      await runRecords(rt, rules, frame);
  } catch (error) {
    // exit leads to END; in END it ends the program.
    if (!(error instanceof AwkExit)) throw error;
    rt.exitCode = error.code ?? rt.exitCode;
  }
  for (const run of end) await run(frame);
}

async function runRecords(rt: Runtime, rules: readonly CompiledRule[], frame: Frame): Promise<void> {
  const only = rules.length === 1 && rules[0]!.until === undefined ? rules[0]! : undefined;
  for (let count = 0; ; count++) {
    const more = rt.nextRecord();
    if (!(more instanceof Promise ? await more : more)) return;
    const signal = only === undefined ? runRules(rules, frame, 0) : runRule(only, frame);
    const ended = signal instanceof Promise ? await signal : signal;
    if (ended === SIGNAL.nextfile) await rt.input.skipFile();
    if ((count & 127) === 0) {
      const pause = rt.proc.yield();
      if (pause) await pause;
    }
  }
}

function runRules(rules: readonly CompiledRule[], frame: Frame, start: number): MaybePromise<number> {
  for (let i = start; i < rules.length; i++) {
    const signal = runRule(rules[i]!, frame);
    if (signal instanceof Promise)
      return signal.then((ended) => (leaves(ended) ? ended : runRules(rules, frame, i + 1)));
    if (leaves(signal)) return signal;
  }
  return 0;
}

const leaves = (signal: number): boolean => signal === SIGNAL.next || signal === SIGNAL.nextfile;

function runRule(rule: CompiledRule, frame: Frame): MaybePromise<number> {
  const { test, until, body } = rule;
  if (test === undefined) return body(frame);
  if (until !== undefined) return runRange(rule, frame);
  const holds = test(frame);
  if (holds instanceof Promise) return holds.then((result) => (result ? body(frame) : 0));
  return holds ? body(frame) : 0;
}

async function runRange(rule: CompiledRule, frame: Frame): Promise<number> {
  if (!rule.inside && !(await rule.test!(frame))) return 0;
  rule.inside = !(await rule.until!(frame));
  return rule.body(frame);
}
