// A program arrives: the process becomes the VM's, then runs the program as node itself would.

import type { Value } from "@agentos/kernel/channel/guest";
import type { Internals, Native, NodeInternals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";
import type { Workers } from "../threads/workers.ts";
import { setArgv0 } from "./argv0.ts";
import { trustCertificates } from "./certificates.ts";
import { enterMainScript } from "./main-script.ts";
import { type GivenOptions, installOptions } from "./options.ts";
import { installStdio } from "./stdio.ts";

const EXEC_PATH = "/usr/bin/node";

/** What a program's process looks like, in each of its threads. */
export interface Appearance {
  pid: number;
  argv0: string;
  args: readonly string[];
  execArgv: readonly string[];
  env: readonly string[];
  options: GivenOptions;
  /** Options with which the real process was started. */
  flags: readonly string[];
  /** The number of the environment that it shares with other threads. */
  environment?: number | undefined;
}

interface Start extends Appearance {
  types: readonly string[];
  /** The name of one of Node's main scripts. */
  main: string;
}

function readStart(values: readonly Value[]): Start {
  const [pid, argv0, args, execArgv, env, types, main, options, flags] = values;
  return { pid, argv0, args, execArgv, env, types, main, options, flags } as unknown as Start;
}

const target = process as unknown as Internals;

function define(name: string, value: unknown, enumerable = true): void {
  Object.defineProperty(process, name, { value, writable: true, enumerable, configurable: true });
}

/** Makes the process look as the VM says. */
export function dress(node: NodeInternals, kernel: KernelClient, start: Appearance): void {
  const { pid, argv0, args, execArgv, env, options, flags } = start;
  // Variables that the sandbox may have set.
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (let i = 0; i < env.length; i += 2) process.env[env[i]!] = env[i + 1]!;
  define("pid", pid);
  Object.defineProperty(process, "ppid", {
    get: () => kernel.ask("ppid"),
    enumerable: true,
    configurable: true,
  });
  define("argv", [EXEC_PATH, ...args]);
  setArgv0(argv0);
  define("execArgv", execArgv);
  define("execPath", EXEC_PATH);
  define("debugPort", 9229);
  installOptions(node, options, flags);
  const { getOptionValue } = node.module("internal/options") as { getOptionValue: Native };
  define("title", getOptionValue("--title") || argv0);
  defineAliases(getOptionValue);
  applyOptions(node);
  trustCertificates(node, kernel);
}

/** Applies environment variables and options that concern Node's library. */
export function obeyEnvironment(node: NodeInternals): void {
  const { getOptionValue } = node.module("internal/options") as { getOptionValue: Native };
  if (process.env.NODE_DEBUG)
    (node.module("internal/util/debuglog").initializeDebugEnv as Native)(process.env.NODE_DEBUG);
  const { onWarning } = node.module("internal/process/warning");
  if (getOptionValue("--warnings") && process.env.NODE_NO_WARNINGS !== "1") {
    process.on("warning", onWarning as () => void);
  }
  if (process.env.NODE_PATH)
    (node.module("internal/modules/cjs/loader").Module as { _initPaths(): void })._initPaths();
}

/**
 * Options that are shown as properties of process. Source: Node's lib/internal/process/pre_execution.js,
 * addReadOnlyProcessAlias().
 */
const ALIASES: Readonly<Record<string, string>> = {
  _eval: "--eval",
  _print_eval: "--print",
  _syntax_check_only: "--check",
  _forceRepl: "--interactive",
  traceProcessWarnings: "--trace-warnings",
  throwDeprecation: "--throw-deprecation",
  traceDeprecation: "--trace-deprecation",
};

function defineAliases(getOptionValue: Native): void {
  delete target._eval;
  for (const [name, option] of Object.entries(ALIASES)) {
    const value = getOptionValue(option);
    if (value) define(name, value);
  }
  const preloads = getOptionValue("--require") as string[];
  if (preloads.length > 0) define("_preload_modules", preloads);
}

/** Options that come too late for a waiting process: sets up what they would have set up at its start. */
function applyOptions(node: NodeInternals): void {
  const { getOptionValue } = node.module("internal/options") as { getOptionValue: Native };
  if (getOptionValue("--deprecation") === false) define("noDeprecation", true);
  if (getOptionValue("--warnings") === false) define("noProcessWarnings", true);
  const limit = getOptionValue("--stack-trace-limit");
  if (limit !== Error.stackTraceLimit) Error.stackTraceLimit = limit as number;
  if (getOptionValue("--enable-source-maps")) {
    const { setSourceMapsSupport } = node.module("internal/source_map/source_map_cache");
    (setSourceMapsSupport as Native)(true, { nodeModules: true, generatedCode: true });
  }
}

/** --env-file: variables that already exist are kept. Source: node's src/node_dotenv.cc, src/node.cc. */
function loadEnvFiles(node: NodeInternals, kernel: KernelClient, program: string): void {
  const { getOptionValue } = node.module("internal/options") as { getOptionValue: Native };
  const { parseEnv } = node.binding("util") as { parseEnv(text: string): Record<string, string> };
  const complain = (text: string): void => void kernel.call("complain", Buffer.from(`${text}\n`));
  const found: Record<string, string> = {};
  for (const option of ["--env-file", "--env-file-if-exists"]) {
    for (const file of (getOptionValue(option) ?? []) as string[]) {
      const { errno, value } = kernel.call("readFile", file, 0);
      if (errno === 0) Object.assign(found, parseEnv(Buffer.from(value as Uint8Array).toString("utf8")));
      else if (option === "--env-file-if-exists") complain(`${file} not found. Continuing without it.`);
      else {
        complain(`${program}: ${file}: not found`);
        (target.reallyExit as Native)(INVALID_ARGUMENT);
      }
    }
  }
  for (const [name, value] of Object.entries(found)) process.env[name] ??= value;
}

/** node's own exit code for an invalid argument. */
const INVALID_ARGUMENT = 9;

/** Sets up process.send and the rest of fork()'s channel. Source: Node's lib/internal/process/pre_execution.js. */
function connectToParent(node: NodeInternals): void {
  const { NODE_CHANNEL_FD: fd, NODE_CHANNEL_SERIALIZATION_MODE: mode = "json" } = process.env;
  if (fd === undefined) return;
  delete process.env.NODE_CHANNEL_FD;
  delete process.env.NODE_CHANNEL_SERIALIZATION_MODE;
  const { _forkChild } = node.module("child_process") as { _forkChild: Native };
  _forkChild(Number.parseInt(fd, 10), mode);
}

/**
 * For `node --watch` in the parent. The loader read the variable, and remembered it, before the environment was the
 * program's.
 */
function reportModules(node: NodeInternals): void {
  const { Module } = node.module("internal/modules/cjs/loader") as { Module: Record<string, Native> };
  const resolve = Module._resolveFilename as Native;
  Module._resolveFilename = (...args) => {
    const file = resolve.apply(Module, args) as string;
    if (file.startsWith("/")) process.send?.({ "watch:require": [file] });
    return file;
  };
}

/** Removes what the boot script's -e left on the global object: its module, and a getter for each public module. */
export function cleanGlobals(node: NodeInternals): void {
  for (const name of ["module", "exports", "require", "__filename", "__dirname"]) {
    Reflect.deleteProperty(globalThis, name);
  }
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (KEPT_GLOBALS.has(name) || !node.has(name.replace(/^node:/, ""))) continue;
    if (Object.getOwnPropertyDescriptor(globalThis, name)?.get) Reflect.deleteProperty(globalThis, name);
  }
}

/** Names of modules that are globals even without -e. */
const KEPT_GLOBALS = new Set(["console", "crypto", "navigator", "performance", "process"]);

export function runProgram(
  node: NodeInternals,
  kernel: KernelClient,
  workers: Workers,
  values: readonly Value[],
): void {
  const start = readStart(values);
  workers.belongTo(start);
  dress(node, kernel, start);
  installStdio(node, start.types);
  connectToParent(node);
  if (process.env.WATCH_REPORT_DEPENDENCIES) reportModules(node);
  loadEnvFiles(node, kernel, start.argv0);
  obeyEnvironment(node);
  enterMainScript(node, kernel, start.main);
}
