import {
  isBlockDevice,
  isCharDevice,
  isDirectory,
  isRegular,
  isSocket,
  isSymlink,
  O_RDONLY,
  S_IFMT,
  S_IFREG,
  type Stat,
} from "@agentos/kernel/abi";
import { errorText, type Proc, warn } from "@agentos/kernel/program";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { Descent } from "../shared/descent.ts";
import { applyMode, type ModeChange } from "../shared/file-mode.ts";
import { join } from "../shared/paths.ts";
import type { ArchiveWriter } from "./archive-writer.ts";
import type { Member } from "./header.ts";
import { describeMember, type Listing } from "./listing.ts";
import { SafeNames } from "./safe-name.ts";
import type { Transform } from "./transform.ts";

export interface CreateSettings {
  dereference: boolean;
  recurse: boolean;
  absoluteNames: boolean;
  oneFileSystem: boolean;
  excluded: (path: string) => boolean;
  rename: Transform;
  owner: { id: number; name: string } | undefined;
  group: { id: number; name: string } | undefined;
  numericOwner: boolean;
  mode: ModeChange | undefined;
  mtimeNs: bigint | undefined;
  sorted: boolean;
  removeFiles: boolean;
  /** dev:ino of the archive itself, which is left out. */
  archive: string | undefined;
  listing: Listing;
}

/** Adds files to an archive. */
export class Creator {
  readonly #proc: Proc;
  readonly #writer: ArchiveWriter;
  readonly #settings: CreateSettings;
  readonly #users: Map<number, string>;
  readonly #groups: Map<number, string>;
  readonly #linked = new Map<string, string>();
  readonly #names: SafeNames;
  readonly #descent: Descent;
  status = 0;

  static async create(proc: Proc, writer: ArchiveWriter, settings: CreateSettings): Promise<Creator> {
    const users = new Map((await readUsers(proc)).map(({ uid, name }) => [uid, name]));
    const groups = new Map((await readGroups(proc)).map(({ gid, name }) => [gid, name]));
    return new Creator(proc, writer, settings, users, groups);
  }

  private constructor(
    proc: Proc,
    writer: ArchiveWriter,
    settings: CreateSettings,
    users: Map<number, string>,
    groups: Map<number, string>,
  ) {
    this.#proc = proc;
    this.#names = new SafeNames(proc);
    this.#descent = new Descent(proc);
    this.#writer = writer;
    this.#settings = settings;
    this.#users = users;
    this.#groups = groups;
  }

  /** @param base the directory that relative paths start from (-C) */
  async add(path: string, base: string): Promise<void> {
    if (!this.#settings.absoluteNames) await this.#names.of(path);
    await this.#visit(path, path.startsWith("/") ? path : join(base, path), undefined);
  }

  async #visit(path: string, real: string, device: number | undefined, known?: Stat): Promise<void> {
    const proc = this.#proc;
    const pause = proc.yield();
    if (pause) await pause;
    if (this.#settings.excluded(path)) return;
    const at = this.#descent.name(real);
    try {
      const stat = known ?? (await (this.#settings.dereference ? proc.stat(at) : proc.lstat(at)));
      if (`${stat.dev}:${stat.ino}` === this.#settings.archive)
        return await this.#warn(`${path}: file is the archive; not dumped`, 0);
      if (device !== undefined && this.#settings.oneFileSystem && stat.dev !== device) return;
      if (isSocket(stat.mode)) return await this.#warn(`${path}: socket ignored`, 0);
      await this.#member(path, at, stat);
      if (!isDirectory(stat.mode) || !this.#settings.recurse) return;
      const entries = await proc.readdirStat(at);
      if (this.#settings.sorted) entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      const far = entries.length > 0 && this.#descent.isFar(real);
      if (far) await this.#descent.enter(real, this.#settings.dereference);
      for (const entry of entries) {
        const known = this.#settings.dereference ? undefined : entry.stat;
        await this.#visit(join(path, entry.name), join(real, entry.name), stat.dev, known);
      }
      if (far) await this.#descent.leave();
      if (this.#settings.removeFiles) await proc.rmdir(at);
    } catch (error) {
      await this.#warn(`${path}: Cannot stat: ${errorText(error)}`, 2);
    }
  }

  async #warn(message: string, status: number): Promise<void> {
    await warn(this.#proc, message);
    this.status = Math.max(this.status, status);
  }

  async #member(path: string, real: string, stat: Stat): Promise<void> {
    const member = await this.#describe(path, real, stat);
    const key = `${stat.dev}:${stat.ino}`;
    if (stat.nlink > 1 && !isDirectory(stat.mode)) {
      const first = this.#linked.get(key);
      if (first !== undefined) {
        const { listing, rename } = this.#settings;
        const hardLink = { ...member, type: S_IFREG, link: rename(first, "hardlink"), size: 0 };
        await listing.write(describeMember(hardLink, listing));
        return this.#writer.header(hardLink);
      }
      this.#linked.set(key, await this.#stored(path));
    }
    await this.#settings.listing.write(describeMember(member, this.#settings.listing, path));
    if (isRegular(stat.mode)) await this.#data(path, real, member);
    else await this.#writer.header(member);
    if (this.#settings.removeFiles && !isDirectory(stat.mode)) await this.#proc.unlink(real);
  }

  async #describe(path: string, real: string, stat: Stat): Promise<Member> {
    const { owner, group, numericOwner, mode, mtimeNs, rename } = this.#settings;
    const device = isCharDevice(stat.mode) || isBlockDevice(stat.mode);
    const stored = rename(await this.#stored(path), "name");
    return {
      path: isDirectory(stat.mode) && !stored.endsWith("/") ? `${stored}/` : stored,
      mode: (mode ? applyMode(mode, stat.mode, this.#proc.umask()) : stat.mode) & 0o7777,
      uid: owner?.id ?? stat.uid,
      gid: group?.id ?? stat.gid,
      user: numericOwner ? "" : (owner?.name ?? this.#users.get(stat.uid) ?? ""),
      group: numericOwner ? "" : (group?.name ?? this.#groups.get(stat.gid) ?? ""),
      size: isRegular(stat.mode) ? stat.size : 0,
      mtimeNs: mtimeNs ?? stat.mtimeNs,
      type: stat.mode & S_IFMT,
      link: isSymlink(stat.mode) ? rename(await this.#proc.readlink(real), "symlink") : undefined,
      rdev: device ? stat.rdev : 0,
    };
  }

  /** The name that is stored, before --transform. */
  async #stored(path: string): Promise<string> {
    return this.#settings.absoluteNames ? path : (await this.#names.of(path)) || "./";
  }

  async #data(path: string, real: string, member: Member): Promise<void> {
    const proc = this.#proc;
    let fd: number;
    try {
      fd = await proc.open(real, O_RDONLY);
    } catch (error) {
      return this.#warn(`${path}: Cannot open: ${errorText(error)}`, 2);
    }
    try {
      await this.#writer.header(member);
      const buffer = new Uint8Array(Math.max(1, Math.min(65536, member.size)));
      let left = member.size;
      while (left > 0) {
        const count = await proc.read(fd, buffer.subarray(0, Math.min(buffer.length, left)));
        if (count === 0) break;
        await this.#writer.data(buffer.subarray(0, count));
        left -= count;
      }
      if (left > 0) {
        await this.#warn(`${path}: File shrank by ${left} bytes; padding with zeros`, 1);
        for (; left > 0; left -= Math.min(left, 65536))
          await this.#writer.data(new Uint8Array(Math.min(left, 65536)));
      }
      await this.#writer.pad(member.size);
    } finally {
      await proc.close(fd);
    }
  }
}
