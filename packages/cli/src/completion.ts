// Completion scripts, generated from the specification of the commands.

import { COMMANDS, type CommandSpec, GLOBAL_OPTIONS, type OptionSpec, type SHELLS } from "./spec.ts";

export type CompletionShell = (typeof SHELLS)[number];

const commands = Object.entries(COMMANDS) as [string, CommandSpec][];

export function completionScript(shell: CompletionShell): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell]();
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function words(options: Readonly<Record<string, OptionSpec>>): string[] {
  return Object.entries(options).flatMap(([name, { short }]) =>
    short ? [`--${name}`, `-${short}`] : [`--${name}`],
  );
}

/** The words that an operand can be; undefined for files. */
function operandWords({ operands }: CommandSpec): readonly string[] | undefined {
  return operands === "file" ? undefined : (operands ?? []);
}

function bashScript(): string {
  const cases = commands.map(([name, command]) => {
    const operands = operandWords(command);
    const others = operands === undefined ? "files=-f" : `operands=${quote(operands.join(" "))}`;
    return `    ${name}) options=${quote(words(command.options).join(" "))} ${others} ;;`;
  });
  return `_agentos() {
  local word=\${COMP_WORDS[COMP_CWORD]} options operands files
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quote([...commands.map(([name]) => name), ...words(GLOBAL_OPTIONS)].join(" "))} -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
    *) return ;;
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) COMPREPLY=($(compgen $files -W "$operands" -- "$word")) ;;
  esac
}
complete -o filenames -F _agentos agentos
`;
}

function zshScript(): string {
  const described = commands.map(([name, { summary }]) => quote(`${name}:${summary}`));
  const cases = commands.map(([name, command]) => {
    const options = Object.entries(command.options).map(([key, spec]) => zshOption(key, spec));
    const operands = operandWords(command);
    const rest = operands === undefined ? "'*:file:_files'" : `'*:argument:(${operands.join(" ")})'`;
    return `    ${name}) _arguments ${[...options, rest].join(" ")} ;;`;
  });
  return `#compdef agentos
_agentos() {
  local -a commands=(${described.join(" ")})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join("\n")}
  esac
}
compdef _agentos agentos
`;
}

function zshOption(name: string, { value, help, complete, multiple }: OptionSpec): string {
  const text = help.replace(/[[\]:]/g, "\\$&");
  const argument =
    value === undefined ? "" : `:${value.toLowerCase().replaceAll(":", " ")}:${complete ? "_files -/" : ""}`;
  return quote(`${multiple ? "*" : ""}--${name}[${text}]${argument}`);
}

function fishScript(): string {
  const lines = ["complete -c agentos -f"];
  for (const [name, command] of commands) {
    lines.push(`complete -c agentos -n __fish_use_subcommand -a ${name} -d ${quote(command.summary)}`);
    const seen = `-n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
    for (const [key, { short, value, help, complete }] of Object.entries(command.options) as [
      string,
      OptionSpec,
    ][]) {
      const argument = value === undefined ? "" : complete ? " -r -a '(__fish_complete_directories)'" : " -r";
      lines.push(
        `complete -c agentos ${seen} -l ${key}${short ? ` -s ${short}` : ""}${argument} -d ${quote(help)}`,
      );
    }
    const operands = operandWords(command);
    if (operands === undefined) lines.push(`complete -c agentos ${seen} -F`);
    else if (operands.length > 0) lines.push(`complete -c agentos ${seen} -a ${quote(operands.join(" "))}`);
  }
  return `${lines.join("\n")}\n`;
}
