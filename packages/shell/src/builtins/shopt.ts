import type { Co } from "../co.ts";
import { isSetOption, isShoptOption, SET_OPTIONS, SHOPT_OPTIONS } from "../options.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";

/** A common interface to the two families of switches. */
interface Switches {
  names: readonly string[];
  has(name: string): boolean;
  get(name: string): boolean;
  set(name: string, on: boolean): void;
  /** The command that `-p` prints. */
  reusable(name: string, on: boolean): string;
}

function shoptSwitches(shell: Shell): Switches {
  return {
    names: SHOPT_OPTIONS,
    has: isShoptOption,
    get: (name) => isShoptOption(name) && shell.shopt[name],
    set: (name, on) => {
      if (isShoptOption(name)) shell.shopt[name] = on;
    },
    reusable: (name, on) => `shopt -${on ? "s" : "u"} ${name}\n`,
  };
}

function setSwitches(shell: Shell): Switches {
  return {
    names: Object.keys(SET_OPTIONS),
    has: isSetOption,
    get: (name) => isSetOption(name) && shell.set[name],
    set: (name, on) => {
      if (isSetOption(name)) shell.set[name] = on;
    },
    reusable: (name, on) => `set ${on ? "-" : "+"}o ${name}\n`,
  };
}

function* run(shell: Shell, args: string[]): Co<number> {
  const options = parseOptions(shell, "shopt", args, "psuoq");
  if (typeof options === "number") return options;
  const { flags, operands } = options;
  if (flags.has("s") && flags.has("u")) {
    return shell.fail("shopt", "cannot set and unset shell options simultaneously");
  }
  const switches = flags.has("o") ? setSwitches(shell) : shoptSwitches(shell);
  const changes = flags.has("s") || flags.has("u");
  if (changes && operands.length > 0)
    return change(shell, switches, operands, flags.has("s"), flags.has("o"));
  const show = (name: string): string =>
    flags.has("p") ? switches.reusable(name, switches.get(name)) : row(name, switches.get(name));
  if (operands.length === 0) {
    if (flags.has("q")) return 0;
    const wanted = switches.names.filter((name) => !changes || switches.get(name) === flags.has("s"));
    return yield* shell.print("shopt", wanted.map(show).join(""));
  }
  let status = 0;
  let output = "";
  for (const name of operands) {
    if (!switches.has(name)) status = invalid(shell, name, flags.has("o"));
    else {
      if (!switches.get(name)) status = 1;
      if (!flags.has("q")) output += show(name);
    }
  }
  return (yield* shell.print("shopt", output)) || status;
}

function change(shell: Shell, switches: Switches, names: string[], on: boolean, ofSet: boolean): number {
  let status = 0;
  for (const name of names) {
    if (!switches.has(name)) status = invalid(shell, name, ofSet);
    else switches.set(name, on);
  }
  return status;
}

function invalid(shell: Shell, name: string, ofSet: boolean): number {
  return shell.fail("shopt", `${name}: invalid ${ofSet ? "option" : "shell option"} name`);
}

function row(name: string, on: boolean): string {
  return `${name.padEnd(15)}\t${on ? "on" : "off"}\n`;
}

export const shopt: Builtin = { name: "shopt", run };
