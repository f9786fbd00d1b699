import { type Proc, warn } from "@agentos/kernel/program";

/** "/" and anything up to a ".." component: what could lead out of the tree. */
const UNSAFE_PREFIX = /^\/+|^(?:.*\/)?\.\.(?:\/+|$)/;

/** Keeps member names inside the tree they are stored from or extracted to; says so once. */
export class SafeNames {
  readonly #proc: Proc;
  #warned = false;

  constructor(proc: Proc) {
    this.#proc = proc;
  }

  /** The name without its unsafe prefix; "" if nothing is left. */
  async of(path: string): Promise<string> {
    const prefix = UNSAFE_PREFIX.exec(path)?.[0];
    if (!prefix) return path;
    if (!this.#warned) await warn(this.#proc, `Removing leading \`${prefix}' from member names`);
    this.#warned = true;
    return path.slice(prefix.length);
  }
}
