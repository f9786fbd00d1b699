// ${x@operator}. Source: bash(1) "Parameter transformation".

import { orderedEntries } from "../assoc-order.ts";
import type { Co } from "../co.ts";
import { ShellError } from "../errors.ts";
import { unescapeAnsiC } from "../lexer/ansi-c.ts";
import { expandPrompt } from "../prompt.ts";
import { quoteDouble, quoteSingle } from "../quote.ts";
import type { Shell } from "../shell.ts";
import { attributeLetters } from "../variable.ts";
import { requireSet, type Values } from "./parameter.ts";

/** @param text the whole expansion, for messages */
export function* transformValues(shell: Shell, operator: string, text: string, values: Values): Co<Values> {
  if (operator === "a") {
    if (!values.variable) requireSet(shell, values);
    return attributes(values);
  }
  requireSet(shell, values);
  if (!"AKkP".includes(operator) && !(operator in SIMPLE)) return unknown(shell, text, values);
  if (operator === "A") return assignment(shell, values);
  if (operator === "K" || operator === "k") {
    if (values.list && values.variable) return pairs(values, operator);
    return mapAll(values, quoteSingle);
  }
  if (operator === "P") {
    if (!values.list)
      return {
        ...values,
        scalar: values.scalar === undefined ? undefined : yield* expandPrompt(shell, values.scalar),
      };
    const list: string[] = [];
    for (const value of values.list) list.push(yield* expandPrompt(shell, value));
    return { ...values, list };
  }
  return mapAll(values, SIMPLE[operator]!);
}

/** An operator that does not exist gives nothing for a parameter that is unset. @throws ShellError */
function unknown(shell: Shell, text: string, values: Values): Values {
  if (values.scalar === undefined && values.list === undefined) return values;
  throw new ShellError(`${text}: bad substitution`, shell.fatalStatus, "exit");
}

const SIMPLE: Readonly<Record<string, (value: string) => string>> = {
  Q: quoteSingle,
  E: unescapeAnsiC,
  U: (value) => value.toUpperCase(),
  u: (value) => {
    const [first = ""] = value;
    return first.toUpperCase() + value.slice(first.length);
  },
  L: (value) => value.toLowerCase(),
};

function mapAll(values: Values, change: (value: string) => string): Values {
  if (values.list) return { ...values, list: values.list.map(change) };
  return values.scalar === undefined ? values : { ...values, scalar: change(values.scalar) };
}

function attributes(values: Values): Values {
  const letters = values.variable ? attributeLetters(values.variable) : "";
  if (values.list) return { ...values, list: values.list.map(() => letters) };
  return { ...values, scalar: letters };
}

function assignment(shell: Shell, values: Values): Values {
  const { variable } = values;
  if (!variable) {
    if (values.list)
      return { ...values, scalar: `set -- ${values.list.map(quoteSingle).join(" ")}`, list: undefined };
    return values;
  }
  const letters = attributeLetters(variable);
  if (values.list && (variable.indexed || variable.assoc)) {
    const pairList = keyValues(values).map(
      ([key, value]) => `[${keyText(variable.assoc !== undefined, key)}]=${quoteDouble(value)}`,
    );
    const body = variable.assoc && pairList.length > 0 ? `${pairList.join(" ")} ` : pairList.join(" ");
    return { ...values, list: undefined, scalar: `declare -${letters} ${variable.name}=(${body})` };
  }
  const value = values.scalar ?? values.list?.[0] ?? shell.vars.valueOf(variable);
  const text = value === undefined ? undefined : `${variable.name}=${quoteSingle(value)}`;
  if (letters === "") return { ...values, list: undefined, scalar: text };
  return { ...values, list: undefined, scalar: `declare -${letters} ${text ?? variable.name}` };
}

function keyText(associative: boolean, key: string): string {
  return associative && !/^\w+$/.test(key) ? quoteDouble(key) : key;
}

function keyValues(values: Values): [string, string][] {
  const { variable } = values;
  if (variable?.assoc) return orderedEntries(variable.assoc);
  if (variable?.indexed)
    return variable.indexed.keys().map((key) => [String(key), variable.indexed!.get(key)!]);
  return (values.list ?? []).map((value, index) => [String(index), value]);
}

function pairs(values: Values, operator: "K" | "k"): Values {
  if (operator === "k") return { ...values, list: keyValues(values).flat() };
  const associative = values.variable?.assoc !== undefined;
  const text = keyValues(values).map(([key, value]) => `${keyText(associative, key)} ${quoteDouble(value)}`);
  return { ...values, list: undefined, scalar: text.join(" ") + (associative && text.length > 0 ? " " : "") };
}
