// process.argv0: the name by which the program was called, which is not known when Node defines it in a waiting
// process.

import type { Native, NodeInternals } from "../internals.ts";

/**
 * Makes the property configurable, so that it can be set once more. No function of the language can do that; V8's code
 * for object literals can. To be called before there is a program, whose code could be compiled with the flag.
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
