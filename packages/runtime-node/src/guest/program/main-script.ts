// Enters the program by Node's own main script (lib/internal/main), compiled anew, so that what it takes from Node's
// internals is what the VM put there.

import type { Internals, NodeInternals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";

/** Code to put before a main script. */
const HEAD = [["resume", "buffer"], "resume(buffer);"] as const;
const MOST_COMMON = ["run_main_module", "eval_string"];

/** Compiles the scripts that most programs need, before there is a program. */
export function prepareMainScripts(node: NodeInternals): void {
  for (const main of MOST_COMMON) node.prepareScript(`internal/main/${main}`, ...HEAD);
}

/**
 * Runs the script from the event loop, with no frame of ours on the stack: stack traces end where they do in Node, and
 * errors are reported as in Node. The kernel sends an event for this purpose.
 */
export function enterMainScript(node: NodeInternals, kernel: KernelClient, main: string): void {
  const preparation = preparationOf(node);
  const find = (name: string): object =>
    name === "internal/process/pre_execution" ? preparation : node.module(name);
  const resume = (buffer: ArrayBuffer | undefined): void => {
    kernel.resumeEvents(buffer);
    kernel.release();
  };
  const run = node.compileScript(`internal/main/${main}`, find, ...HEAD);
  kernel.hold();
  kernel.onceByEvent(run.bind(undefined, resume) as (buffer: ArrayBuffer | undefined) => void);
  kernel.post("enter");
}

/** What remains to be done of lib/internal/process/pre_execution.js once the process is the VM's. */
function preparationOf(node: NodeInternals): Internals {
  const { resolve } = node.module("path") as unknown as { resolve(file: string): string };
  return {
    prepareMainThreadExecution(expandsProgram = false, loadsModules = true): string | undefined {
      const program = process.argv[1];
      let entry: string | undefined;
      if (expandsProgram && program && program[0] !== "-") entry = process.argv[1] = resolve(program);
      if (loadsModules) preload(node);
      return entry;
    },
    prepareTestRunnerMainExecution(loadsModules = true): void {
      if (loadsModules) preload(node);
    },
    markBootstrapComplete(): void {},
  };
}

/** --require */
export function preload(node: NodeInternals): void {
  const { getOptionValue } = node.module("internal/options") as {
    getOptionValue(name: string): string[];
  };
  const { Module } = node.module("internal/modules/cjs/loader") as unknown as {
    Module: { _preloadModules(requests: string[]): void };
  };
  const requests = getOptionValue("--require");
  if (requests.length > 0) Module._preloadModules(requests);
  const loaders = getOptionValue("--experimental-loader");
  if (loaders.length > 0) registerLoaders(node, loaders);
}

/** Source: createModuleLoader() in Node's lib/internal/modules/esm/loader.js. */
function registerLoaders(node: NodeInternals, loaders: readonly string[]): void {
  const calls = loaders.map((loader) => {
    const quoted = encodeURIComponent(JSON.stringify(loader))
      .replaceAll("'", "%27")
      .replaceAll("%22", '"')
      .replaceAll(/%2F/gi, "/");
    return `register(${quoted}, pathToFileURL("./"))`;
  });
  process.emitWarning(
    "`--experimental-loader` may be removed in the future; instead use `register()`:\n" +
      `--import 'data:text/javascript,import { register } from "node:module"; import { pathToFileURL } from "node:url"; ${calls.join("; ")};'`,
    "ExperimentalWarning",
  );
  const { getOrInitializeCascadedLoader } = node.module("internal/modules/esm/loader") as {
    getOrInitializeCascadedLoader(): { register(specifier: string, parent: string): void };
  };
  const { href } = (node.module("url") as unknown as { pathToFileURL(path: string): URL }).pathToFileURL(
    "./",
  );
  for (const loader of loaders) getOrInitializeCascadedLoader().register(loader, href);
}
