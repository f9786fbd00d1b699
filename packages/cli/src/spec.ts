// The commands and their options as data, for parsing, help and completion.

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
  /** The lines after "usage: agentos". */
  usage: readonly string[];
  description: string;
  examples: readonly string[];
  options: Readonly<Record<string, OptionSpec>>;
  operands?: "file" | readonly string[];
  /** Options may also follow the operands, as these are not a command line for the guest. */
  optionsAnywhere?: boolean;
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

const TIMEOUT = { type: "string", value: "TIME" } as const;

const RUN_OPTIONS = {
  ...VM_OPTIONS,
  timeout: { ...TIMEOUT, help: "kill it after 10, 10s, 500ms or 2m; exit code 124" },
  json: { type: "boolean", help: "print the result as one JSON object instead" },
  ...HELP,
} as const;

const SHELL_OPTIONS = { ...VM_OPTIONS, ...HELP } as const;

const AGENT_VM_OPTIONS = {
  mount: VM_OPTIONS.mount,
  env: VM_OPTIONS.env,
  cwd: { ...VM_OPTIONS.cwd, help: "where the agent works (default: the first mount, else its home)" },
  user: VM_OPTIONS.user,
  network: { type: "boolean", help: "let the VM reach the network" },
  model: { type: "string", value: "NAME", help: "the model, such as anthropic/claude-sonnet-4-5" },
  yes: { type: "boolean", short: "y", help: "allow all that the agent asks leave for" },
  approve: {
    type: "string",
    value: "KIND,...",
    help: "allow these kinds: read, edit, delete, execute, ...; or none",
  },
} as const;

const AGENT_OPTIONS = {
  ...AGENT_VM_OPTIONS,
  timeout: { ...TIMEOUT, help: "cancel it after 30, 30s or 5m; exit code 124" },
  json: { type: "boolean", help: "print the session's events as JSON, one a line" },
  ...HELP,
} as const;

const CHAT_OPTIONS = {
  ...AGENT_VM_OPTIONS,
  sessions: { type: "string", value: "FILE", help: "keep sessions in this file, to resume them later" },
  resume: { type: "boolean", help: "go on with the last session of --sessions" },
  ...HELP,
} as const;

/** The agents that `agentos agent` and `agentos chat` can start without anything else being installed. */
export const AGENT_TYPES = ["pi"] as const;

const KEYS_TEXT =
  "The key of the language model is taken from ANTHROPIC_API_KEY or OPENAI_API_KEY (with ANTHROPIC_BASE_URL, OPENAI_BASE_URL) and never enters the VM.";

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
      "agentos run --mount .:/work:ro --cwd /work -- 'grep -rn import . | wc -l'",
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
  agent: {
    summary: "let a coding agent do one task in a fresh VM",
    usage: ["agent AGENT [OPTION]... PROMPT", "agent AGENT [OPTION]... < PROMPT"],
    description: `AGENT is pi. What it says goes to standard output, what it does to standard error. At a terminal you are asked before it changes anything; without one, what --yes and --approve do not allow is refused. Ctrl-C cancels the task. ${KEYS_TEXT} The exit code is 0 when the agent has finished, 1 when it or the model failed, 124 when its time was up, 130 when it was cancelled.`,
    examples: [
      'agentos agent pi "make the tests pass" --mount .:/workspace',
      "git diff | agentos agent pi - --yes",
      'agentos agent pi "list the open ends" --mount .:/src:ro --approve execute --json',
    ],
    options: AGENT_OPTIONS,
    operands: AGENT_TYPES,
    optionsAnywhere: true,
  },
  chat: {
    summary: "talk with a coding agent in a fresh VM",
    usage: ["chat [AGENT] [OPTION]..."],
    description: `AGENT is pi, unless it is given. /help lists the commands of the chat; Ctrl-C cancels what the agent does, Ctrl-D ends the chat. ${KEYS_TEXT}`,
    examples: ["agentos chat --mount .:/workspace", "agentos chat --sessions ~/.agentos-chats --resume"],
    options: CHAT_OPTIONS,
    operands: AGENT_TYPES,
    optionsAnywhere: true,
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
