// Node's internals, as the boot code gets them. The guest's program must never be able to reach them.

import type { BootMessage } from "./threads/thread-boot.ts";

/** A native or JavaScript function for which Node publishes no types. */
export type Native = (...args: unknown[]) => unknown;
/** An internal binding or module: its names and their values. */
export type Internals = Record<string, unknown>;

interface BuiltinModule {
  compileForInternalLoader(): Internals;
  exports: object;
  exportKeys?: readonly string[];
  loaded: boolean;
  loading: boolean;
}

/** Node's BuiltinModule class. */
export interface BuiltinModules {
  map: Map<string, BuiltinModule>;
  setRealmAllowRequireByUsers: Native;
  allowRequireByUsers: Native;
  exposeInternals: Native;
  canBeRequiredByUsers(id: string): boolean;
}

export interface BootArguments {
  internalBinding(name: string): Internals;
  builtins: BuiltinModules;
  /** The public require of the boot script. */
  require(id: string): Internals;
  /** The text of the boot code, for threads. */
  code?: string;
  /** What a thread was started with; undefined in the main thread. */
  thread?: BootMessage;
}

export class NodeInternals {
  readonly #args: BootArguments;
  readonly #scripts = new Map<string, Native>();

  constructor(args: BootArguments) {
    this.#args = args;
  }

  get builtins(): BuiltinModules {
    return this.#args.builtins;
  }

  get isMainThread(): boolean {
    return this.binding("worker").isMainThread as boolean;
  }

  binding(name: string): Internals {
    return this.#args.internalBinding(name);
  }

  /** A binding that not every version of Node has. */
  optionalBinding(name: string): Internals | undefined {
    try {
      return this.#args.internalBinding(name);
    } catch {
      return undefined;
    }
  }

  /** An internal or public module. */
  module<T = Internals>(id: string): T {
    return this.#builtin(id).compileForInternalLoader() as T;
  }

  has(id: string): boolean {
    return this.#args.builtins.map.has(id);
  }

  /** Replaces the exports of an internal module, for those that load it from now on. */
  replaceExports(id: string, exports: object): void {
    this.#builtin(id).exports = exports;
  }

  /** Makes `exports` the exports of a public module, for everybody. The module's own code never runs. */
  provideModule(id: string, exports: object): void {
    const module = this.#builtin(id);
    module.exports = exports;
    module.exportKeys = Object.keys(exports);
    module.loaded = true;
  }

  /**
   * Runs a module again, so that it takes its functions from the bindings as they are now. Others may hold its exports
   * object, which is kept and gets the new contents.
   */
  recompile(id: string): void {
    const module = this.#builtin(id);
    if (!module.loaded) return;
    const held = module.exports;
    module.loaded = false;
    module.loading = false;
    module.exports = {};
    const fresh = module.compileForInternalLoader();
    // A class cannot be refilled: only those who load the module later get the new one.
    if (typeof held === "function") return;
    for (const key of Reflect.ownKeys(fresh)) {
      const mine = Reflect.getOwnPropertyDescriptor(held, key);
      if (mine && !mine.configurable) continue;
      Reflect.defineProperty(held, key, Reflect.getOwnPropertyDescriptor(fresh, key)!);
      // The module's own code uses the fresh object; through this accessor it sees what a program replaces there.
      const get = (): unknown => Reflect.get(held, key);
      const set = (value: unknown): boolean => Reflect.set(held, key, value);
      Reflect.defineProperty(fresh, key, { get, set, configurable: true, enumerable: true });
    }
    module.exports = held;
  }

  /**
   * Compiles one of Node's scripts that are not modules: lib/internal/main, lib/internal/bootstrap.
   * @param before code for the script's first line, which is otherwise empty, so that positions match Node's source
   * @param find what the script's require() returns
   * @returns a function of `names`, with all other parameters bound
   */
  compileScript(
    id: string,
    find: (id: string) => object,
    names: readonly string[] = [],
    before = "",
  ): Native {
    const run = this.#scripts.get(id) ?? this.#compile(id, names, before);
    const { primordials } = this.module("internal/test/binding");
    // Bound, since a receiver would show in stack traces.
    return run.bind(undefined, process, find, (name: string) => this.binding(name), primordials) as Native;
  }

  /** Compiles a script ahead of time, for compileScript() to find. */
  prepareScript(id: string, names: readonly string[], before: string): void {
    this.#scripts.set(id, this.#compile(id, names, before));
  }

  #compile(id: string, names: readonly string[], before: string): Native {
    const { runInThisContext } = this.module("vm") as {
      runInThisContext(code: string, options: object): Native;
    };
    const parameters = ["process", "require", "internalBinding", "primordials", ...names].join(", ");
    const text = `(function (${parameters}) { "use strict"; ${before} ${this.sourceOf(id)}\n})`;
    return runInThisContext(text, { filename: `node:${id}` });
  }

  /** The text of a module, as the body of its function. Node's `natives` would create the texts of all modules. */
  sourceOf(id: string): string {
    const { compileFunction } = this.binding("builtins") as { compileFunction: Native };
    const text = String(compileFunction(id));
    return text.slice(text.indexOf("\n") + 1, text.lastIndexOf("\n"));
  }

  #builtin(id: string): BuiltinModule {
    const module = this.#args.builtins.map.get(id);
    if (!module) throw new Error(`no builtin module ${id}`);
    return module;
  }
}
