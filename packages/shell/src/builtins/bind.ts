import type { Co } from "../co.ts";
import { KeyBindings } from "../interactive/key-bindings.ts";
import { READLINE_FUNCTIONS } from "../interactive/readline-names.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions, usageError } from "./options.ts";

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "bind", args, "lpsvPSVXm:f:q:u:r:x:");
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  if (!shell.interactive) shell.fail("bind", "warning: line editing not enabled");
  const bindings = KeyBindings.of(shell);
  const keymap = values.get("m") ?? "emacs";
  const listing = listings(bindings, flags, keymap);
  if (listing !== undefined) return yield* shell.print("bind", listing);
  const removed = values.get("r");
  if (removed !== undefined) bindings.remove(removed);
  const command = values.get("x");
  if (command !== undefined && !bindings.parseCommand(keymap, command)) {
    return shell.fail("bind", `${command}: cannot parse key binding`);
  }
  const queried = values.get("q");
  if (queried !== undefined) return yield* query(shell, bindings, queried);
  for (const text of operands) {
    const variable = /^set\s+(\S+)\s+(.*)$/.exec(text);
    if (variable) bindings.variables[variable[1]!] = variable[2]!;
    else if (!bindings.parse(text)) return usageError(shell, "bind", `${text}: cannot parse key binding`);
  }
  return 0;
}

/** What one of the listing options shows. */
function listings(bindings: KeyBindings, flags: ReadonlySet<string>, keymap: string): string | undefined {
  if (flags.has("l")) return `${READLINE_FUNCTIONS.join("\n")}\n`;
  if (flags.has("p") || flags.has("P")) {
    return READLINE_FUNCTIONS.map((name) => functionRow(name, bindings.keysOf(name), flags.has("p"))).join(
      "",
    );
  }
  if (flags.has("v") || flags.has("V")) {
    const row = ([name, value]: [string, string]): string =>
      flags.has("v") ? `set ${name} ${value}\n` : `${name} is set to \`${value}'\n`;
    return Object.entries(bindings.variables).map(row).join("");
  }
  if (flags.has("X")) {
    const commands = bindings.commands.get(keymap) ?? [];
    return [...commands].map(([keys, command]) => `"${keys}": "${command}"\n`).join("");
  }
  return flags.has("s") || flags.has("S") ? "" : undefined;
}

function functionRow(name: string, keys: string[], reusable: boolean): string {
  if (reusable)
    return keys.length === 0 ? `# ${name} (not bound)\n` : keys.map((key) => `"${key}": ${name}\n`).join("");
  if (keys.length === 0) return `${name} is not bound to any keys\n`;
  return `${name} can be found on ${keys.map((key) => `"${key}"`).join(", ")}.\n`;
}

function* query(shell: Shell, bindings: KeyBindings, name: string): Co<number> {
  if (!READLINE_FUNCTIONS.includes(name)) return shell.fail("bind", `\`${name}': unknown function name`);
  const keys = bindings.keysOf(name);
  if (keys.length === 0) {
    yield* shell.print("bind", `${name} is not bound to any keys.\n`);
    return 1;
  }
  return yield* shell.print(
    "bind",
    `${name} can be invoked via ${keys.map((key) => `"${key}"`).join(", ")}.\n`,
  );
}

export const bind: Builtin = { name: "bind", run };
