// node:wasi on files of the VM. Node's own JavaScript (lib/wasi.js) stays; its binding, in C++ in Node, is implemented
// here.

import type { Native, NodeInternals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";
import { gut } from "../lock-down/lock-down.ts";
import { ALL_RIGHTS, DIRECTORY_RIGHTS, ERRNO, FILE_RIGHTS, FILETYPE, filetypeOf } from "./abi.ts";
import { Descriptors } from "./descriptors.ts";
import { FileCalls } from "./file-calls.ts";
import { GuestMemory, type WasmMemory } from "./guest-memory.ts";
import { PathCalls } from "./path-calls.ts";
import { ProgramCalls } from "./program-calls.ts";
import { WasiError } from "./wasi-error.ts";

const NAMES = ["NOENT", "NOTDIR", "BADF"] as const;

type Call = (...args: unknown[]) => number;

export function installWasi(node: NodeInternals, kernel: KernelClient): void {
  const exit = process as unknown as { reallyExit(code: number): void };

  const binding = node.binding("wasi");
  gut(binding.WASI as Native, "wasi.WASI");
  binding.WASI = class WASI {
    [name: string]: unknown;

    /** @param preopens pairs: the program's name for a directory, and the directory's path */
    constructor(
      args: readonly string[],
      env: readonly string[],
      preopens: readonly string[],
      stdio: readonly number[],
    ) {
      let memory: GuestMemory | undefined;
      const current = (): GuestMemory => {
        if (memory) return memory;
        const error = new Error("wasi.start() has not been called");
        throw Object.assign(error, { code: "ERR_WASI_NOT_STARTED" });
      };
      const open = new Descriptors(kernel);
      started(() => {
        for (const fd of stdio) addStream(open, kernel, fd);
        for (let i = 0; i < preopens.length; i += 2) addDirectory(open, preopens[i]!, preopens[i + 1]!);
      });
      const host = {
        exit: (code: number) => exit.reallyExit(code),
        raise: (signal: number) => void kernel.call("kill", process.pid, signal),
      };
      const groups = [
        new ProgramCalls(open, current, host, args, env),
        new FileCalls(open, current),
        new PathCalls(open, current),
      ];
      for (const group of groups) Object.assign(this, callsOf(group, current));
      this._setMemory = (given: unknown) => {
        if (!isMemory(given)) {
          const error = new TypeError(
            '"instance.exports.memory" property must be a WebAssembly.Memory object',
          );
          throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
        }
        memory = new GuestMemory(given);
      };
    }
  };
}

function isMemory(value: unknown): value is WasmMemory {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: new () => WasmMemory } };
  return value instanceof WebAssembly.Memory;
}

/** A group's methods as functions that return WASI's errors. */
function callsOf(group: object, memory: () => GuestMemory): Record<string, Call> {
  const methods = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(group))).filter(
    ([name]) => name !== "constructor",
  );
  return Object.fromEntries(
    methods.map(([name, { value }]) => [
      name,
      (...args: unknown[]): number => {
        memory();
        if (args.length < (value as Call).length) return ERRNO.INVAL;
        try {
          (value as Call).apply(group, args);
          return ERRNO.SUCCESS;
        } catch (error) {
          if (error instanceof WasiError) return error.errno;
          // An address outside the memory.
          if (error instanceof RangeError) return ERRNO.OVERFLOW;
          throw error;
        }
      },
    ]),
  );
}

function started(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WasiError)) throw error;
    const name = NAMES.find((known) => ERRNO[known] === error.errno) ?? "IO";
    throw Object.assign(new Error(`UVWASI_E${name}, uvwasi_init`), {
      errno: error.errno,
      code: `UVWASI_E${name}`,
      syscall: "uvwasi_init",
    });
  }
}

const MODE = 1;

function addStream(open: Descriptors, kernel: KernelClient, fd: number): void {
  const { errno, value } = kernel.call("fstat", fd);
  if (errno < 0) throw new WasiError(ERRNO.BADF);
  const isTerminal = kernel.ask("isatty", fd) === true;
  const filetype = isTerminal ? FILETYPE.CHARACTER_DEVICE : filetypeOf((value as Float64Array)[MODE]!);
  // Programs recognize a terminal by its lack of the right to seek.
  const rights = isTerminal ? FILE_RIGHTS & ~SEEKING : FILE_RIGHTS;
  open.add({ fd, filetype, flags: 0, rights, inheriting: 0n, path: "", position: undefined });
}

/** FD_SEEK and FD_TELL. */
const SEEKING = 0x24n;

function addDirectory(open: Descriptors, preopen: string, directory: string): void {
  const path = open.call("realpath", directory) as string;
  const fields = open.call("stat", path) as Float64Array;
  if (filetypeOf(fields[MODE]!) !== FILETYPE.DIRECTORY) throw new WasiError(ERRNO.NOTDIR);
  open.add({
    fd: -1,
    filetype: FILETYPE.DIRECTORY,
    flags: 0,
    rights: DIRECTORY_RIGHTS,
    inheriting: ALL_RIGHTS,
    path: path === "/" ? "" : path,
    preopen,
    position: undefined,
  });
}
