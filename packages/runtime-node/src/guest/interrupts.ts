// Code that SIGINT breaks off: what the REPL evaluates, and vm's with breakOnSigint. Node's watchdog, a thread of its C++
// side, waits for a real signal; the kernel sends it, while somebody has asked for it and at no other time (interrupts.ts
// on the kernel's side). Source: node's src/node_watchdog.cc, lib/vm.js, lib/repl.js.

import type { Native, NodeInternals } from "./internals.ts";
import type { KernelClient } from "./kernel-client.ts";

const SIGINT = 2;

interface ScriptPrototype {
  runInContext: Native;
}

/** To be made before the natives are replaced. @returns puts it in the place of Node's watchdog, behind the lock-down */
export function createInterrupts(node: NodeInternals, kernel: KernelClient): () => void {
  const contextify = node.binding("contextify");
  const start = contextify.startSigintWatchdog as () => boolean;
  const stop = contextify.stopSigintWatchdog as () => boolean;
  const kill = node.binding("process_methods")._kill as (pid: number, signal: number) => number;
  const { pid } = process;
  let depth = 0;

  /** The kernel's answer was that what runs is to end. */
  kernel.onInterrupt(() => {
    kill(pid, SIGINT);
    for (;;);
  });

  const begin = (): boolean => {
    if (depth++ > 0) return true;
    // The native one lasts longer than the kernel's: a real SIGINT never comes without it.
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
 * Scripts that ask for it run between the two; of others nothing of ours is to be seen in stack traces. What a script asks
 * for is told by the check of its options, which comes before the native method is looked up.
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
