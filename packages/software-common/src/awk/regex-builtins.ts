// The built-in functions that match. Where the engine at hand is not the quick one they may answer later.

import { andThen, type MaybePromise } from "@agentos/kernel/abi";
import type { Pause, Regex } from "@agentos/posix";
import type { Expression } from "./ast.ts";
import { type BuiltinEnvironment, needed, RECORD } from "./builtins.ts";
import { Collecting, eachMatch, First } from "./matching.ts";
import type { Frame, Runtime } from "./runtime.ts";
import { gensub, replaceMatches } from "./substitute.ts";
import { type AwkArray, InputString, type Value } from "./values.ts";

export interface MatchingEnvironment extends BuiltinEnvironment {
  pattern(node: Expression): (frame: Frame) => Regex;
  /** Absent: the function must answer at once. */
  pause: Pause | undefined;
}

type MatchingBuiltin = (
  env: MatchingEnvironment,
  args: readonly Expression[],
) => (frame: Frame) => MaybePromise<Value>;

const split: MatchingBuiltin = (env, args) => {
  const { rt, pause } = env;
  const text = env.text(needed(args, 0));
  const array = env.array(needed(args, 1));
  const pattern = args[2];
  const byRegex = pattern?.type === "regex" ? pattern.source : undefined;
  const separator =
    pattern === undefined
      ? () => rt.record.fieldSeparator
      : byRegex === undefined
        ? env.text(pattern)
        : undefined;
  const separators = args[3] === undefined ? undefined : env.array(args[3]);
  return (frame) => {
    const source = text(frame);
    const between: string[] = [];
    const split =
      separator === undefined
        ? rt.record.splitByRegex(source, byRegex!, between, pause)
        : rt.record.split(source, separator(frame), between, pause);
    return andThen(split, (parts) => {
      fill(array(frame), parts);
      if (separators !== undefined) fill(separators(frame), between);
      return parts.length;
    });
  };
};

function fill(array: AwkArray, parts: readonly string[]): void {
  array.clear();
  for (const [i, part] of parts.entries()) array.set(String(i + 1), new InputString(part));
}

const patsplit: MatchingBuiltin = (env, args) => {
  const text = env.text(needed(args, 0));
  const array = env.array(needed(args, 1));
  const pattern = env.pattern(needed(args, 2));
  return (frame) => {
    const source = text(frame);
    const regex = pattern(frame);
    const step = new Collecting(source, regex);
    return andThen(eachMatch(regex, source, step, env.pause), () => {
      fill(array(frame), step.parts);
      return step.parts.length;
    });
  };
};

const substitution =
  (global: boolean): MatchingBuiltin =>
  (env, args) => {
    const pattern = env.pattern(needed(args, 0));
    const replacement = env.text(needed(args, 1));
    const target = args[2] ?? RECORD;
    const text = env.text(target);
    const isPlace = target.type === "variable" || target.type === "index" || target.type === "field";
    const store = isPlace ? env.store(target) : undefined;
    return (frame) => {
      const source = text(frame);
      const replaced = replaceMatches(source, pattern(frame), replacement(frame), global, env.pause);
      return andThen(replaced, (result) => {
        if (result.count > 0) store?.(frame, result.text);
        return result.count;
      });
    };
  };

const gensubFunction: MatchingBuiltin = (env, args) => {
  const pattern = env.pattern(needed(args, 0));
  const replacement = env.text(needed(args, 1));
  const how = env.text(needed(args, 2));
  const text = env.text(args[3] ?? RECORD);
  return (frame) => gensub(text(frame), pattern(frame), replacement(frame), how(frame), env.pause);
};

const match: MatchingBuiltin = (env, args) => {
  const { rt } = env;
  const text = env.text(needed(args, 0));
  const pattern = env.pattern(needed(args, 1));
  const array = args[2] === undefined ? undefined : env.array(args[2]);
  return (frame) => {
    const source = text(frame);
    const first = new First();
    return andThen(eachMatch(pattern(frame), source, first, env.pause), () => {
      const { spans } = first;
      const start = spans === undefined ? 0 : rt.characters.offset(source, spans[0]!) + 1;
      const size = spans === undefined ? -1 : rt.characters.length(source.slice(spans[0], spans[1]));
      rt.setSpecial("RSTART", start);
      rt.setSpecial("RLENGTH", size);
      if (array !== undefined) fillGroups(rt, array(frame), source, spans);
      return start;
    });
  };
};

function fillGroups(
  rt: Runtime,
  array: AwkArray,
  source: string,
  spans: readonly number[] | undefined,
): void {
  array.clear();
  for (let i = 0; i < (spans?.length ?? 0); i += 2) {
    const [start, end] = [spans![i]!, spans![i + 1]!];
    if (start < 0) continue;
    const text = source.slice(start, end);
    array.set(String(i / 2), new InputString(text));
    array.set(`${i / 2}${rt.subsep}start`, rt.characters.offset(source, start) + 1);
    array.set(`${i / 2}${rt.subsep}length`, rt.characters.length(text));
  }
}

export const regexBuiltins: Readonly<Record<string, MatchingBuiltin>> = {
  split,
  patsplit,
  sub: substitution(false),
  gsub: substitution(true),
  gensub: gensubFunction,
  match,
};

/** Which argument is the pattern. */
export const PATTERN_ARGUMENT: Readonly<Record<string, number>> = {
  split: 2,
  patsplit: 2,
  sub: 0,
  gsub: 0,
  gensub: 0,
  match: 1,
};
