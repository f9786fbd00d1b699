import { isDirectory, isSymlink, isSysError, type MaybePromise, type Stat } from "@agentos/kernel/abi";
import { errorText, type Proc, warn } from "@agentos/kernel/program";
import { Descent } from "../shared/descent.ts";
import { baseName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { quote } from "../shared/quote.ts";
import { Quit } from "./actions.ts";
import type { Expression, Visit } from "./expression.ts";

/** Which symbolic links are followed: none (-P), operands (-H), all (-L). */
export type Links = "never" | "operands" | "always";

/** The directories on the way down, to notice loops under -L: "dev:ino" → path. */
type Above = ReadonlyMap<string, string>;

const ENTRIES_BETWEEN_PAUSES = 64;

/**
 * Walks the trees under the operands and applies the expression to each file. Only directories cost an async frame:
 * files are tested in a plain loop, and nothing waits unless a test does.
 */
export class Walk {
  readonly #proc: Proc;
  readonly #expression: Expression;
  readonly #links: Links;
  readonly #descent: Descent;
  #quit = false;
  #untilPause = ENTRIES_BETWEEN_PAUSES;
  status = 0;

  constructor(proc: Proc, expression: Expression, links: Links) {
    this.#proc = proc;
    this.#expression = expression;
    this.#links = links;
    this.#descent = new Descent(proc);
  }

  async from(start: string): Promise<void> {
    if (this.#quit) return;
    const stat = await this.#stat(start, this.#links !== "never");
    if (!stat) return;
    const name = baseName(start);
    try {
      const visit: Visit = { path: start, place: start, name, start, depth: 0, stat, pruned: false };
      await this.#visit(visit, stat.dev, new Map());
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
      this.#quit = true;
    }
  }

  #visit(visit: Visit, device: number, above: Above): MaybePromise<void> {
    const { minDepth, maxDepth, oneFileSystem } = this.#expression.global;
    const { stat, depth } = visit;
    const crossing = oneFileSystem && stat.dev !== device;
    if (isDirectory(stat.mode) && depth < maxDepth && !crossing) return this.#directory(visit, device, above);
    if (depth >= minDepth) return this.#test(visit);
  }

  async #directory(visit: Visit, device: number, above: Above): Promise<void> {
    const { minDepth, depthFirst } = this.#expression.global;
    const within = visit.depth >= minDepth;
    if (within && !depthFirst) {
      const tested = this.#test(visit);
      if (tested) await tested;
    }
    if (depthFirst || !visit.pruned) await this.#children(visit, device, above);
    if (within && depthFirst) await this.#test(visit);
  }

  async #children(visit: Visit, device: number, above: Above): Promise<void> {
    const inside = this.#links === "always" ? await this.#enter(visit, above) : above;
    const far = this.#descent.isFar(visit.path);
    const entries = inside && (await this.#entries(visit.path, far));
    if (!inside || !entries || entries.length === 0) return;
    await this.#visitAll(visit, entries, device, inside);
    if (far) await this.#descent.leave();
  }

  async #visitAll(
    { path: directory, start, depth }: Visit,
    entries: readonly { name: string; stat: Stat }[],
    device: number,
    above: Above,
  ): Promise<void> {
    for (const { name, stat } of entries) {
      if (--this.#untilPause <= 0) {
        this.#untilPause = ENTRIES_BETWEEN_PAUSES;
        const pause = this.#proc.yield();
        if (pause) await pause;
      }
      const path = join(directory, name);
      const real = this.#links === "always" && isSymlink(stat.mode) ? await this.#stat(path, true) : stat;
      if (!real) continue;
      const visited = this.#visit(
        { path, place: this.#descent.name(path), name, start, depth: depth + 1, stat: real, pruned: false },
        device,
        above,
      );
      if (visited) await visited;
    }
  }

  /** The directories above the children; undefined, with a message, if links led back to one of them. */
  async #enter({ path, stat }: Visit, above: Above): Promise<Above | undefined> {
    const key = `${stat.dev}:${stat.ino}`;
    const earlier = above.get(key);
    if (earlier === undefined) return new Map(above).set(key, path);
    const [inner, outer] = [quote(this.#proc, path), quote(this.#proc, earlier)];
    await this.#fail(`File system loop detected; ${inner} is part of the same file system loop as ${outer}.`);
    return undefined;
  }

  /** @param far the process goes down there */
  async #entries(path: string, far: boolean): Promise<{ name: string; stat: Stat }[] | undefined> {
    try {
      const entries = this.#proc.readdirStat(this.#descent.name(path));
      const found = entries instanceof Promise ? await entries : entries;
      if (far && found.length > 0) await this.#descent.enter(path, this.#links === "always");
      return found;
    } catch (error) {
      await this.#fail(`${quote(this.#proc, path)}: ${errorText(error)}`);
      return undefined;
    }
  }

  #test(visit: Visit): MaybePromise<void> {
    try {
      const result = this.#expression.test(visit);
      if (result instanceof Promise) return result.then(ignore, (error) => this.#testFailed(visit, error));
    } catch (error) {
      return this.#testFailed(visit, error);
    }
  }

  async #testFailed({ path }: Visit, error: unknown): Promise<void> {
    if (!isSysError(error)) throw error;
    await this.#fail(`${quote(this.#proc, path)}: ${error.message}`);
  }

  /** A link that leads nowhere stands for itself. */
  async #stat(path: string, follow: boolean): Promise<Stat | undefined> {
    try {
      const place = this.#descent.name(path);
      if (follow) {
        const stat = await this.#proc.statIfExists(place);
        if (stat) return stat;
      }
      return await this.#proc.lstat(place);
    } catch (error) {
      await this.#fail(`${quote(this.#proc, path)}: ${errorText(error)}`);
      return undefined;
    }
  }

  async #fail(message: string): Promise<void> {
    this.status = 1;
    await warn(this.#proc, message);
  }
}

const ignore = (): void => undefined;
