// trap. Source: POSIX XCU trap; bash(1).

import { SIGNALS, signalName } from "@agentos/kernel/abi";
import type { Co } from "../co.ts";
import { quotePlain } from "../quote.ts";
import type { TrapKey } from "../run/traps.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions, usage } from "./options.ts";

const PSEUDO = new Set(["EXIT", "ERR", "DEBUG", "RETURN"]);

/** What a trap's signal argument means: a name with or without SIG, a number, a pseudo-signal. */
function trapKey(text: string): TrapKey | undefined {
  if (text === "0") return "EXIT";
  const name = text.toUpperCase().replace(/^SIG/, "");
  if (PSEUDO.has(name)) return name as TrapKey;
  if (/^\d+$/.test(text)) return signalName(Number(text)) ? Number(text) : undefined;
  return SIGNALS[`SIG${name}` as keyof typeof SIGNALS];
}

function order(key: TrapKey): number {
  if (typeof key === "number") return key;
  return key === "EXIT" ? 0 : { DEBUG: 65, ERR: 66, RETURN: 67 }[key];
}

function keyName(key: TrapKey): string {
  return typeof key === "number" ? signalName(key)! : key;
}

function* list(shell: Shell, keys: readonly string[]): Co<number> {
  const traps = shell.traps.listed();
  let status = 0;
  let wanted: TrapKey[] = [];
  if (keys.length === 0) wanted = [...traps.keys()].sort((a, b) => order(a) - order(b));
  for (const text of keys) {
    const key = trapKey(text);
    if (key === undefined) status = shell.fail("trap", `${text}: invalid signal specification`);
    else wanted.push(key);
  }
  const lines = wanted
    .filter((key) => traps.has(key))
    .map((key) => `trap -- ${quotePlain(traps.get(key)!)} ${keyName(key)}\n`);
  return (yield* shell.print("trap", lines.join(""))) || status;
}

function* listSignals(shell: Shell): Co<number> {
  let text = "";
  for (let signal = 1; signal <= 64; signal++) {
    const name = signalName(signal);
    if (name) text += `${String(signal).padStart(2)}) ${name}${signal % 5 === 0 ? "\n" : "\t"}`;
  }
  return yield* shell.print("trap", `${text.trimEnd()}\n`);
}

export const trap: Builtin = {
  name: "trap",
  special: true,
  *run(shell, args) {
    const options =
      args[0] === "-"
        ? { flags: new Set<string>(), operands: args }
        : parseOptions(shell, "trap", args, "lp");
    if (typeof options === "number") return options;
    const { flags, operands } = options;
    if (flags.has("l")) return yield* listSignals(shell);
    if (flags.has("p") || operands.length === 0) return yield* list(shell, operands);
    const [first, ...rest] = operands as [string, ...string[]];
    const resets =
      rest.length === 0 || first === "-" || (/^\d+$/.test(first) && trapKey(first) !== undefined);
    if (rest.length === 0 && trapKey(first) === undefined) return usage(shell, "trap");
    const names = resets && first !== "-" ? operands : rest;
    let status = 0;
    for (const text of names) {
      const key = trapKey(text);
      if (key === undefined) status = shell.fail("trap", `${text}: invalid signal specification`);
      else if (key !== SIGNALS.SIGKILL && key !== SIGNALS.SIGSTOP) {
        shell.traps.assign(key, resets ? undefined : first);
      }
    }
    return status;
  },
};
