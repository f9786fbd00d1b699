import type { MaybePromise } from "@agentos/vfs/abi";
import type { Process } from "../process/process.ts";
import type { Program } from "../program/program.ts";
import type { LoadRequest } from "./binfmt.ts";

/** What runs in a process. */
export interface Image {
  /** Runs to its end. @returns the exit code */
  run(process: Process): MaybePromise<number>;
  /** Called when the process has died: whatever the image still does, it must end. */
  kill?(): void;
  /** Called when the process was stopped. System calls then wait without the image's help. */
  stop?(): void;
  continue?(): void;
}

/** The entry point of a runtime: makes the image of a process from the file that exec was given. */
export interface ImageLoader {
  /** @throws ENOEXEC ENOENT … and leaves the process as it was */
  load(request: LoadRequest): MaybePromise<Image>;
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
