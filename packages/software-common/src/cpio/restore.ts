import {
  isDirectory,
  isRegular,
  isSymlink,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_WRONLY,
  type Stat,
} from "@agentos/kernel/abi";
import { errorText, type Proc, warn } from "@agentos/kernel/program";
import { lstatIfExists } from "../cp/copy.ts";
import { directoryName } from "../shared/path-names.ts";

/** A file to be made, from an archive or from another place. */
export interface Source {
  mode: number;
  uid: number;
  gid: number;
  mtimeNs: bigint;
  rdev: number;
  /** An earlier path with the same data. */
  linkTo?: string;
  /** The target of a symbolic link. */
  target(): Promise<string>;
  data(): Promise<Uint8Array | undefined>;
}

export interface RestoreSettings {
  makeDirectories: boolean;
  unconditional: boolean;
  preserveTime: boolean;
  owner: { uid?: number; gid?: number };
}

/** Makes files as an archive or another tree has them. */
export class Restorer {
  readonly #proc: Proc;
  readonly #settings: RestoreSettings;
  /** Modes and times of directories are set last: writing into them would change both. */
  readonly #directories: { path: string; source: Source }[] = [];
  status = 0;

  constructor(proc: Proc, settings: RestoreSettings) {
    this.#proc = proc;
    this.#settings = settings;
  }

  /** Failures are reported. @returns whether the file is there now */
  async make(path: string, source: Source): Promise<boolean> {
    const proc = this.#proc;
    try {
      if (this.#settings.makeDirectories) await this.#parents(directoryName(path));
      const existing = await lstatIfExists(proc, path);
      if (existing && !(await this.#makeRoom(path, existing, source))) return false;
      await this.#create(path, source, existing);
      return true;
    } catch (error) {
      const verb = isRegular(source.mode) ? "open" : isDirectory(source.mode) ? "make directory" : "create";
      await warn(proc, `${path}: Cannot ${verb}: ${errorText(error)}`);
      this.status = 2;
      return false;
    }
  }

  async finish(): Promise<void> {
    for (const { path, source } of this.#directories.reverse()) await this.#attributes(path, source);
  }

  async #parents(path: string): Promise<void> {
    if (await this.#proc.statIfExists(path)) return;
    await this.#parents(directoryName(path));
    await this.#proc.mkdir(path, 0o777);
  }

  async #makeRoom(path: string, existing: Stat, source: Source): Promise<boolean> {
    if (isDirectory(existing.mode)) return isDirectory(source.mode);
    const second = (ns: bigint) => ns / 1_000_000_000n;
    if (!this.#settings.unconditional && second(source.mtimeNs) <= second(existing.mtimeNs)) {
      await warn(this.#proc, `${path} not created: newer or same age version exists`);
      return false;
    }
    await this.#proc.unlink(path);
    return true;
  }

  async #create(path: string, source: Source, existing: Stat | undefined): Promise<void> {
    const proc = this.#proc;
    if (isDirectory(source.mode)) {
      if (!existing || !isDirectory(existing.mode)) await proc.mkdir(path, 0o700);
      this.#directories.push({ path, source });
      return;
    }
    if (source.linkTo !== undefined) return proc.link(source.linkTo, path);
    if (isSymlink(source.mode)) await proc.symlink(await source.target(), path);
    else if (isRegular(source.mode)) await this.#file(path, source);
    else await proc.mknod(path, source.mode, source.rdev);
    await this.#attributes(path, source);
  }

  async #file(path: string, source: Source): Promise<void> {
    const proc = this.#proc;
    const fd = await proc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      for (let data = await source.data(); data; data = await source.data()) {
        await proc.write(fd, data);
        const pause = proc.yield();
        if (pause) await pause;
      }
    } finally {
      await proc.close(fd);
    }
  }

  async #attributes(path: string, source: Source): Promise<void> {
    const proc = this.#proc;
    const { owner, preserveTime } = this.#settings;
    const uid = owner.uid ?? source.uid;
    const gid = owner.gid ?? source.gid;
    if (proc.euid === 0) await proc.chown(path, uid, gid, false);
    if (!isSymlink(source.mode)) await proc.chmod(path, source.mode & 0o7777);
    if (preserveTime && !isSymlink(source.mode))
      await proc.utimes(path, source.mtimeNs, source.mtimeNs, false);
  }
}
