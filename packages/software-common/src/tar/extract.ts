import {
  isDirectory,
  isSymlink,
  isSysError,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_WRONLY,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
} from "@agentos/kernel/abi";
import { errorText, type Proc, stdout, warn } from "@agentos/kernel/program";
import { lstatIfExists } from "../cp/copy.ts";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { directoryName } from "../shared/path-names.ts";
import { join } from "../shared/paths.ts";
import type { ArchiveReader } from "./archive-reader.ts";
import type { Member } from "./header.ts";
import { SafeNames } from "./safe-name.ts";
import type { TransformScope } from "./transform.ts";

export interface ExtractSettings {
  toStdout: boolean;
  existing: "replace" | "keep" | "skip" | "keep-newer" | "overwrite";
  preserveMode: boolean;
  sameOwner: boolean;
  numericOwner: boolean;
  touch: boolean;
  absoluteNames: boolean;
  /** The new name of a member; undefined leaves it out. */
  rename: (path: string, scope: TransformScope) => string | undefined;
  base: string;
}

/** Puts members back into the file system. */
export class Extractor {
  readonly #proc: Proc;
  readonly #settings: ExtractSettings;
  readonly #users: Map<string, number>;
  readonly #groups: Map<string, number>;
  /** Modes and times of directories are set last: writing into them would change both. */
  readonly #directories: { path: string; member: Member }[] = [];
  /** Links that could lead out of the tree are made last, so that no member is written through one. */
  readonly #links: { path: string; member: Member }[] = [];
  readonly #names: SafeNames;
  status = 0;

  static async create(proc: Proc, settings: ExtractSettings): Promise<Extractor> {
    const users = new Map((await readUsers(proc)).map(({ uid, name }) => [name, uid]));
    const groups = new Map((await readGroups(proc)).map(({ gid, name }) => [name, gid]));
    return new Extractor(proc, settings, users, groups);
  }

  private constructor(
    proc: Proc,
    settings: ExtractSettings,
    users: Map<string, number>,
    groups: Map<string, number>,
  ) {
    this.#proc = proc;
    this.#names = new SafeNames(proc);
    this.#settings = settings;
    this.#users = users;
    this.#groups = groups;
  }

  async member(member: Member, reader: ArchiveReader): Promise<void> {
    const name = await this.#safeName(member.path);
    const renamed = this.#settings.rename(name, "name");
    if (renamed === undefined || renamed === "") return;
    if (this.#settings.toStdout) {
      if (member.type !== S_IFREG || member.link !== undefined) return;
      for (let data = await reader.data(); data; data = await reader.data())
        await stdout(this.#proc).write(data);
      return;
    }
    const path = renamed.startsWith("/") ? renamed : join(this.#settings.base, renamed);
    try {
      await this.#extract(path.replace(/\/+$/, "") || "/", member, reader);
    } catch (error) {
      await warn(this.#proc, `${renamed}: Cannot ${verbOf(member)}: ${errorText(error)}`);
      this.status = 2;
    }
  }

  async finish(): Promise<void> {
    for (const { path, member } of this.#links) await this.#guard(path, () => this.#symlink(path, member));
    for (const { path, member } of this.#directories.reverse()) {
      // A later member may have put a link in the directory's place: nothing is changed through it.
      const there = await lstatIfExists(this.#proc, path);
      if (there && isDirectory(there.mode)) await this.#guard(path, () => this.#attributes(path, member));
    }
  }

  async #guard(path: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      await warn(this.#proc, `${path}: Cannot utime: ${errorText(error)}`);
      this.status = 2;
    }
  }

  async #safeName(path: string): Promise<string> {
    return this.#settings.absoluteNames ? path : this.#names.of(path);
  }

  async #extract(path: string, member: Member, reader: ArchiveReader): Promise<void> {
    const proc = this.#proc;
    await this.#parents(directoryName(path));
    const existing = await lstatIfExists(proc, path);
    if (member.type === S_IFDIR) {
      if (existing && isSymlink(existing.mode)) await proc.unlink(path);
      if (!existing || !isDirectory(existing.mode)) await proc.mkdir(path, 0o700);
      this.#directories.push({ path, member });
      return;
    }
    if (existing && !(await this.#clear(path, existing.mtimeNs, isDirectory(existing.mode), member))) return;
    if (member.link !== undefined && member.type === S_IFREG) {
      const target = await this.#safeName(member.link);
      return proc.link(join(this.#settings.base, this.#settings.rename(target, "hardlink") ?? target), path);
    }
    if (member.type === S_IFLNK) {
      const unsafe = member.link!.startsWith("/") || member.link!.split("/").includes("..");
      if (unsafe && !this.#settings.absoluteNames) this.#links.push({ path, member });
      else await this.#symlink(path, member);
      return;
    }
    if (member.type === S_IFREG) await this.#file(path, member, reader);
    else await proc.mknod(path, member.type | (member.mode & ~proc.umask()), member.rdev);
    await this.#attributes(path, member);
  }

  async #symlink(path: string, member: Member): Promise<void> {
    const target = this.#settings.rename(member.link!, "symlink") ?? member.link!;
    await this.#proc.symlink(target, path);
    if (this.#settings.sameOwner) await this.#proc.chown(path, this.#uid(member), this.#gid(member), false);
    if (!this.#settings.touch) await this.#proc.utimes(path, this.#proc.now(), member.mtimeNs, false);
  }

  /** Whether the member shall take the place of what is there; makes room for it. */
  async #clear(path: string, mtimeNs: bigint, directory: boolean, member: Member): Promise<boolean> {
    const { existing } = this.#settings;
    if (existing === "skip") return false;
    if (existing === "keep-newer" && mtimeNs >= member.mtimeNs) {
      await warn(this.#proc, `Current ${path} is newer or same age`);
      return false;
    }
    if (existing === "keep") {
      await warn(this.#proc, `${member.path}: Cannot open: File exists`);
      this.status = 2;
      return false;
    }
    if (directory) await this.#proc.rmdir(path);
    else if (existing !== "overwrite") await this.#proc.unlink(path);
    return true;
  }

  async #parents(path: string): Promise<void> {
    if (await this.#proc.statIfExists(path)) return;
    await this.#parents(directoryName(path));
    await this.#proc.mkdir(path, 0o777);
  }

  async #file(path: string, member: Member, reader: ArchiveReader): Promise<void> {
    const proc = this.#proc;
    const exclusive = this.#settings.existing === "overwrite" ? 0 : O_EXCL;
    const fd = await proc.open(
      path,
      O_WRONLY | O_CREAT | O_NOFOLLOW | exclusive,
      member.mode & 0o777 & ~0o77,
    );
    try {
      for (let data = await reader.data(); data; data = await reader.data()) await proc.write(fd, data);
      if (!exclusive) await proc.ftruncate(fd, member.size);
    } finally {
      await proc.close(fd);
    }
  }

  async #attributes(path: string, member: Member): Promise<void> {
    const proc = this.#proc;
    const { preserveMode, sameOwner, touch } = this.#settings;
    if (sameOwner) {
      try {
        await proc.chown(path, this.#uid(member), this.#gid(member));
      } catch (error) {
        if (!isSysError(error, "EPERM")) throw error;
      }
    }
    await proc.chmod(path, preserveMode ? member.mode : member.mode & 0o777 & ~proc.umask());
    if (!touch) await proc.utimes(path, proc.now(), member.mtimeNs);
  }

  #uid(member: Member): number {
    return (this.#settings.numericOwner ? undefined : this.#users.get(member.user)) ?? member.uid;
  }

  #gid(member: Member): number {
    return (this.#settings.numericOwner ? undefined : this.#groups.get(member.group)) ?? member.gid;
  }
}

function verbOf({ type, link }: Member): string {
  if (type === S_IFDIR) return "mkdir";
  if (type === S_IFLNK) return `create symlink to '${link}'`;
  if (link !== undefined) return `hard link to '${link}'`;
  return type === S_IFREG ? "open" : "mknod";
}
