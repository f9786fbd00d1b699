// ES modules of the host are compiled from V8's code caches, which the kernel sends along with the texts if it has
// them. A code belongs to one exact text; a text that a program's hooks have changed is compiled normally.

import type { Internals, Native, NodeInternals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";
import type { Content } from "./brought-files.ts";

interface ModuleWrap {
  sourceMapURL: unknown;
  sourceURL: unknown;
  createCachedData(): Buffer;
  link(modules: object[]): void;
  instantiate(): void;
  evaluate(timeout: number, breakOnSigint: boolean): unknown;
  getNamespace(): { default: object };
}

type ModuleWrapClass = new (
  url: string,
  context: undefined,
  text: string,
  line: 0,
  column: 0,
  /** A code, or the symbol of whoever provides import() and import.meta. */
  given: Buffer | symbol | undefined,
) => ModuleWrap;

type Compile = (url: string, text: string, type: string, context?: { isMain?: boolean }) => ModuleWrap;

/** How many texts that were read but not compiled are kept: they may have been read for another purpose. */
const MOST_EXPECTED = 256;

export class ModuleCodes {
  readonly #kernel: KernelClient;
  readonly #expected = new Map<string, Buffer>();

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  /** Announces a module's text that the loader is about to compile. */
  expect(file: string, { bytes, code }: Content): void {
    if (code === null) return;
    if (code === true) {
      this.#kernel.post("wantCode", file);
      return;
    }
    if (this.#expected.size >= MOST_EXPECTED) this.#expected.clear();
    this.#expected.set(bytes.toString("utf8"), code);
  }

  install(node: NodeInternals): void {
    const utils = node.module("internal/modules/esm/utils");
    const compile = utils.compileSourceTextModule as Compile;
    const fromCode = codeUser(node, utils);
    const compileExpected: Compile = (url, text, type, context) => {
      const code = this.#expected.get(text);
      this.#expected.delete(text);
      const isUsual = type === "user" && !context?.isMain;
      return (code && isUsual && fromCode(url, text, code)) || compile(url, text, type, context);
    };
    // The loader looks the function up each time. A wrapper that only forwards would show in stack traces.
    Object.defineProperty(utils, "compileSourceTextModule", {
      get: () => (this.#expected.size > 0 ? compileExpected : compile),
      configurable: true,
      enumerable: true,
    });
  }
}

/** As compileSourceTextModule() in Node's lib/internal/modules/esm/utils.js. @returns undefined if V8 rejects the code */
function codeUser(
  node: NodeInternals,
  { registerModule }: Internals,
): (url: string, text: string, code: Buffer) => ModuleWrap | undefined {
  const { ModuleWrap } = node.binding("module_wrap") as unknown as { ModuleWrap: ModuleWrapClass };
  const defaults = defaultSymbol(node);
  const { getOptionValue } = node.module("internal/options") as { getOptionValue: Native };
  const { maybeCacheSourceMap } = node.module("internal/source_map/source_map_cache");
  const { getOrInitializeCascadedLoader } = node.module("internal/modules/esm/loader") as {
    getOrInitializeCascadedLoader(): { import: Native };
  };

  /** import.meta, which Node's C++ side initializes for a module with the same URL. */
  const initializeImportMeta = (meta: object, url: string): void => {
    const twin = new ModuleWrap(url, undefined, "export default import.meta", 0, 0, defaults);
    twin.link([]);
    twin.instantiate();
    twin.evaluate(-1, false);
    Object.defineProperties(meta, Object.getOwnPropertyDescriptors(twin.getNamespace().default));
  };

  return (url, text, code) => {
    if (getOptionValue("--experimental-print-required-tla")) return undefined;
    let wrap: ModuleWrap;
    try {
      wrap = new ModuleWrap(url, undefined, text, 0, 0, code);
    } catch {
      return undefined;
    }
    const loader = getOrInitializeCascadedLoader();
    // Bound, since a function of ours would show in stack traces.
    const importModuleDynamically = loader.import.bind(loader);
    (registerModule as Native)(wrap, {
      initializeImportMeta,
      importModuleDynamically,
      callbackReferrer: url,
    });
    const { sourceMapURL, sourceURL } = wrap;
    if (sourceMapURL) (maybeCacheSourceMap as Native)(url, text, wrap, false, sourceURL, sourceMapURL);
    return wrap;
  };
}

/** In a process without a program: compiles a module without running it. @returns undefined if it is not an ES module */
export function compileModule(node: NodeInternals, text: Uint8Array): Buffer | undefined {
  const { ModuleWrap } = node.binding("module_wrap") as unknown as { ModuleWrap: ModuleWrapClass };
  try {
    const source = Buffer.from(text).toString("utf8");
    return new ModuleWrap("file:///", undefined, source, 0, 0, defaultSymbol(node)).createCachedData();
  } catch {
    return undefined;
  }
}

const defaultSymbol = (node: NodeInternals): symbol =>
  node.binding("symbols").source_text_module_default_hdo as symbol;
