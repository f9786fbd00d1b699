import { type Proc, stdout } from "@agentos/kernel/program";

/** "==> name <==" between the parts of head and tail's output. */
export class FileHeaders {
  readonly #proc: Proc;
  readonly #wanted: boolean;
  #first = true;

  constructor(proc: Proc, wanted: boolean) {
    this.#proc = proc;
    this.#wanted = wanted;
  }

  async print(name: string): Promise<void> {
    if (!this.#wanted) return;
    const shown = name === "-" ? "standard input" : name;
    await stdout(this.#proc).write(`${this.#first ? "" : "\n"}==> ${shown} <==\n`);
    this.#first = false;
  }
}
