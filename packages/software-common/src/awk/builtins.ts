// The built-in functions that neither wait nor match. Each entry makes the closure for one call of it.

import { latin1ToOsString, osStringToLatin1 } from "@agentos/kernel/program";
import { strftime } from "@agentos/posix";
import { AwkError, type Expression, type Lvalue } from "./ast.ts";
import { makeTime } from "./make-time.ts";
import type { Frame, Runtime } from "./runtime.ts";
import { sprintf } from "./sprintf.ts";
import { type AwkArray, compareValues, InputString, numberOf, toNumber, type Value } from "./values.ts";

type Eval<T> = (frame: Frame) => T;

export interface BuiltinEnvironment {
  rt: Runtime;
  number(node: Expression): Eval<number>;
  text(node: Expression): Eval<string>;
  value(node: Expression): Eval<Value>;
  array(node: Expression): Eval<AwkArray>;
  isArray(node: Expression): boolean | Eval<boolean>;
  store(target: Lvalue): (frame: Frame, value: Value) => void;
}

type Builtin = (env: BuiltinEnvironment, args: readonly Expression[]) => Eval<Value>;

export const RECORD: Expression = { type: "field", index: { type: "number", value: 0 } };

const math =
  (apply: (x: number) => number): Builtin =>
  (env, args) => {
    const x = env.number(needed(args, 0));
    return (frame) => apply(x(frame));
  };

const bits =
  (apply: (a: bigint, b: bigint) => bigint): Builtin =>
  (env, args) => {
    const parts = args.map((arg) => env.number(arg));
    return (frame) => Number(parts.map((part) => BigInt(Math.trunc(part(frame)))).reduce(apply));
  };

export function needed(args: readonly Expression[], at: number): Expression {
  const arg = args[at];
  if (arg === undefined) throw new AwkError("fatal: not enough arguments for built-in function");
  return arg;
}

const length: Builtin = (env, args) => {
  const { characters } = env.rt;
  const arg = args[0] ?? RECORD;
  if (arg.type === "variable") {
    const isArray = env.isArray(arg);
    if (isArray === true) {
      const array = env.array(arg);
      return (frame) => array(frame).size;
    }
    if (isArray !== false) {
      const array = env.array(arg);
      const text = env.text(arg);
      return (frame) => (isArray(frame) ? array(frame).size : characters.length(text(frame)));
    }
  }
  const text = env.text(arg);
  return (frame) => characters.length(text(frame));
};

const substr: Builtin = (env, args) => {
  const { characters } = env.rt;
  const [text, start] = [env.text(needed(args, 0)), env.number(needed(args, 1))];
  const count = args[2] === undefined ? () => Infinity : env.number(args[2]);
  return (frame) => characters.substr(text(frame), start(frame), count(frame));
};

const index: Builtin = (env, args) => {
  const { characters } = env.rt;
  const [text, part] = [env.text(needed(args, 0)), env.text(needed(args, 1))];
  return (frame) => {
    const within = text(frame);
    const at = within.indexOf(part(frame));
    return at < 0 ? 0 : characters.offset(within, at) + 1;
  };
};

const sprintfFunction: Builtin = (env, args) => {
  const format = env.text(needed(args, 0));
  const values = args.slice(1).map((arg) => env.value(arg));
  const { rt } = env;
  return (frame) =>
    sprintf(
      format(frame),
      values.map((value) => value(frame)),
      (value) => rt.text(value),
      rt.characters,
    );
};

/** A small generator (mulberry32), so that srand() makes a run repeatable. */
class Random {
  #state = 0;
  seed = 0;

  set(seed: number): number {
    const old = this.seed;
    this.seed = seed;
    this.#state = (Math.trunc(seed) ^ 0x9e3779b9) | 0;
    return old;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}

const randoms = new WeakMap<Runtime, Random>();

function randomOf(rt: Runtime): Random {
  let random = randoms.get(rt);
  if (random === undefined) {
    random = new Random();
    random.set(0);
    randoms.set(rt, random);
  }
  return random;
}

const seconds = (rt: Runtime): number => Number(rt.proc.now() / 1_000_000_000n);

const srand: Builtin = (env, args) => {
  const seed = args[0] === undefined ? () => seconds(env.rt) : env.number(args[0]);
  return (frame) => randomOf(env.rt).set(seed(frame));
};

const strftimeFunction: Builtin = (env, args) => {
  const { rt } = env;
  const format = args[0] === undefined ? () => "%a %b %e %H:%M:%S %Z %Y" : env.text(args[0]);
  const time = args[1] === undefined ? () => seconds(rt) : env.number(args[1]);
  const utc = args[2] === undefined ? () => 0 : env.number(args[2]);
  return (frame) => {
    const timeZone = utc(frame) !== 0 ? "UTC" : rt.proc.env.get("TZ");
    const instant = { seconds: Math.trunc(time(frame)), nanoseconds: 0, timeZone };
    return osStringToLatin1(strftime(latin1ToOsString(format(frame)), instant));
  };
};

const sorted =
  (byIndex: boolean): Builtin =>
  (env, args) => {
    const source = env.array(needed(args, 0));
    const target = args[1] === undefined ? source : env.array(args[1]);
    const { rt } = env;
    return (frame) => {
      const from = source(frame);
      const values: Value[] = byIndex ? [...from.keys()] : [...from.values()];
      values.sort((a, b) => rank(a) - rank(b) || compareValues(a, b, rt.convfmt));
      const to = target(frame);
      to.clear();
      for (const [i, value] of values.entries()) to.set(String(i + 1), value);
      return values.length;
    };
  };

const rank = (value: Value): number =>
  typeof value === "string" || (value instanceof InputString && !value.looksNumeric) ? 1 : 0;

const typeOf: Builtin = (env, args) => {
  const arg = needed(args, 0);
  if (arg.type === "variable" && env.isArray(arg) === true) return () => "array";
  if (arg.type === "regex") return () => "regexp";
  const value = env.value(arg);
  return (frame) => {
    const result = value(frame);
    if (result === undefined) return "untyped";
    if (typeof result === "number") return "number";
    return typeof result === "string" ? "string" : result.looksNumeric ? "strnum" : "string";
  };
};

const isArray: Builtin = (env, args) => {
  const arg = needed(args, 0);
  const answer = arg.type === "variable" && env.isArray(arg);
  return typeof answer === "function" ? (frame) => Number(answer(frame)) : () => Number(answer);
};

const strtonum: Builtin = (env, args) => {
  const value = env.value(needed(args, 0));
  return (frame) => {
    const result = value(frame);
    if (typeof result === "number" || result === undefined) return numberOf(result);
    const text = typeof result === "string" ? result : result.text;
    const based = /^\s*(-?)(0[xX][0-9a-fA-F]+|0[0-7]+)/.exec(text);
    if (based === null) return toNumber(text);
    const size = /^0[xX]/.test(based[2]!) ? Number(based[2]) : Number.parseInt(based[2]!, 8);
    return based[1] === "-" ? -size : size;
  };
};

export const builtins: Readonly<Record<string, Builtin>> = {
  length,
  substr,
  index,
  sprintf: sprintfFunction,
  sin: math(Math.sin),
  cos: math(Math.cos),
  exp: math(Math.exp),
  log: math(Math.log),
  sqrt: math(Math.sqrt),
  int: math(Math.trunc),
  atan2: (env, args) => {
    const [y, x] = [env.number(needed(args, 0)), env.number(needed(args, 1))];
    return (frame) => Math.atan2(y(frame), x(frame));
  },
  rand: (env) => () => randomOf(env.rt).next(),
  srand,
  tolower: (env, args) => {
    const text = env.text(needed(args, 0));
    return (frame) => env.rt.characters.lower(text(frame));
  },
  toupper: (env, args) => {
    const text = env.text(needed(args, 0));
    return (frame) => env.rt.characters.upper(text(frame));
  },
  systime: (env) => () => seconds(env.rt),
  strftime: strftimeFunction,
  mktime: (env, args) => {
    const text = env.text(needed(args, 0));
    return (frame) => makeTime(text(frame), env.rt.proc.env.get("TZ"));
  },
  and: bits((a, b) => a & b),
  or: bits((a, b) => a | b),
  xor: bits((a, b) => a ^ b),
  lshift: bits((a, b) => BigInt.asUintN(64, a << b)),
  rshift: bits((a, b) => a >> b),
  compl: math((x) => Number(BigInt.asUintN(53, ~BigInt(Math.trunc(x))))),
  strtonum,
  asort: sorted(false),
  asorti: sorted(true),
  typeof: typeOf,
  isarray: isArray,
};
