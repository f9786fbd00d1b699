// V8's code caches for ES modules that the host provides. V8 trusts such bytecode, so none comes from a guest that has run a
// program: a process that does nothing else compiles the text and runs none of it. What is kept is found by the text's hash
// alone: another text, or a file that was changed, has no part in it.

import { hash } from "node:crypto";
import { Compiler } from "./compiler.ts";

const MOST_BYTES = 1 << 26;
const MOST_ENTRIES = 1 << 14;
/** Texts that wait for the compiler; more than these have to be asked for again. */
const MOST_QUEUED_BYTES = 1 << 25;
/** The program that has asked is to have the machine for its own start. */
const DELAY_MS = 500;

type MakeCompiler = () => Pick<Compiler, "compile" | "end">;

export class CodeCache {
  readonly #makeCompiler: MakeCompiler;
  /** The least recently used first; undefined: there is none to be had. */
  readonly #codes = new Map<string, Uint8Array | undefined>();
  readonly #queue = new Map<string, Uint8Array>();
  #size = 0;
  #queuedBytes = 0;
  #work: Promise<void> | undefined;

  constructor(makeCompiler: MakeCompiler = () => new Compiler()) {
    this.#makeCompiler = makeCompiler;
  }

  /** The code of a module's text; null: none can be had; undefined: nobody wanted it yet. */
  find(text: Uint8Array): Uint8Array | null | undefined {
    const key = keyOf(text);
    if (!this.#codes.has(key)) return undefined;
    const code = this.#codes.get(key);
    this.#codes.delete(key);
    this.#codes.set(key, code);
    return code ?? null;
  }

  /** Has the text compiled, some time. */
  want(text: Uint8Array): void {
    const key = keyOf(text);
    if (this.#codes.has(key) || this.#queue.has(key)) return;
    if (this.#queuedBytes + text.length > MOST_QUEUED_BYTES) return;
    this.#queue.set(key, text.slice());
    this.#queuedBytes += text.length;
    this.#work ??= this.#compileAll();
  }

  /** Fulfilled when all that was wanted is compiled. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #compileAll(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, DELAY_MS).unref());
    const compiler = this.#makeCompiler();
    for (const [key, text] of this.#queue) {
      // Guests do without what cannot be compiled.
      this.#keep(key, await compiler.compile(text).catch(() => undefined));
      this.#queue.delete(key);
      this.#queuedBytes -= text.length;
    }
    compiler.end();
    this.#work = undefined;
  }

  #keep(key: string, code: Uint8Array | undefined): void {
    this.#codes.set(key, code);
    this.#size += code?.length ?? 0;
    for (const [oldest, old] of this.#codes) {
      if (this.#size <= MOST_BYTES && this.#codes.size <= MOST_ENTRIES) return;
      this.#codes.delete(oldest);
      this.#size -= old?.length ?? 0;
    }
  }
}

const keyOf = (text: Uint8Array): string => hash("sha256", text, "base64");

/** That of this host process; all its VMs share it. */
export const codeCache = new CodeCache();
