// Prompt strings: PS1, PS2, PS4 and ${x@P}. Source: bash(1) "PROMPTING".

import { strftime } from "@agentos/posix";
import type { Co } from "./co.ts";
import { wordOfText } from "./expand/text-word.ts";
import { expandQuotedText } from "./expand/word.ts";
import type { Shell } from "./shell.ts";

/** Decodes the backslash escapes and then, with promptvars, expands as within double quotes. */
export function* expandPrompt(shell: Shell, text: string): Co<string> {
  const decoded = decodeEscapes(shell, text);
  if (!shell.shopt.promptvars || !/[$`\\]/.test(decoded)) return decoded;
  return yield* expandQuotedText(shell, wordOfText(decoded));
}

const ESCAPE = /\\(?:([0-7]{1,3})|D\{([^}]*)\}|([\s\S]))/g;

function decodeEscapes(shell: Shell, text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    ESCAPE,
    (whole, octal: string | undefined, format: string | undefined, letter: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (format !== undefined) return timeText(shell, format || "%X");
      return escapeValue(shell, letter) ?? whole;
    },
  );
}

function timeText(shell: Shell, format: string): string {
  const seconds = Number(shell.proc.now() / 1_000_000_000n);
  return strftime(format, { seconds, nanoseconds: 0, timeZone: shell.vars.get("TZ") ?? "UTC" });
}

function escapeValue(shell: Shell, letter: string): string | undefined {
  switch (letter) {
    case "a":
      return "\x07";
    case "e":
      return "\x1b";
    case "n":
      return "\n";
    case "r":
      return "\r";
    case "\\":
      return "\\";
    case "[":
      return "\x01";
    case "]":
      return "\x02";
    case "d":
      return timeText(shell, "%a %b %d");
    case "t":
      return timeText(shell, "%H:%M:%S");
    case "T":
      return timeText(shell, "%I:%M:%S");
    case "@":
      return timeText(shell, "%I:%M %p");
    case "A":
      return timeText(shell, "%H:%M");
    case "h":
      return shell.proc.uname().nodename.split(".")[0];
    case "H":
      return shell.proc.uname().nodename;
    case "j":
      return String(shell.jobs.all().length);
    case "l":
      return shell.proc.ttyname(0)?.replace(/^.*\//, "") ?? "tty";
    case "s":
      return shell.name.replace(/^-/, "").replace(/^.*\//, "");
    case "u":
      return shell.vars.get("USER") ?? String(shell.proc.uid);
    case "v":
      return "5.2";
    case "V":
      return "5.2.15";
    case "w":
      return workingDirectory(shell);
    case "W":
      return shell.cwd === shell.vars.get("HOME") ? "~" : shell.cwd.replace(/^.*\/(?=.)/, "") || "/";
    case "!":
      return String(shell.history.length + 1);
    case "#":
      return String(shell.history.length + 1);
    case "$":
      return shell.proc.euid === 0 ? "#" : "$";
    default:
      return undefined;
  }
}

function workingDirectory(shell: Shell): string {
  const home = shell.vars.get("HOME");
  const inHome = home && (shell.cwd === home || shell.cwd.startsWith(`${home}/`));
  const path = inHome ? `~${shell.cwd.slice(home.length)}` : shell.cwd;
  const keep = Number(shell.vars.get("PROMPT_DIRTRIM"));
  const names = path.split("/").filter((name) => name !== "" && name !== "~");
  if (!(keep > 0) || names.length <= keep) return path;
  return `${inHome ? "~/" : ""}.../${names.slice(-keep).join("/")}`;
}
