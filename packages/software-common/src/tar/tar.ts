import {
  isSysError,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  S_IFLNK,
  SEEK_SET,
} from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  type Proc,
  stderr,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { compilePattern } from "@agentos/posix";
import { parseDate } from "../date/parse-date.ts";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { parseMode } from "../shared/file-mode.ts";
import { join } from "../shared/paths.ts";
import { quote } from "../shared/quote.ts";
import { readTextFile } from "../shared/text-file.ts";
import { ArchiveReader } from "./archive-reader.ts";
import { ArchiveWriter, type Compression } from "./archive-writer.ts";
import { type CreateSettings, Creator } from "./create.ts";
import { Extractor, type ExtractSettings } from "./extract.ts";
import { type Member, TarError } from "./header.ts";
import { describeMember, type Listing } from "./listing.ts";
import { MemberFilter } from "./member-filter.ts";
import { basePath, type Name, namesOf } from "./names.ts";
import { expandOldStyle, type TarOptions, tarOptions } from "./options.ts";
import { compileTransform, type Transform } from "./transform.ts";

const OPERATIONS = ["create", "extract", "list", "append", "update"] as const;
type Operation = (typeof OPERATIONS)[number];

export default defineProgram({
  name: "tar",
  summary: "store and extract files from an archive",
  usage: "[OPTION...] [FILE]...",
  usageStatus: 2,
  usageHint: "Try 'tar --help' or 'tar --usage' for more information.",
  options: tarOptions,
  modernize: expandOldStyle,
  async run(proc, { options, operands }) {
    const chosen = OPERATIONS.filter((name) => options[name]);
    if (chosen.length > 1) {
      throw new UsageError(
        "You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option",
      );
    }
    if (chosen.length === 0) {
      throw new UsageError("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options");
    }
    const job = new TarJob(
      proc,
      options,
      await namesOf(proc, options, operands),
      await excludedBy(proc, options),
    );
    try {
      return await job.run(chosen[0]!);
    } catch (error) {
      if (!(error instanceof TarError) && !isSysError(error)) throw error;
      await stdout(proc).flush();
      await warn(proc, error.message);
      await warn(proc, "Error is not recoverable: exiting now");
      return 2;
    }
  },
});

async function excludedBy(proc: Proc, options: TarOptions): Promise<(path: string) => boolean> {
  const texts = [...options.exclude];
  for (const file of options.excludeFrom) {
    const text = (await readTextFile(proc, file)) ?? "";
    texts.push(...text.split("\n").filter((line) => line !== ""));
  }
  const patterns = texts.map((text) => compilePattern(text.replace(/\/+$/, "")));
  return (path) => {
    const trimmed = path.replace(/\/+$/, "");
    const tails = [trimmed];
    for (let slash = trimmed.indexOf("/"); slash >= 0; slash = trimmed.indexOf("/", slash + 1)) {
      tails.push(trimmed.slice(slash + 1));
    }
    return patterns.some((pattern) => tails.some((tail) => pattern.matches(tail)));
  };
}

class TarJob {
  readonly #proc: Proc;
  readonly #options: TarOptions;
  readonly #names: readonly Name[];
  readonly #excluded: (path: string) => boolean;
  readonly #rename: Transform;

  constructor(proc: Proc, options: TarOptions, names: readonly Name[], excluded: (path: string) => boolean) {
    this.#proc = proc;
    this.#options = options;
    this.#names = names;
    this.#excluded = excluded;
    const transforms = options.transform.map(compileTransform);
    this.#rename = (path, scope) => transforms.reduce((text, transform) => transform(text, scope), path);
  }

  async run(operation: Operation): Promise<number> {
    if (operation === "create") return this.#create();
    if (operation === "append" || operation === "update") return this.#append(operation === "update");
    return this.#read(operation);
  }

  #archive(): string {
    return this.#options.file ?? this.#proc.env.get("TAPE") ?? "-";
  }

  #listing(level: number, toStderr: boolean): Listing {
    const proc = this.#proc;
    const out = toStderr ? stderr(proc) : stdout(proc);
    return {
      level: Math.min(2, level) as 0 | 1 | 2,
      zone: proc.env.get("TZ"),
      fullTime: this.#options.fullTime,
      numericOwner: this.#options.numericOwner,
      write: async (text) => {
        if (text !== "") await out.write(text);
      },
    };
  }

  async #create(): Promise<number> {
    const proc = this.#proc;
    if (this.#names.length === 0 && this.#options.filesFrom.length === 0)
      throw new UsageError("Cowardly refusing to create an empty archive");
    const path = this.#archive();
    const fd = path === "-" ? 1 : await this.#open(path, O_WRONLY | O_CREAT | O_TRUNC);
    const { compressor } = this.#options;
    const program = /^(gzip|bzip2)(?: -\d)?$/.exec(compressor ?? "")?.[1];
    if (compressor !== undefined && program === undefined) {
      throw new UsageError(`${compressor}: compression program is not supported`);
    }
    const writer = new ArchiveWriter(proc, fd, this.#compression(path, program));
    return this.#write(writer, fd, path);
  }

  #compression(path: string, program: string | undefined): Compression {
    const { gzip, bzip2, autoCompress } = this.#options;
    if (gzip || program === "gzip" || (autoCompress && /\.(gz|tgz)$/.test(path))) return "gzip";
    return bzip2 || program === "bzip2" || (autoCompress && /\.(bz2|tbz2?)$/.test(path))
      ? "bzip2"
      : undefined;
  }

  async #write(writer: ArchiveWriter, fd: number, path: string): Promise<number> {
    const proc = this.#proc;
    try {
      const archive = path === "-" ? undefined : await proc.fstat(fd);
      const settings = await this.#createSettings(archive && `${archive.dev}:${archive.ino}`, path === "-");
      const creator = await Creator.create(proc, writer, settings);
      for (const { path: name, base } of this.#names) await creator.add(name, base);
      await writer.end();
      if (creator.status === 2) await warn(proc, "Exiting with failure status due to previous errors");
      return creator.status;
    } finally {
      writer.close();
      if (fd !== 1) await proc.close(fd);
    }
  }

  async #createSettings(archive: string | undefined, toStdout: boolean): Promise<CreateSettings> {
    const proc = this.#proc;
    const options = this.#options;
    const mode = options.mode === undefined ? undefined : parseMode(options.mode);
    if (options.mode !== undefined && mode === undefined)
      throw new UsageError(`Invalid mode given on option`);
    return {
      dereference: options.dereference,
      recurse: !options.noRecursion,
      absoluteNames: options.absoluteNames,
      oneFileSystem: options.oneFileSystem,
      excluded: this.#excluded,
      rename: this.#rename,
      owner: await ownerOf(
        options.owner,
        (await readUsers(proc)).map(({ name, uid }) => [name, uid]),
      ),
      group: await ownerOf(
        options.group,
        (await readGroups(proc)).map(({ name, gid }) => [name, gid]),
      ),
      numericOwner: options.numericOwner,
      mode,
      mtimeNs: options.mtime === undefined ? undefined : await this.#mtime(options.mtime),
      sorted: options.sort === "name",
      removeFiles: options.removeFiles,
      archive,
      listing: this.#listing(options.verbose, toStdout),
    };
  }

  async #mtime(text: string): Promise<bigint> {
    const proc = this.#proc;
    if (/^[./]/.test(text)) return (await proc.stat(text)).mtimeNs;
    const at = parseDate(text, { now: proc.now(), timeZone: proc.env.get("TZ") });
    if (at === undefined) throw new UsageError(`Invalid mtime ${quote(proc, text)}`);
    return at;
  }

  async #open(path: string, flags: number): Promise<number> {
    try {
      return await this.#proc.open(path, flags, 0o666);
    } catch (error) {
      throw new TarError(`${path}: Cannot open: ${errorText(error)}`);
    }
  }

  /** Adds members in place of the end-of-archive blocks. */
  async #append(onlyNewer: boolean): Promise<number> {
    const proc = this.#proc;
    const path = this.#archive();
    if (path === "-") throw new UsageError("Options '-Aru' are incompatible with '-f -'");
    const fd = await this.#open(path, O_RDWR | O_CREAT);
    const reader = new ArchiveReader(proc, fd);
    const newest = new Map<string, bigint>();
    let end = 0;
    try {
      for (let member = await reader.next(); member; member = await reader.next()) {
        newest.set(member.path.replace(/\/$/, ""), member.mtimeNs);
        end = reader.memberEnd;
      }
    } finally {
      reader.close();
    }
    await proc.lseek(fd, end, SEEK_SET);
    await proc.ftruncate(fd, end);
    const names = onlyNewer ? await this.#newer(newest) : this.#names;
    return new TarJob(proc, this.#options, names, this.#excluded).#write(
      new ArchiveWriter(proc, fd, undefined, end),
      fd,
      path,
    );
  }

  async #newer(newest: ReadonlyMap<string, bigint>): Promise<Name[]> {
    const kept: Name[] = [];
    for (const name of this.#names) {
      const stat = await this.#proc.statIfExists(join(name.base, name.path));
      const stored = newest.get(name.path.replace(/\/$/, ""));
      if (!stat || stored === undefined || stat.mtimeNs / 1_000_000_000n > stored / 1_000_000_000n)
        kept.push(name);
    }
    return kept;
  }

  async #read(operation: "extract" | "list"): Promise<number> {
    const proc = this.#proc;
    const path = this.#archive();
    const fd = path === "-" ? 0 : await this.#open(path, O_RDONLY);
    const reader = new ArchiveReader(proc, fd);
    const options = this.#options;
    const level = operation === "list" ? 1 + options.verbose : options.verbose;
    const listing = this.#listing(level, options.toStdout);
    const extractor =
      operation === "extract" ? await Extractor.create(proc, this.#extractSettings()) : undefined;
    const wanted = new MemberFilter(this.#names, options);
    try {
      for (let member = await reader.next(); member; member = await reader.next()) {
        const pause = proc.yield();
        if (pause) await pause;
        if (!wanted.matches(member.path) || this.#excluded(member.path)) continue;
        const shown = options.showTransformed ? this.#transformed(member) : member;
        await listing.write(describeMember(shown, listing, shown.path));
        await extractor?.member(member, reader);
      }
      await extractor?.finish();
    } finally {
      reader.close();
      if (fd !== 0) await proc.close(fd);
    }
    for (const name of wanted.missing()) await warn(proc, `${name}: Not found in archive`);
    const failed = wanted.missing().length > 0 || reader.damaged || extractor?.status === 2;
    if (failed) await warn(proc, "Exiting with failure status due to previous errors");
    return failed ? 2 : 0;
  }

  #transformed(member: Member): Member {
    const { path, link, type } = member;
    const scope = type === S_IFLNK ? "symlink" : "hardlink";
    const renamed = renamedMember(this.#rename, path);
    return {
      ...member,
      path: stripComponents(renamed, Number(this.#options.strip ?? 0)) ?? renamed,
      link: link === undefined ? undefined : this.#rename(link, scope),
    };
  }

  #extractSettings(): ExtractSettings {
    const proc = this.#proc;
    const options = this.#options;
    const root = proc.euid === 0;
    const strip = Number(options.strip ?? 0);
    return {
      toStdout: options.toStdout,
      existing: options.keepOld
        ? "keep"
        : options.skipOld
          ? "skip"
          : options.keepNewer
            ? "keep-newer"
            : options.overwrite
              ? "overwrite"
              : "replace",
      preserveMode: options.preserve || (root && !options.noPreserve),
      sameOwner: options.sameOwner || (root && !options.noSameOwner),
      numericOwner: options.numericOwner,
      touch: options.touch,
      absoluteNames: options.absoluteNames,
      rename: (path, scope) => {
        const renamed = scope === "name" ? renamedMember(this.#rename, path) : this.#rename(path, scope);
        return scope === "symlink" ? renamed : stripComponents(renamed, strip);
      },
      base: basePath(proc, options.directory),
    };
  }
}

/** A directory's trailing slash takes no part. */
function renamedMember(rename: Transform, path: string): string {
  const slash = path.endsWith("/") ? "/" : "";
  return rename(path.slice(0, path.length - slash.length), "name") + slash;
}

function stripComponents(path: string, count: number): string | undefined {
  if (count === 0) return path;
  const parts = path.split("/").filter((part) => part !== "");
  return parts.length > count ? parts.slice(count).join("/") : undefined;
}

async function ownerOf(
  text: string | undefined,
  known: readonly (readonly [string, number])[],
): Promise<{ id: number; name: string } | undefined> {
  if (text === undefined) return undefined;
  const [name = "", number] = text.split(":");
  if (number !== undefined) return { id: Number(number), name };
  if (/^\+?\d+$/.test(name))
    return { id: Number(name), name: known.find(([, id]) => id === Number(name))?.[0] ?? "" };
  const found = known.find(([one]) => one === name);
  if (!found) throw new UsageError(`Invalid owner or group ID '${name}'`);
  return { id: found[1], name };
}
