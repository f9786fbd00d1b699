// chown and chgrp: one act with two faces.

import { isDirectory, isSymlink, isSysError, type Stat } from "@agentos/kernel/abi";
import { errorText, type Proc, quoteName, stdout, warn } from "@agentos/kernel/program";
import { readGroups, readUsers } from "./accounts.ts";
import { join } from "./paths.ts";

export interface OwnerChange {
  /** -1 leaves it. */
  uid: number;
  gid: number;
  /** As named by the user, for -v; "" if it is left. */
  userName: string;
  groupName: string;
  recursive: boolean;
  /** Change what links point to. */
  dereference: boolean;
  /** Links to directories that -R enters: named ones (-H), all (-L), none (-P). */
  traverse: "H" | "L" | "P";
  verbose: boolean;
  changes: boolean;
  silent: boolean;
  /** Only files owned so (--from). */
  from?: { uid: number; gid: number };
}

export async function changeOwner(
  proc: Proc,
  change: OwnerChange,
  operands: readonly string[],
): Promise<number> {
  const changer = new OwnerChanger(proc, change);
  for (const operand of operands) await changer.change(operand, true);
  return changer.failed ? 1 : 0;
}

class OwnerChanger {
  readonly #proc: Proc;
  readonly #change: OwnerChange;
  failed = false;

  constructor(proc: Proc, change: OwnerChange) {
    this.#proc = proc;
    this.#change = change;
  }

  async change(path: string, named: boolean, known?: Stat): Promise<void> {
    const pause = this.#proc.yield();
    if (pause) await pause;
    const { traverse, dereference, recursive } = this.#change;
    const link = known ?? (await this.#attempt(path, "cannot access", () => this.#proc.lstat(path)));
    if (!link) return;
    let stat: Stat | undefined = link;
    const enters = traverse === "L" || (traverse === "H" && named);
    if (isSymlink(link.mode) && (dereference || enters)) {
      stat = await this.#attempt(path, "cannot dereference", () => this.#proc.stat(path));
    }
    if (!stat) return;
    if (recursive && isDirectory(stat.mode)) await this.#below(path);
    await this.#changeOne(path, stat);
  }

  async #below(path: string): Promise<void> {
    const entries = await this.#attempt(path, "cannot read directory", () => this.#proc.readdirStat(path));
    for (const { name, stat } of entries ?? []) await this.change(join(path, name), false, stat);
  }

  async #changeOne(path: string, stat: Stat): Promise<void> {
    const { uid, gid, from, dereference } = this.#change;
    if (from && ((from.uid >= 0 && from.uid !== stat.uid) || (from.gid >= 0 && from.gid !== stat.gid)))
      return;
    const done = await this.#attempt(path, `changing ${this.#noun} of`, async () => {
      await this.#proc.chown(path, uid, gid, dereference);
      return true;
    });
    if (done) await this.#report(path, stat);
  }

  get #noun(): string {
    return this.#change.userName === "" ? "group" : "ownership";
  }

  async #report(path: string, stat: Stat): Promise<void> {
    const { uid, gid, userName, groupName, verbose, changes } = this.#change;
    const changed = (uid >= 0 && uid !== stat.uid) || (gid >= 0 && gid !== stat.gid);
    if (!verbose && !(changes && changed)) return;
    const user = (await readUsers(this.#proc)).find((known) => known.uid === stat.uid)?.name ?? stat.uid;
    const group = (await readGroups(this.#proc)).find((known) => known.gid === stat.gid)?.name ?? stat.gid;
    const before = joined(userName === "" ? "" : String(user), groupName === "" ? "" : String(group));
    const name = quoteName(path);
    let line = `ownership of ${name} retained`;
    if (uid >= 0 || gid >= 0) {
      line = changed
        ? `changed ${this.#noun} of ${name} from ${before} to ${joined(userName, groupName)}`
        : `${this.#noun} of ${name} retained as ${before}`;
    }
    await stdout(this.#proc).write(`${line}\n`);
  }

  async #attempt<T>(path: string, failure: string, act: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.failed = true;
      const { silent, verbose, userName, groupName } = this.#change;
      if (!silent) await warn(this.#proc, `${failure} ${quoteName(path)}: ${errorText(error)}`);
      if (verbose) {
        const wanted = joined(userName, groupName);
        await stdout(this.#proc).write(`failed to change ${this.#noun} of ${quoteName(path)} to ${wanted}\n`);
      }
      return undefined;
    }
  }
}

function joined(user: string, group: string): string {
  if (user === "") return group;
  return group === "" ? user : `${user}:${group}`;
}
