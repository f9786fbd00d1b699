// Compiles statements to closures that answer how the statement ended. Statements that cannot wait answer at once;
// loops yield every so often and continue from there.

import { andThen, type MaybePromise } from "@agentos/kernel/abi";
import type { Writer } from "@agentos/kernel/program";
import { AwkError, type Expression, type Redirect, type Statement } from "./ast.ts";
import type { Eval } from "./compile-expression.ts";
import type { WaitingExpressionCompiler } from "./compile-waiting.ts";
import { AwkExit, type Frame, type Runtime } from "./runtime.ts";
import { sprintf } from "./sprintf.ts";
import { InputString, numberOf, numberText, type Value } from "./values.ts";

/** How a statement ended. */
export const SIGNAL = { normal: 0, break: 1, continue: 2, next: 3, nextfile: 4, return: 5 } as const;
export type Signal = number;
export type Run = Eval<MaybePromise<Signal>>;

const TURN = 255;

export class StatementCompiler {
  readonly rt: Runtime;
  readonly expressions: WaitingExpressionCompiler;

  constructor(rt: Runtime, expressions: WaitingExpressionCompiler) {
    this.rt = rt;
    this.expressions = expressions;
  }

  compile(node: Statement): Run {
    switch (node.type) {
      case "expression":
        return this.#expression(node.expression);
      case "print":
      case "printf":
        return this.#print(node.type, node.args, node.redirect);
      case "block":
        return this.block(node.body);
      case "if":
        return this.#if(node.test, node.yes, node.no);
      case "while":
        return this.#loop(undefined, node.test, undefined, node.body, node.testFirst);
      case "for":
        return this.#loop(node.init, node.test, node.step, node.body, true);
      case "forIn":
        return this.#forIn(node);
      case "switch":
        return this.#switch(node);
      case "delete":
        return this.#delete(node);
      case "break":
      case "continue":
      case "next":
      case "nextfile": {
        const signal = SIGNAL[node.type];
        return () => signal;
      }
      case "exit":
        return this.#withValue(node.value, (value) => {
          throw new AwkExit(node.value === undefined ? undefined : Math.trunc(numberOf(value)) & 0xff);
        });
      case "return":
        return this.#withValue(node.value, (value, frame) => {
          frame.result = value;
          return SIGNAL.return;
        });
    }
  }

  block(body: readonly Statement[]): Run {
    const runs = body.map((statement) => this.compile(statement));
    if (runs.length === 1) return runs[0]!;
    const from = (frame: Frame, start: number): MaybePromise<Signal> => {
      for (let i = start; i < runs.length; i++) {
        const signal = runs[i]!(frame);
        if (signal instanceof Promise) return signal.then((done) => (done === 0 ? from(frame, i + 1) : done));
        if (signal !== 0) return signal;
      }
      return 0;
    };
    return (frame) => from(frame, 0);
  }

  #expression(node: Expression): Run {
    if (this.expressions.waits(node)) {
      const value = this.expressions.waiting(node);
      return (frame) => andThen(value(frame), () => 0);
    }
    const numeric = node.type === "increment" || (node.type === "assign" && node.operator !== undefined);
    const value: Eval<unknown> = numeric ? this.expressions.number(node) : this.expressions.value(node);
    return (frame) => {
      value(frame);
      return 0;
    };
  }

  #withValue(node: Expression | undefined, end: (value: Value, frame: Frame) => Signal): Run {
    if (node === undefined) return (frame) => end(undefined, frame);
    if (this.expressions.waits(node)) {
      const value = this.expressions.waiting(node);
      return (frame) => andThen(value(frame), (result) => end(result, frame));
    }
    const value = this.expressions.value(node);
    return (frame) => end(value(frame), frame);
  }

  #if(test: Expression, yesNode: Statement, noNode: Statement | undefined): Run {
    const condition = this.expressions.test(test);
    const yes = this.compile(yesNode);
    const no: Run = noNode === undefined ? () => 0 : this.compile(noNode);
    return (frame) => {
      const holds = condition(frame);
      if (holds instanceof Promise) return holds.then((result) => (result ? yes(frame) : no(frame)));
      return holds ? yes(frame) : no(frame);
    };
  }

  #loop(
    init: Statement | undefined,
    testNode: Expression | undefined,
    stepNode: Statement | undefined,
    bodyNode: Statement,
    testFirst: boolean,
  ): Run {
    const test = testNode === undefined ? () => true : this.expressions.test(testNode);
    const body = this.compile(bodyNode);
    const step: Run = stepNode === undefined ? () => 0 : this.compile(stepNode);
    const begin: Run = init === undefined ? () => 0 : this.compile(init);
    const { proc } = this.rt;

    /** Continues from a point at which something had to be waited for. */
    const slowly = async (
      frame: Frame,
      from: "test" | "body" | "step",
      pending: MaybePromise<unknown>,
    ): Promise<Signal> => {
      let stage: "test" | "body" | "step" = from;
      let result = await pending;
      // Awaiting a value that is already available would slow every later round down.
      for (let count = 0; ; count++) {
        if (stage === "test") {
          if (!result) return 0;
          const signal = body(frame);
          result = signal instanceof Promise ? await signal : signal;
          stage = "body";
        }
        if (stage === "body") {
          if (result === SIGNAL.break) return 0;
          if (result !== 0 && result !== SIGNAL.continue) return result as Signal;
          const stepped = step(frame);
          if (stepped instanceof Promise) await stepped;
        }
        if ((count & 63) === 0) {
          const pause = proc.yield();
          if (pause) await pause;
        }
        const holds = test(frame);
        result = holds instanceof Promise ? await holds : holds;
        stage = "test";
      }
    };

    const run = (frame: Frame, first: boolean): MaybePromise<Signal> => {
      for (let count = 1, skip = first; ; count++) {
        if (!skip) {
          const holds = test(frame);
          if (holds instanceof Promise) return slowly(frame, "test", holds);
          if (!holds) return 0;
        }
        skip = false;
        const signal = body(frame);
        if (signal instanceof Promise) return slowly(frame, "body", signal);
        if (signal !== 0 && signal !== SIGNAL.continue) return signal === SIGNAL.break ? 0 : signal;
        const stepped = step(frame);
        if (stepped instanceof Promise) return slowly(frame, "step", stepped);
        if ((count & TURN) === 0) {
          const pause = proc.yield();
          if (pause) return slowly(frame, "step", pause);
        }
      }
    };
    return (frame) => {
      const begun = begin(frame);
      return begun instanceof Promise ? begun.then(() => run(frame, !testFirst)) : run(frame, !testFirst);
    };
  }

  #forIn({ target, array, body: bodyNode }: Extract<Statement, { type: "forIn" }>): Run {
    const map = this.expressions.array(array);
    const store = this.expressions.store(target);
    const body = this.compile(bodyNode);
    const { proc } = this.rt;
    const from = async (
      frame: Frame,
      keys: string[],
      start: number,
      pending: MaybePromise<Signal>,
    ): Promise<Signal> => {
      let signal = await pending;
      for (let i = start; ; i++) {
        if (signal === SIGNAL.break) return 0;
        if (signal !== 0 && signal !== SIGNAL.continue) return signal;
        if (i >= keys.length) return 0;
        store(frame, new InputString(keys[i]!));
        if ((i & 15) === 0) {
          const pause = proc.yield();
          if (pause) await pause;
        }
        const ended = body(frame);
        signal = ended instanceof Promise ? await ended : ended;
      }
    };
    return (frame) => {
      const keys = [...map(frame).keys()];
      for (let i = 0; i < keys.length; i++) {
        store(frame, new InputString(keys[i]!));
        const signal = body(frame);
        if (signal instanceof Promise) return from(frame, keys, i + 1, signal);
        if (signal === SIGNAL.break) return 0;
        if (signal !== 0 && signal !== SIGNAL.continue) return signal;
        if ((i & TURN) === TURN) {
          const pause = proc.yield();
          if (pause)
            return from(
              frame,
              keys,
              i + 1,
              pause.then(() => 0),
            );
        }
      }
      return 0;
    };
  }

  #switch({ value: node, cases }: Extract<Statement, { type: "switch" }>): Run {
    const value = this.expressions.waiting(node);
    const { rt } = this;
    const tests = cases.map(({ value: label }) => (label === undefined ? undefined : this.#label(label)));
    const bodies = cases.map(({ body }) => this.block(body));
    return async (frame) => {
      const subject = await value(frame);
      let at = 0;
      while (at < tests.length && !(await tests[at]?.(subject, rt.text(subject)))) at++;
      if (at === tests.length) at = tests.indexOf(undefined);
      for (; at >= 0 && at < bodies.length; at++) {
        const signal = await bodies[at]!(frame);
        if (signal === SIGNAL.break) return 0;
        if (signal !== 0) return signal;
      }
      return 0;
    };
  }

  #label(label: Expression): (subject: Value, text: string) => MaybePromise<boolean> {
    const { regexes, pause } = this.rt;
    if (label.type === "regex") return (_subject, text) => regexes.get(label.source).testPausing(text, pause);
    const value = this.expressions.value(label);
    const frame: Frame = { locals: [], holes: [], result: undefined };
    const wanted = value(frame);
    if (typeof wanted === "number")
      return (subject) => typeof subject !== "string" && numberOf(subject) === wanted;
    return (subject, text) => typeof subject !== "number" && text === this.rt.text(wanted);
  }

  #delete({ array, subscripts }: Extract<Statement, { type: "delete" }>): Run {
    const map = this.expressions.array(array);
    if (subscripts === undefined) {
      return (frame) => {
        map(frame).clear();
        return 0;
      };
    }
    const key = this.expressions.subscript(subscripts);
    return (frame) => {
      map(frame).delete(key(frame));
      return 0;
    };
  }

  // ── output ──────────────────────────────────────────────────────────

  #print(type: "print" | "printf", args: readonly Expression[], redirect: Redirect | undefined): Run {
    const waits = args.some((arg) => this.expressions.waits(arg)) || redirect !== undefined;
    if (waits) return this.#printSlowly(type, args, redirect);
    const make = type === "print" ? this.#printed(args) : this.#formatted(args);
    const out = this.rt.io.stdout;
    return (frame) => {
      const pause = out.writeLatin1(make(frame));
      return pause instanceof Promise ? pause.then(() => 0) : 0;
    };
  }

  #printed(args: readonly Expression[]): Eval<string> {
    const { rt } = this;
    const parts = args.map((arg) => this.#outputText(arg));
    const [only] = parts;
    if (only === undefined) return () => rt.record.text + rt.ors;
    if (parts.length === 1) return (frame) => only(frame) + rt.ors;
    return (frame) => {
      let line = only(frame);
      for (let i = 1; i < parts.length; i++) line += rt.record.outputFieldSeparator + parts[i]!(frame);
      return line + rt.ors;
    };
  }

  /** A value as print shows it: numbers by OFMT. */
  #outputText(node: Expression): Eval<string> {
    const { rt } = this;
    if (
      node.type === "string" ||
      node.type === "field" ||
      (node.type === "binary" && node.operator === "concat")
    ) {
      return this.expressions.text(node);
    }
    const value = this.expressions.value(node);
    return (frame) => {
      const result = value(frame);
      return typeof result === "number" ? numberText(result, rt.ofmt) : rt.text(result);
    };
  }

  #formatted(args: readonly Expression[]): Eval<string> {
    const { rt } = this;
    if (args.length === 0) throw new AwkError("fatal: printf: no format");
    const format = this.expressions.text(args[0]!);
    const values = args.slice(1).map((arg) => this.expressions.value(arg));
    const toText = (value: Value): string => rt.text(value);
    return (frame) =>
      sprintf(
        format(frame),
        values.map((value) => value(frame)),
        toText,
        rt.characters,
      );
  }

  #printSlowly(type: "print" | "printf", args: readonly Expression[], redirect: Redirect | undefined): Run {
    const values = args.map((arg) => this.expressions.waiting(arg));
    const target = redirect === undefined ? undefined : this.expressions.waiting(redirect.target);
    const { rt } = this;
    return async (frame) => {
      const results: Value[] = [];
      for (const value of values) results.push(await value(frame));
      const text = type === "print" ? this.#line(results) : this.#format(results);
      const out =
        target === undefined ? rt.io.stdout : await this.#writer(redirect!, rt.text(await target(frame)));
      await out.writeLatin1(text);
      return 0;
    };
  }

  #line(values: readonly Value[]): string {
    const { rt } = this;
    if (values.length === 0) return rt.record.text + rt.ors;
    const texts = values.map((value) =>
      typeof value === "number" ? numberText(value, rt.ofmt) : rt.text(value),
    );
    return texts.join(rt.record.outputFieldSeparator) + rt.ors;
  }

  #format([format, ...values]: readonly Value[]): string {
    const { rt } = this;
    return sprintf(rt.text(format), values, (value) => rt.text(value), rt.characters);
  }

  #writer({ operator }: Redirect, name: string): MaybePromise<Writer> {
    if (name === "") throw new AwkError("fatal: expression for redirection has null string value");
    return this.rt.io.output(operator, name);
  }
}
