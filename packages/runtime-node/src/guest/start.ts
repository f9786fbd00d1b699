// A program arrives: the process becomes the VM's, then runs it as node itself would.

import type { Value } from "@agentos/kernel/channel/guest";
import type { Internals, Native, NodeInternals } from "./internals.ts";
import type { KernelClient } from "./kernel-client.ts";
import { installStdio } from "./stdio.ts";

const EXEC_PATH = "/usr/bin/node";

type Program = readonly ["file", string] | readonly ["eval", string, boolean, string] | readonly ["stdin"];

interface Start {
  pid: number;
  ppid: number;
  argv0: string;
  args: string[];
  execArgv: string[];
  env: string[];
  types: string[];
  program: Program;
  preload: [string, string][];
}

function readStart(values: readonly Value[]): Start {
  const [pid, ppid, argv0, args, execArgv, env, types, program, preload] = values;
  return { pid, ppid, argv0, args, execArgv, env, types, program, preload } as unknown as Start;
}

const target = process as unknown as Internals;

function define(name: string, value: unknown, enumerable = true): void {
  Object.defineProperty(process, name, { value, writable: true, enumerable, configurable: true });
}

/** Makes the process what the VM says it is. */
function dress(node: NodeInternals, kernel: KernelClient, start: Start): void {
  const { pid, argv0, args, execArgv, env, types, program } = start;
  for (let i = 0; i < env.length; i += 2) process.env[env[i]!] = env[i + 1]!;
  define("pid", pid);
  Object.defineProperty(process, "ppid", {
    get: () => kernel.ask("ppid"),
    enumerable: true,
    configurable: true,
  });
  define("argv", [EXEC_PATH, ...args]);
  define("execArgv", execArgv);
  define("execPath", EXEC_PATH);
  define("title", argv0);
  define("debugPort", 9229);
  if (program[0] === "eval") {
    define("_eval", program[1]);
    if (program[2]) define("_print_eval", true);
  } else delete target._eval;
  // Forgets the host's working directory.
  (target.chdir as Native)(".");
  installStdio(node, types);
  connectToParent(node);
  const { onWarning } = node.module("internal/process/warning");
  if (process.env.NODE_NO_WARNINGS !== "1") process.on("warning", onWarning as () => void);
  if (process.env.NODE_PATH)
    (node.module("internal/modules/cjs/loader").Module as { _initPaths(): void })._initPaths();
}

/** process.send and the rest of fork()'s channel. Source: Node's lib/internal/process/pre_execution.js. */
function connectToParent(node: NodeInternals): void {
  const { NODE_CHANNEL_FD: fd, NODE_CHANNEL_SERIALIZATION_MODE: mode = "json" } = process.env;
  if (fd === undefined) return;
  delete process.env.NODE_CHANNEL_FD;
  delete process.env.NODE_CHANNEL_SERIALIZATION_MODE;
  const { _forkChild } = node.module("child_process") as { _forkChild: Native };
  _forkChild(Number.parseInt(fd, 10), mode);
}

/** What the boot script's -e has left on the global object: its module, and a getter for each public module. */
function cleanGlobals(node: NodeInternals, isEval: boolean): void {
  for (const name of ["module", "exports", "require", "__filename", "__dirname"]) {
    Reflect.deleteProperty(globalThis, name);
  }
  if (isEval) return;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (KEPT_GLOBALS.has(name) || !node.has(name.replace(/^node:/, ""))) continue;
    if (Object.getOwnPropertyDescriptor(globalThis, name)?.get) Reflect.deleteProperty(globalThis, name);
  }
}

/** Modules whose names are globals without -e too. */
const KEPT_GLOBALS = new Set(["console", "crypto", "navigator", "performance", "process"]);

export function runProgram(node: NodeInternals, kernel: KernelClient, values: readonly Value[]): void {
  const start = readStart(values);
  const { program, preload } = start;
  dress(node, kernel, start);
  cleanGlobals(node, program[0] === "eval");
  void preloadModules(node, preload).then(() => {
    if (program[0] === "stdin") {
      readProgram(kernel, (code) => enter(node, kernel, evaluation(node, code, "[stdin]", false, "")));
    } else if (program[0] === "eval") {
      enter(node, kernel, evaluation(node, program[1], "[eval]", program[2], program[3]));
    } else enter(node, kernel, mainModule(node, program[1]));
  });
}

async function preloadModules(node: NodeInternals, preload: readonly [string, string][]): Promise<void> {
  const { Module } = node.module("internal/modules/cjs/loader") as unknown as {
    Module: { _preloadModules(requests: string[]): void };
  };
  for (const [how, specifier] of preload) {
    if (how === "require") Module._preloadModules([specifier]);
    else {
      const { getOrInitializeCascadedLoader } = node.module("internal/modules/esm/loader") as {
        getOrInitializeCascadedLoader(): { import(...args: unknown[]): Promise<unknown> };
      };
      const parent = new URL(`file://${process.cwd()}/`).href;
      await getOrInitializeCascadedLoader().import(specifier, parent, {});
    }
  }
}

/** How a program is entered: a call, and the place in Node's own source that makes it. */
interface EntryCall {
  /** The internal module, and the text of its call. */
  module: string;
  call: string;
  receiver: object;
  args: unknown[];
}

/** Source: Node's lib/internal/main/run_main_module.js. */
function mainModule(node: NodeInternals, file: string): EntryCall {
  const path = (node.module("path") as unknown as { resolve(file: string): string }).resolve(file);
  process.argv[1] = path;
  const { Module } = node.module("internal/modules/cjs/loader") as { Module: object };
  return { module: "internal/main/run_main_module", call: ".runMain(", receiver: Module, args: [path] };
}

/** Source: Node's lib/internal/main/eval_string.js. */
function evaluation(
  node: NodeInternals,
  code: string,
  name: string,
  print: boolean,
  inputType: string,
): EntryCall {
  const { evalModuleEntryPoint, evalScript, evalTypeScript } = node.module(
    "internal/process/execution",
  ) as Record<string, Native>;
  const module = "internal/main/eval_string";
  if (inputType === "module") {
    const receiver = { evalModuleEntryPoint };
    return { module, call: "evalModuleEntryPoint(", receiver, args: [code, print] };
  }
  const evalFunction = inputType === "commonjs" ? evalScript : evalTypeScript;
  const args = [name, withCrypto(code, print), false, print, false];
  return { module, call: "evalFunction(", receiver: { evalFunction }, args };
}

/** In code given by -e, `crypto` is the module. */
function withCrypto(code: string, print: boolean): string {
  if (!/\bcrypto\b/.test(code)) return code;
  return print
    ? `let crypto=require("node:crypto");{${code}}`
    : `(crypto=>{{${code}}})(require('node:crypto'))`;
}

/**
 * Enters the program from the event loop, with nothing of ours on the stack: stack traces end where they do in Node, and
 * what was thrown is reported as Node does. The kernel sends an event for this to happen in.
 */
function enter(node: NodeInternals, kernel: KernelClient, { module, call, receiver, args }: EntryCall): void {
  const natives = node.binding("builtins").natives as Record<string, string>;
  const before = natives[module]!.slice(0, natives[module]!.lastIndexOf(call)).split("\n");
  const name = call.replace(/\W/g, "");
  const isMethod = call.startsWith(".");
  // The call's own line and column are those of Node's source; all else stands on the lines before it.
  const lines = "\n".repeat(before.length - 1);
  const indent = " ".repeat(before.at(-1)!.length);
  const source = isMethod
    ? `"use strict"; ((resume, target, args) => (buffer) => { resume(buffer); target${lines}${indent}.${name}(...args); })`
    : `"use strict"; ((resume, { ${name} }, args) => (buffer) => { resume(buffer);${lines}${indent}${name}(...args); })`;
  const { runInThisContext } = node.module("vm") as {
    runInThisContext(code: string, options: object): (...args: unknown[]) => (buffer: ArrayBuffer) => void;
  };
  const resumeEvents = (buffer: ArrayBuffer | undefined): void => {
    kernel.resumeEvents(buffer);
    kernel.release();
  };
  const run = runInThisContext(source, { filename: `node:${module}` })(resumeEvents, receiver, args);
  kernel.hold();
  // Bound: a receiver would show in stack traces.
  kernel.onceByEvent(run.bind(undefined) as (buffer: ArrayBuffer | undefined) => void);
  kernel.post("enter");
}

/** The program text that comes in on standard input. */
function readProgram(kernel: KernelClient, run: (code: string) => void): void {
  kernel.request("readFile", [0, 0], (errno, value) => {
    run(errno < 0 ? "" : Buffer.from(value as Uint8Array).toString("utf8"));
  });
}
