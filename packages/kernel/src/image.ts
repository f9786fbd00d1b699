import type { MaybePromise } from "@agentos/vfs/abi";
import type { Process } from "./process.ts";
import type { Program } from "./program/program.ts";

/** What runs in a process. */
export interface Image {
  /** Runs to its end; the exit code. */
  run(process: Process): MaybePromise<number>;
  /** The process has died, whatever the image does. */
  kill?(): void;
  /** The process was stopped; its system calls wait by themselves. */
  stop?(): void;
  continue?(): void;
}

/** A Program as an image: it runs on the kernel's own thread. */
export class ProgramImage implements Image {
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  run(process: Process): MaybePromise<number> {
    return this.#program.main(process.kernel.procOf(process));
  }
}
