// The boot code of guests, as the text of one script. A guest process has no files, so the code is sent to it: a few
// words on its command line (-e) read it from the calls stream and run it. The alternatives are worse: --require needs
// a hole in the permission model, standard input loads net and streams before the lock-down, and a command line holds
// only 128 KB. Reading and running the code takes 2 ms, which a waiting process has behind it.

import { readFile } from "node:fs/promises";

let code: Promise<string> | undefined;

export function guestCode(): Promise<string> {
  code ??= load();
  return code;
}

/** In a published package the code is prebuilt; in a checkout it is bundled from the sources. */
async function load(): Promise<string> {
  const script = import.meta.url.endsWith(".ts") ? await bundle() : await readBuilt();
  return `(function (bootArguments) { "use strict"; const { require } = bootArguments, { ${CAPTURED} } = globalThis; ${script}\nreturn boot.default(bootArguments); })`;
}

/** Globals that the boot code captures: programs, such as test environments, may replace them. */
const CAPTURED = [
  "Array, ArrayBuffer, Atomics, BigInt, BigInt64Array, Buffer, DataView, Error, Float64Array, JSON, Math, Number, Object, Promise",
  "Int32Array, Reflect, SharedArrayBuffer, String, TextDecoder, TextEncoder, Uint8Array, Uint32Array, process",
];

function readBuilt(): Promise<string> {
  return readFile(new URL("./guest-boot.global.js", import.meta.url), "utf8");
}

async function bundle(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [new URL("./guest/boot.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    platform: "node",
    globalName: "boot",
    target: "esnext",
    conditions: ["@agentos/source"],
    minifyWhitespace: true,
    // When Node shows the line of an uncaught error, this keeps it from showing the whole code.
    lineLimit: 120,
    logLevel: "error",
  });
  const { harden } = await import("./harden.ts");
  return harden(outputFiles[0]!.text);
}

/** Runs in a fresh process: reads the boot code from descriptor 3 and runs it with access to Node's internals. */
export const BOOTSTRAP = `{
const { internalBinding, primordials } = require("internal/test/binding");
const { read } = internalBinding("fs");
const take = (size) => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; ) {
    const count = read(3, bytes, at, size - at, -1);
    if (count === 0) process.reallyExit(1);
    at += count;
  }
  return bytes;
};
const code = take(take(4).readUInt32LE(0)).toString();
const builtins = require("internal/modules/helpers").loadBuiltinModule("path").constructor;
require("vm").runInThisContext(code, { filename: "node:internal/agentos" })({ internalBinding, primordials, builtins, require, code });
}`;
