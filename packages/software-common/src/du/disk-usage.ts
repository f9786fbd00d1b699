import { isDirectory, isSymlink, type MaybePromise, type Stat } from "@agentos/kernel/abi";
import { errorText, type Proc, quoteName, warn } from "@agentos/kernel/program";
import { Descent } from "../shared/descent.ts";
import { join } from "../shared/paths.ts";

export interface Sum {
  size: number;
  mtimeNs: bigint;
}

export interface UsageSettings {
  sizeOf: (stat: Stat) => number;
  excluded: (path: string) => boolean;
  follow: "all" | "operands" | "never";
  oneFileSystem: boolean;
  countLinks: boolean;
  /** -a: files are reported too. */
  all: boolean;
  /** -S: a directory's own size leaves out its subdirectories. */
  separate: boolean;
  maxDepth: number;
  report: (path: string, sum: Sum) => MaybePromise<void>;
}

const ENTRIES_BETWEEN_PAUSES = 64;

/** Adds up trees. Only directories cost an async frame; files are added in a simple loop. */
export class DiskUsage {
  readonly #proc: Proc;
  readonly #settings: UsageSettings;
  readonly #descent: Descent;
  /** dev:ino of operands and files with several links that have been counted. */
  readonly #seen = new Set<string>();
  #untilPause = ENTRIES_BETWEEN_PAUSES;
  failed = false;

  constructor(proc: Proc, settings: UsageSettings) {
    this.#proc = proc;
    this.#settings = settings;
    this.#descent = new Descent(proc);
  }

  /** The sum of an operand; undefined if it is left out. */
  async operand(path: string): Promise<Sum | undefined> {
    const { follow } = this.#settings;
    const stat = await this.#stat(path, follow !== "never");
    return stat && this.#visit(path, stat, 0, undefined);
  }

  #visit(path: string, stat: Stat, level: number, device: number | undefined): MaybePromise<Sum | undefined> {
    const { excluded, oneFileSystem, countLinks, sizeOf, all, maxDepth, report } = this.#settings;
    if (excluded(path)) return;
    if (oneFileSystem && device !== undefined && stat.dev !== device) return;
    if (!countLinks && (stat.nlink > 1 || level === 0) && this.#counted(stat)) return;
    const sum: Sum = { size: sizeOf(stat), mtimeNs: stat.mtimeNs };
    if (isDirectory(stat.mode)) return this.#directory(path, stat, level, sum);
    const pause = level === 0 || (all && level <= maxDepth) ? report(path, sum) : undefined;
    return pause ? pause.then(() => sum) : sum;
  }

  #counted({ dev, ino }: Stat): boolean {
    const key = `${dev}:${ino}`;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  async #directory(path: string, stat: Stat, level: number, sum: Sum): Promise<Sum> {
    const { follow, separate, maxDepth, report } = this.#settings;
    const own: Sum = { ...sum };
    const far = this.#descent.isFar(path);
    for (const entry of await this.#entries(path, far)) {
      if (--this.#untilPause <= 0) {
        this.#untilPause = ENTRIES_BETWEEN_PAUSES;
        const pause = this.#proc.yield();
        if (pause) await pause;
      }
      const at = join(path, entry.name);
      const followed = follow === "all" && isSymlink(entry.stat.mode);
      const real = followed ? await this.#stat(at, true) : entry.stat;
      if (!real) continue;
      const visited = this.#visit(at, real, level + 1, stat.dev);
      const below = visited instanceof Promise ? await visited : visited;
      if (!below) continue;
      add(sum, below);
      if (!isDirectory(real.mode)) add(own, below);
    }
    if (far && this.#descent.isIn(path)) await this.#descent.leave();
    if (level <= maxDepth) await report(path, separate ? own : sum);
    return sum;
  }

  /** @param far the process goes down there */
  async #entries(path: string, far: boolean): Promise<{ name: string; stat: Stat }[]> {
    const { follow } = this.#settings;
    try {
      const entries = await this.#proc.readdirStat(this.#descent.name(path));
      if (far && entries.length > 0) await this.#descent.enter(path, follow === "all");
      return entries;
    } catch (error) {
      await this.#fail(`cannot read directory ${quoteName(path)}: ${errorText(error)}`);
      return [];
    }
  }

  async #stat(path: string, follow: boolean): Promise<Stat | undefined> {
    try {
      const place = this.#descent.name(path);
      return await (follow ? this.#proc.stat(place) : this.#proc.lstat(place));
    } catch (error) {
      await this.#fail(`cannot access ${quoteName(path)}: ${errorText(error)}`);
      return undefined;
    }
  }

  async #fail(message: string): Promise<void> {
    this.failed = true;
    await warn(this.#proc, message);
  }
}

export function add(sum: Sum, more: Sum): void {
  sum.size += more.size;
  if (more.mtimeNs > sum.mtimeNs) sum.mtimeNs = more.mtimeNs;
}
