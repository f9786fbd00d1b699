// Code that SIGINT breaks off: what the REPL evaluates, and vm with breakOnSigint. Node's watchdog, a thread of its
// C++ side, waits for a real signal. The kernel sends one only while somebody has asked for it (interrupts.ts on the
// kernel's side). Source: node's src/node_watchdog.cc, lib/vm.js, lib/repl.js.

import type { Native, NodeInternals } from "./internals.ts";
import type { KernelClient } from "./kernel-client.ts";

const SIGINT = 2;

interface ScriptPrototype {
  runInContext: Native;
}

/**
 * To be called before the natives are replaced. @returns a function that replaces Node's watchdog, after the lock-down
 */
export function createInterrupts(node: NodeInternals, kernel: KernelClient): () => void {
  const contextify = node.binding("contextify");
  const start = contextify.startSigintWatchdog as () => boolean;
  const stop = contextify.stopSigintWatchdog as () => boolean;
  const kill = node.binding("process_methods")._kill as (pid: number, signal: number) => number;
  const { pid } = process;
  let depth = 0;

  /** The kernel has answered a call with the interrupt. */
  kernel.onInterrupt(() => {
    kill(pid, SIGINT);
    for (;;);
  });

  const begin = (): boolean => {
    if (depth++ > 0) return true;
    // The native watchdog outlasts the kernel's: a real SIGINT never comes without it.
    const isUp = start();
    kernel.call("awaitInterrupts");
    return isUp;
  };
  const end = (): boolean => {
    if (--depth > 0) return false;
    kernel.finishBroken();
    const isDue = kernel.ask<boolean>("endInterrupts");
    if (process.listenerCount("SIGINT") > 0) kernel.call("catchSignal", SIGINT);
    return stop() || isDue;
  };

  return () => {
    contextify.startSigintWatchdog = begin;
    contextify.stopSigintWatchdog = end;
    wrapScripts(node, begin, end);
  };
}

/**
 * Wraps the running of scripts that ask for it; in all other scripts' stack traces nothing of ours must show. Node
 * checks a script's options before it looks the native method up, and that check tells which scripts ask.
 */
function wrapScripts(node: NodeInternals, begin: () => void, end: () => void): void {
  const { ContextifyScript } = node.binding("contextify") as unknown as {
    ContextifyScript: { prototype: ScriptPrototype };
  };
  const { runInContext: native } = ContextifyScript.prototype;
  let isAsked = false;
  const runBetween = function runInContext(this: unknown, ...args: unknown[]): unknown {
    begin();
    try {
      return Reflect.apply(native, this, args);
    } finally {
      end();
    }
  };
  Object.defineProperty(ContextifyScript.prototype, "runInContext", {
    configurable: true,
    enumerable: true,
    get() {
      const run = isAsked ? runBetween : native;
      isAsked = false;
      return run;
    },
  });
  const validators = node.module("internal/validators") as { validateBoolean: Native };
  const { validateBoolean } = validators;
  validators.validateBoolean = (value, name) => {
    validateBoolean(value, name);
    if (name === "options.breakOnSigint") isAsked = value === true;
  };
  node.recompile("vm");
  validators.validateBoolean = validateBoolean;
}
