// The initial variables of a shell: those in its environment, and those that it sets itself.

import { initialiseLocale } from "./locale.ts";
import { Parser } from "./parser/parser.ts";
import { ShellSyntaxError } from "./parser/syntax-error.ts";
import { DEFAULT_PATH } from "./run/lookup.ts";
import type { Shell } from "./shell.ts";
import { EXPORT, INTEGER, isName, READONLY } from "./variable.ts";

export const BASH_VERSION = "5.2.15(1)-release";
const FUNCTION = /^BASH_FUNC_(.+)%%$/;

export function initialiseVariables(shell: Shell): void {
  const { vars, proc } = shell;
  shell.lastArgument = shell.name;
  importEnvironment(shell);
  const machine = proc.uname().machine || "x86_64";
  define(shell, "BASH", proc.exe || "/bin/bash");
  define(shell, "BASH_VERSION", BASH_VERSION);
  define(shell, "HOSTNAME", vars.get("HOSTNAME") ?? proc.uname().nodename);
  define(shell, "HOSTTYPE", machine);
  define(shell, "MACHTYPE", `${machine}-pc-linux-gnu`);
  define(shell, "OSTYPE", "linux-gnu");
  define(shell, "IFS", " \t\n");
  define(shell, "OPTIND", "1");
  vars.writable("OPTIND").flags |= INTEGER;
  define(shell, "OPTERR", "1");
  define(shell, "PS4", vars.get("PS4") ?? "+ ");
  define(shell, "PATH", vars.get("PATH") ?? DEFAULT_PATH);
  define(shell, "TERM", vars.get("TERM") ?? "dumb");
  vars.setArray("BASH_VERSINFO", ["5", "2", "15", "1", "release", `${machine}-pc-linux-gnu`]);
  vars.writable("BASH_VERSINFO").flags |= READONLY;
  numeric(shell, "UID", proc.uid);
  numeric(shell, "EUID", proc.euid);
  numeric(shell, "PPID", proc.ppid);
  initialiseDirectory(shell);
  const level = Number(vars.get("SHLVL")) || 0;
  vars.set("SHLVL", String(level + 1));
  vars.writable("SHLVL").flags |= EXPORT;
  vars.environmentChanged();
  initialiseLocale(shell);
}

function define(shell: Shell, name: string, value: string): void {
  shell.vars.set(name, value);
}

function numeric(shell: Shell, name: string, value: number): void {
  const variable = shell.vars.writable(name);
  variable.value = String(value);
  variable.flags = INTEGER | READONLY;
}

function importEnvironment(shell: Shell): void {
  for (const [name, value] of shell.proc.env) {
    if (name === "_") shell.lastArgument = value;
    const fn = FUNCTION.exec(name);
    if (fn) importFunction(shell, fn[1]!, value);
    else if (isName(name) && !shell.vars.lookup(name)?.dynamic) {
      const variable = shell.vars.writable(name);
      variable.value = value;
      variable.flags |= EXPORT;
    }
  }
}

/** `export -f` passes functions on as BASH_FUNC_name%%=() { … } */
function importFunction(shell: Shell, name: string, source: string): void {
  if (!source.startsWith("() {")) return;
  try {
    const list = new Parser(`${name} ${source}`).nextCommand();
    if (typeof list === "string") return;
    const command = list.items[0]?.command.first.commands[0];
    if (list.items.length !== 1 || command?.type !== "function") return;
    shell.functions.set(name, {
      definition: command,
      source: "environment",
      exported: true,
      readonly: false,
      traced: false,
    });
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
  }
}

/** $PWD is accepted if it names the working directory and contains no dots. */
function initialiseDirectory(shell: Shell): void {
  const { vars, proc } = shell;
  const inherited = vars.get("PWD");
  const believable = inherited?.startsWith("/") && !/\/\.{1,2}(\/|$)/.test(inherited);
  shell.cwd = believable && isSameDirectory(shell, inherited!) ? inherited! : proc.cwd;
  vars.set("PWD", shell.cwd);
  vars.writable("PWD").flags |= EXPORT;
  if (vars.get("OLDPWD") === undefined) vars.writable("OLDPWD").flags |= EXPORT;
}

function isSameDirectory(shell: Shell, path: string): boolean {
  const there = shell.proc.statIfExists(path);
  const here = shell.proc.statIfExists(".");
  if (there instanceof Promise || here instanceof Promise) return path === shell.proc.cwd;
  return there !== undefined && here !== undefined && there.ino === here.ino && there.dev === here.dev;
}
