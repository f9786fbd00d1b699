// V8's code caches for ES modules that the host provides. V8 trusts such bytecode, so it must not come from a guest
// that has run a program: a process that does nothing else compiles the texts and runs none of them. Codes are found
// by the hash of the text alone, so that a different text, or a changed file, never gets one.

import { hash } from "node:crypto";
import { Compiler } from "./compiler.ts";

const MOST_BYTES = 1 << 26;
const MOST_ENTRIES = 1 << 14;
/** The most bytes of texts that wait for the compiler; further ones have to be asked for again. */
const MOST_QUEUED_BYTES = 1 << 25;
/** Delays compiling, so that the program that asked has the machine to itself while it starts. */
const DELAY_MS = 500;

type MakeCompiler = () => Pick<Compiler, "compile" | "end">;

export class CodeCache {
  readonly #makeCompiler: MakeCompiler;
  /** The least recently used first; undefined: this text cannot be compiled. */
  readonly #codes = new Map<string, Uint8Array | undefined>();
  readonly #queue = new Map<string, Uint8Array>();
  #size = 0;
  #queuedBytes = 0;
  #work: Promise<void> | undefined;

  constructor(makeCompiler: MakeCompiler = () => new Compiler()) {
    this.#makeCompiler = makeCompiler;
  }

  /** The code of a module's text; null: there is none to be had; undefined: nobody has asked for it yet. */
  find(text: Uint8Array): Uint8Array | null | undefined {
    const key = keyOf(text);
    if (!this.#codes.has(key)) return undefined;
    const code = this.#codes.get(key);
    this.#codes.delete(key);
    this.#codes.set(key, code);
    return code ?? null;
  }

  /** Has the text compiled at some later time. */
  want(text: Uint8Array): void {
    const key = keyOf(text);
    if (this.#codes.has(key) || this.#queue.has(key)) return;
    if (this.#queuedBytes + text.length > MOST_QUEUED_BYTES) return;
    this.#queue.set(key, text.slice());
    this.#queuedBytes += text.length;
    this.#work ??= this.#compileAll();
  }

  /** Resolves when everything asked for is compiled. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #compileAll(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, DELAY_MS).unref());
    const compiler = this.#makeCompiler();
    for (const [key, text] of this.#queue) {
      // Guests manage without code for what cannot be compiled.
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

/** The cache of this host process, shared by all its VMs. */
export const codeCache = new CodeCache();
