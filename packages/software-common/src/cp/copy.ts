// Copies files and trees, for cp and for mv across file systems.

import {
  isBlockDevice,
  isCharDevice,
  isDirectory,
  isFifo,
  isRegular,
  isSocket,
  isSymlink,
  isSysError,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  S_ISGID,
  S_ISUID,
  type Stat,
  sysError,
} from "@agentos/kernel/abi";
import { errorText, type Proc, quoteName, stdout, warn } from "@agentos/kernel/program";
import { type BackupPolicy, backupName, existingNames } from "../shared/backup.ts";
import { confirm } from "../shared/confirm.ts";
import { directoryName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import { sameEntry } from "../shared/same-entry.ts";

export interface CopyJob {
  proc: Proc;
  /** Which source links are followed: all (-L), those named as operands (-H), none (-P). */
  follow: "all" | "operands" | "none";
  recursive: boolean;
  force: boolean;
  interactive: boolean;
  noClobber: boolean;
  removeDestination: boolean;
  /** Copy only when the source is newer (-u). */
  update: boolean;
  verbose: boolean;
  attributesOnly: boolean;
  hardLink: boolean;
  symbolicLink: boolean;
  oneFileSystem: boolean;
  preserve: { mode: boolean; ownership: boolean; timestamps: boolean; links: boolean };
  /** --no-preserve=mode: new files get the default mode. */
  defaultMode: boolean;
  backup: BackupPolicy;
  /** "cp" or "mv": how lines of -v and questions read. */
  verb: "cp" | "mv";
}

/** Does the copying of one command, and remembers what has been copied. */
export class Copier {
  readonly #job: CopyJob;
  readonly #proc: Proc;
  /** dev:ino of a source with several links → the path of its first copy. */
  readonly #copies = new Map<string, string>();
  /** dev:ino of the directories that this command made, which are never copied into themselves. */
  readonly #made = new Set<string>();
  /** The operand being copied, for messages. */
  #operand = { source: "", target: "" };
  /** Whether a directory made for the operand was found inside it: then no more of it is copied. */
  #intoItself = false;
  failed = false;

  constructor(job: CopyJob) {
    this.#job = job;
    this.#proc = job.proc;
  }

  /** Copies one operand; failures are reported and remembered. @returns whether all of it was copied */
  copy(source: string, target: string): Promise<boolean> {
    this.#operand = { source, target };
    this.#intoItself = false;
    return this.#copy(source, target, true);
  }

  /** @param known the lstat of the source, if its directory gave it */
  async #copy(
    source: string,
    target: string,
    named: boolean,
    device?: number,
    known?: Stat,
  ): Promise<boolean> {
    const pause = this.#proc.yield();
    if (pause) await pause;
    const { follow } = this.#job;
    const usable = follow === "all" && known && isSymlink(known.mode) ? undefined : known;
    const stat =
      usable ??
      (await this.#attempt(`cannot stat ${quoteName(source)}`, () =>
        follow === "all" || (follow === "operands" && named)
          ? this.#proc.stat(source)
          : this.#proc.lstat(source),
      ));
    if (!stat) return false;
    if (isDirectory(stat.mode) && !this.#job.recursive) {
      const hint = this.#job.verb === "cp" ? "-r not specified; " : "";
      return this.#fail(`${hint}omitting directory ${quoteName(source)}`);
    }
    const found = await this.#attempt(`cannot stat ${quoteName(target)}`, async () => ({
      existing: await lstatIfExists(this.#proc, target),
    }));
    if (!found) return false;
    const { existing } = found;
    if (existing && !(await this.#mayReplace(source, target, stat, existing))) return !this.failed;
    return isDirectory(stat.mode)
      ? this.#directory(source, target, stat, device ?? stat.dev)
      : this.#file(source, target, stat, existing);
  }

  async #mayReplace(source: string, target: string, from: Stat, to: Stat): Promise<boolean> {
    const job = this.#job;
    const real = isSymlink(to.mode) ? await this.#proc.statIfExists(target) : to;
    const same = real !== undefined && from.dev === real.dev && from.ino === real.ino;
    const replacesLink = isSymlink(to.mode) && !(from.dev === to.dev && from.ino === to.ino);
    const moved = job.backup.kind !== "none" && !(await sameEntry(this.#proc, source, target));
    if (same && !moved && !job.hardLink && !(job.removeDestination && replacesLink)) {
      if (!isDirectory(from.mode) || !isDirectory(to.mode)) {
        return this.#fail(`${quoteName(source)} and ${quoteName(target)} are the same file`);
      }
    }
    if (real && isDirectory(real.mode) !== isDirectory(from.mode)) {
      if (isDirectory(from.mode)) {
        return this.#fail(
          `cannot overwrite non-directory ${quoteName(target)} with directory ${quoteName(source)}`,
        );
      }
      if (!isSymlink(to.mode)) {
        return this.#fail(`cannot overwrite directory ${quoteName(target)} with non-directory`);
      }
    }
    if (isDirectory(from.mode)) return true;
    if (job.noClobber) return false;
    if (job.update && to.mtimeNs >= from.mtimeNs) return false;
    if (job.interactive) return confirm(this.#proc, `${job.verb}: overwrite ${quoteName(target)}? `);
    return true;
  }

  async #directory(source: string, target: string, stat: Stat, device: number): Promise<boolean> {
    const proc = this.#proc;
    if (this.#made.has(`${stat.dev}:${stat.ino}`)) {
      this.#intoItself = true;
      const { source: from, target: to } = this.#operand;
      return this.#fail(`cannot copy a directory, ${quoteName(from)}, into itself, ${quoteName(to)}`);
    }
    let created = false;
    const ready = await this.#attempt(`cannot create directory ${quoteName(target)}`, async () => {
      const existing = await proc.statIfExists(target);
      if (existing && isDirectory(existing.mode)) return true;
      await proc.mkdir(target, stat.mode & 0o777 & ~(this.#job.preserve.ownership ? 0o77 : 0));
      created = true;
      return true;
    });
    if (!ready) return false;
    if (created) {
      const made = await proc.stat(target);
      this.#made.add(`${made.dev}:${made.ino}`);
      if ((made.mode & 0o700) !== 0o700) await proc.chmod(target, (made.mode & 0o7777) | 0o700);
      await this.#tell(source, target);
    }
    const entries = await this.#attempt(`cannot access ${quoteName(source)}`, () => proc.readdirStat(source));
    if (!entries) return false;
    let complete = true;
    for (const { name, stat: known } of entries) {
      if (this.#job.oneFileSystem && known.dev !== device) continue;
      if (!(await this.#copy(join(source, name), join(target, name), false, device, known))) complete = false;
      if (this.#intoItself) break;
    }
    await this.#finish(target, stat, created);
    return complete;
  }

  async #file(source: string, target: string, stat: Stat, existing: Stat | undefined): Promise<boolean> {
    const job = this.#job;
    const proc = this.#proc;
    let backup: string | undefined;
    let inTheWay = existing;
    const replaced = isSymlink(stat.mode) || (job.recursive && !isRegular(stat.mode));
    const ready = await this.#attempt(`cannot remove ${quoteName(target)}`, async () => {
      if (existing && job.backup.kind !== "none") {
        backup = backupName(job.backup, target, await existingNames(proc, target));
        await proc.rename(target, backup);
        inTheWay = undefined;
      } else if (existing && (job.removeDestination || replaced || job.hardLink || job.symbolicLink)) {
        const replace = job.force || job.interactive || job.removeDestination;
        if (replace || (replaced && !job.hardLink && !job.symbolicLink)) {
          await proc.unlink(target);
          inTheWay = undefined;
        }
      }
      return true;
    });
    if (!ready) return false;
    const known =
      job.preserve.links && stat.nlink > 1 ? this.#copies.get(`${stat.dev}:${stat.ino}`) : undefined;
    const made = await this.#make(source, target, stat, known, inTheWay);
    if (!made) return false;
    if (stat.nlink > 1) this.#copies.set(`${stat.dev}:${stat.ino}`, target);
    await this.#tell(source, target, backup);
    if (!known && !job.hardLink && !job.symbolicLink)
      await this.#finish(target, stat, existing === undefined);
    return true;
  }

  async #make(
    source: string,
    target: string,
    stat: Stat,
    known: string | undefined,
    existing: Stat | undefined,
  ): Promise<boolean> {
    const job = this.#job;
    const proc = this.#proc;
    const describe = isRegular(stat.mode)
      ? `cannot create regular file ${quoteName(target)}`
      : `cannot create special file ${quoteName(target)}`;
    if (known !== undefined || job.hardLink) {
      const from = known ?? source;
      return this.#succeed(`cannot create hard link ${quoteName(target)} to ${quoteName(from)}`, async () => {
        await proc.link(from, target, job.follow === "all");
      });
    }
    if (job.symbolicLink) {
      if (!source.startsWith("/") && directoryName(target) !== ".") {
        return this.#fail(`${target}: can make relative symbolic links only in current directory`);
      }
      return this.#succeed(`cannot create symbolic link ${quoteName(target)} to ${quoteName(source)}`, () =>
        proc.symlink(source, target),
      );
    }
    if (isSymlink(stat.mode)) {
      return this.#succeed(`cannot create symbolic link ${quoteName(target)}`, async () =>
        proc.symlink(await proc.readlink(source), target),
      );
    }
    const special =
      isFifo(stat.mode) || isSocket(stat.mode) || isCharDevice(stat.mode) || isBlockDevice(stat.mode);
    if (special && job.recursive) {
      return this.#succeed(describe, () => proc.mknod(target, stat.mode & ~proc.umask(), stat.rdev));
    }
    return this.#data(source, target, stat, existing, describe);
  }

  async #data(
    source: string,
    target: string,
    stat: Stat,
    existing: Stat | undefined,
    describe: string,
  ): Promise<boolean> {
    const proc = this.#proc;
    const input = await this.#attempt(`cannot open ${quoteName(source)} for reading`, () =>
      proc.open(source, O_RDONLY),
    );
    if (input === undefined) return false;
    try {
      if (existing && isSymlink(existing.mode) && !(await this.#proc.statIfExists(target))) {
        return await this.#fail(`not writing through dangling symlink ${quoteName(target)}`);
      }
      const truncate = this.#job.attributesOnly ? 0 : O_TRUNC;
      const output = await this.#attempt(describe, () => this.#openTarget(target, stat, truncate));
      if (output === undefined) return false;
      try {
        if (this.#job.attributesOnly) return true;
        return await this.#succeed(`error copying ${quoteName(source)} to ${quoteName(target)}`, () =>
          pump(proc, input, output, stat.size),
        );
      } finally {
        await proc.close(output);
      }
    } finally {
      await proc.close(input);
    }
  }

  async #openTarget(target: string, stat: Stat, truncate: number): Promise<number> {
    const { proc } = this;
    const mode = this.#job.defaultMode ? 0o666 : stat.mode & 0o777;
    try {
      return await proc.open(target, O_WRONLY | O_CREAT | truncate, mode);
    } catch (error) {
      if (isSysError(error, "EISDIR") && target.endsWith("/")) throw sysError("ENOTDIR");
      if (!this.#job.force || !isSysError(error) || !(await lstatIfExists(proc, target))) throw error;
      await proc.unlink(target);
      return proc.open(target, O_WRONLY | O_CREAT | O_EXCL, mode);
    }
  }

  get proc(): Proc {
    return this.#proc;
  }

  /** Gives the copy those attributes of its source that are to be preserved. */
  async #finish(target: string, stat: Stat, created: boolean): Promise<void> {
    const { proc } = this;
    const { preserve, defaultMode } = this.#job;
    const link = isSymlink(stat.mode);
    await this.#attempt(`preserving attributes for ${quoteName(target)}`, async () => {
      if (preserve.ownership) {
        try {
          await proc.chown(target, stat.uid, stat.gid, false);
        } catch (error) {
          if (!isSysError(error, "EPERM")) throw error;
        }
      }
      if (preserve.timestamps) await proc.utimes(target, stat.atimeNs, stat.mtimeNs, false);
      if (link) return;
      if (preserve.mode) await proc.chmod(target, stat.mode & 0o7777);
      else if (created && isDirectory(stat.mode)) {
        const wanted = defaultMode ? 0o777 : stat.mode & 0o7777 & ~(S_ISUID | S_ISGID);
        await proc.chmod(target, wanted & ~proc.umask());
      }
    });
  }

  async #tell(source: string, target: string, backup?: string): Promise<void> {
    if (!this.#job.verbose) return;
    const prefix = this.#job.verb === "mv" ? "copied " : "";
    const note = backup === undefined ? "" : ` (backup: ${quoteName(backup)})`;
    await stdout(this.#proc).write(`${prefix}${quoteName(source)} -> ${quoteName(target)}${note}\n`);
  }

  async #succeed(describe: string, act: () => Promise<unknown> | unknown): Promise<boolean> {
    const done = await this.#attempt(describe, async () => {
      await act();
      return true;
    });
    return done === true;
  }

  async #attempt<T>(describe: string, act: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      await this.#fail(`${describe}: ${errorText(error)}`);
      return undefined;
    }
  }

  async #fail(message: string): Promise<false> {
    this.failed = true;
    await warn(this.#proc, message);
    return false;
  }
}

export async function lstatIfExists(proc: Proc, path: string): Promise<Stat | undefined> {
  try {
    return await proc.lstat(path);
  } catch (error) {
    if (isSysError(error, "ENOENT")) return undefined;
    throw error;
  }
}

const CHUNK = 1 << 17;

/** Moves all bytes. */
async function pump(proc: Proc, input: number, output: number, size: number): Promise<void> {
  const buffer = new Uint8Array(Math.max(4096, Math.min(CHUNK, size + 1)));
  for (;;) {
    const count = await proc.read(input, buffer);
    if (count === 0) return;
    await proc.write(output, buffer.subarray(0, count));
    const pause = proc.yield();
    if (pause) await pause;
  }
}
