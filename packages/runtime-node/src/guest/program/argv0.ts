// process.argv0: what the program was called as, which a waiting process cannot know when Node sets it for good.

import type { Native, NodeInternals } from "../internals.ts";

/**
 * Makes it a property that can be set once more. No function of the language changes one that is not configurable; V8's own
 * behind object literals does. To be called before there is a program, whose code could be compiled with the flag.
 */
export function releaseArgv0(node: NodeInternals): void {
  const { setFlagsFromString } = node.binding("v8") as { setFlagsFromString: Native };
  const { runInThisContext } = node.module("vm") as unknown as { runInThisContext(code: string): Native };
  setFlagsFromString("--allow-natives-syntax");
  try {
    const define = runInThisContext(
      "(function (object, name) { %DefineKeyedOwnPropertyInLiteral(object, name, object[name], 0, undefined, 0); })",
    );
    define(process, "argv0");
  } finally {
    setFlagsFromString("--no-allow-natives-syntax");
  }
}

export function setArgv0(value: string): void {
  const { configurable } = Object.getOwnPropertyDescriptor(process, "argv0")!;
  if (configurable) {
    Object.defineProperty(process, "argv0", {
      value,
      enumerable: true,
      writable: false,
      configurable: false,
    });
  }
}
