// The command line of bash. Source: bash(1) "OPTIONS".

import { isSetOption, isShoptOption, optionOfLetter, type SetOption, type ShoptOption } from "./options.ts";

export interface Invocation {
  command: string | undefined;
  script: string | undefined;
  args: string[];
  set: [SetOption, boolean][];
  shopt: [ShoptOption, boolean][];
  interactive: boolean | undefined;
  login: boolean;
  posix: boolean;
  startupFiles: boolean;
  profile: boolean;
  rcFile: string | undefined;
  show: "version" | "help" | undefined;
}

const IGNORED_LONG = new Set([
  "noediting",
  "debugger",
  "dump-strings",
  "dump-po-strings",
  "debug",
  "protected",
]);

/** @returns what to do, or a complaint */
export function parseInvocation(calledAs: string, args: readonly string[]): Invocation | string {
  const name = calledAs.slice(calledAs.lastIndexOf("/") + 1);
  const invocation: Invocation = {
    command: undefined,
    script: undefined,
    args: [],
    set: [],
    shopt: [],
    interactive: undefined,
    login: name.startsWith("-"),
    posix: name === "sh" || name === "-sh",
    startupFiles: true,
    profile: true,
    rcFile: undefined,
    show: undefined,
  };
  const flags = { command: false, stdin: false };
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (word === "--" || word === "-") {
      at++;
      break;
    }
    if (word.startsWith("--")) {
      const used = parseLong(invocation, word.slice(2), args[at + 1]);
      if (typeof used === "string") return used;
      at += used;
      continue;
    }
    if (!/^[-+]./.test(word)) break;
    const used = parseShort(invocation, flags, word, args.slice(at + 1));
    if (typeof used === "string") return used;
    at += used;
  }
  const rest = args.slice(at);
  if (flags.command) {
    if (rest.length === 0) return "-c: option requires an argument";
    invocation.command = rest[0];
    invocation.args = rest.slice(1);
  } else if (flags.stdin || rest.length === 0) invocation.args = rest;
  else {
    invocation.script = rest[0];
    invocation.args = rest.slice(1);
  }
  return invocation;
}

/** @returns how many further words it took, or a complaint */
function parseLong(invocation: Invocation, name: string, next: string | undefined): number | string {
  switch (name) {
    case "login":
      invocation.login = true;
      return 0;
    case "posix":
      invocation.posix = true;
      return 0;
    case "norc":
      invocation.startupFiles = false;
      return 0;
    case "noprofile":
      invocation.profile = false;
      return 0;
    case "rcfile":
    case "init-file":
      if (next === undefined) return `--${name}: option requires an argument`;
      invocation.rcFile = next;
      return 1;
    case "verbose":
      invocation.set.push(["verbose", true]);
      return 0;
    case "version":
    case "help":
      invocation.show = name;
      return 0;
    default:
      return IGNORED_LONG.has(name) ? 0 : `--${name}: invalid option`;
  }
}

function parseShort(
  invocation: Invocation,
  flags: { command: boolean; stdin: boolean },
  word: string,
  rest: readonly string[],
): number | string {
  const on = word[0] === "-";
  let used = 0;
  for (const letter of word.slice(1)) {
    if (letter === "c") flags.command = true;
    else if (letter === "s") flags.stdin = true;
    else if (letter === "i") invocation.interactive = true;
    else if (letter === "l") invocation.login = true;
    else if (letter === "o" || letter === "O") {
      const name = rest[used++];
      if (name === undefined) return `${word[0]}${letter}: option requires an argument`;
      if (letter === "o" && isSetOption(name)) invocation.set.push([name, on]);
      else if (letter === "O" && isShoptOption(name)) invocation.shopt.push([name, on]);
      else
        return letter === "o"
          ? `line 0: bash: ${name}: invalid option name`
          : `line 0: ${name}: invalid shell option name`;
      if (name === "posix") invocation.posix = on;
    } else if (letter !== "D") {
      const option = optionOfLetter(letter);
      if (!option) return `${word[0]}${letter}: invalid option`;
      invocation.set.push([option, on]);
    }
  }
  return used;
}
