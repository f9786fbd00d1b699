// The commands and their options as data: parsing, help and completion come from here.

export interface OptionSpec {
  type: "boolean" | "string";
  short?: string;
  multiple?: boolean;
  /** The argument's name in --help. */
  value?: string;
  help: string;
  /** What completes the argument. */
  complete?: "directory";
}

export interface CommandSpec {
  summary: string;
  /** Lines after "usage: agentos". */
  usage: readonly string[];
  description: string;
  examples: readonly string[];
  options: Readonly<Record<string, OptionSpec>>;
  operands?: "file" | readonly string[];
}

const HELP = { help: { type: "boolean", short: "h", help: "show this help" } } as const;

const VM_OPTIONS = {
  mount: {
    type: "string",
    short: "m",
    multiple: true,
    value: "HOST:GUEST[:ro]",
    help: "show a host directory in the VM; repeatable",
    complete: "directory",
  },
  env: {
    type: "string",
    short: "e",
    multiple: true,
    value: "NAME=VALUE",
    help: "set a variable; repeatable",
  },
  cwd: { type: "string", value: "DIR", help: "working directory in the VM" },
  user: { type: "string", short: "u", value: "NAME", help: "user in the VM (default: user)" },
} as const;

const RUN_OPTIONS = {
  ...VM_OPTIONS,
  timeout: { type: "string", value: "TIME", help: "kill it after 10, 10s, 500ms or 2m; exit code 124" },
  json: { type: "boolean", help: "print the result as one JSON object instead" },
  ...HELP,
} as const;

const SHELL_OPTIONS = { ...VM_OPTIONS, ...HELP } as const;

export const SHELLS = ["bash", "zsh", "fish"] as const;

export const COMMANDS = {
  run: {
    summary: "run a command or a script in a fresh VM",
    usage: [
      "run [OPTION]... -- COMMAND",
      "run [OPTION]... -- PROGRAM ARG...",
      "run [OPTION]... SCRIPT [ARG]...",
    ],
    description:
      "One word after -- is a command line for the shell; several are a program and its arguments. SCRIPT is a file of the host. Standard input, output and error are passed through, and the exit code is that of the command (128 + signal number if a signal ended it).",
    examples: [
      "agentos run -- 'seq 5 | sort -rn | head -1'",
      "agentos run --mount .:/work:ro --cwd /work -- 'grep -rn TODO . | wc -l'",
      "agentos run build.sh --fast",
    ],
    options: RUN_OPTIONS,
    operands: "file",
  },
  shell: {
    summary: "open an interactive shell in a fresh VM",
    usage: ["shell [OPTION]..."],
    description: "The VM and all that is in it but mounted directories end with the shell.",
    examples: ["agentos shell", "agentos shell --mount ./src:/src:ro"],
    options: SHELL_OPTIONS,
  },
  completion: {
    summary: "print a completion script for your shell",
    usage: [`completion ${SHELLS.join("|")}`],
    description: "Load it from the start-up file of the shell.",
    examples: ["source <(agentos completion bash)", "agentos completion fish | source"],
    options: HELP,
    operands: SHELLS,
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof COMMANDS;

export const GLOBAL_OPTIONS = {
  ...HELP,
  version: { type: "boolean", help: "print the version" },
} as const satisfies Record<string, OptionSpec>;
