// /proc/<pid>. Its links are magic: they lead to the open file itself, whatever its name is or was.

import type { Caller, Dentry, Inode } from "@agentos/vfs";
import { sysError } from "@agentos/vfs/abi";
import type { OpenFile } from "../files/open-file.ts";
import {
  GeneratedDirectory,
  GeneratedFile,
  type GeneratedFs,
  type GeneratedInode,
  GeneratedLink,
} from "../generated-fs.ts";
import type { Process } from "../process/process.ts";
import { mountLines } from "./mount-lines.ts";
import type { ProcSource } from "./proc-source.ts";
import * as content from "./process-files.ts";

/** Each process has 2^20 inode numbers: the first few for its files, then two for each descriptor. */
const INOS_PER_PROCESS = 2 ** 20;
const FD_INO = 1024;

/** The rule of ptrace(2) for who may look into a process. @throws EACCES */
function requireOwner(p: Process, caller: Caller): void {
  if (caller.uid !== 0 && (caller.uid !== p.uid || caller.uid !== p.caller.uid)) throw sysError("EACCES");
}

type Build = (fs: GeneratedFs, ino: number, p: Process, source: ProcSource) => GeneratedInode;

const file =
  (read: (p: Process, source: ProcSource) => string, mode = 0o444): Build =>
  (fs, ino, p, source) =>
    new GeneratedFile(fs, ino, () => read(p, source), { mode, owner: p.caller });

const link =
  (text: (p: Process, source: ProcSource) => string, follow?: (p: Process) => Dentry): Build =>
  (fs, ino, p, source) =>
    new GeneratedLink(
      fs,
      ino,
      (caller) => {
        if (caller) requireOwner(p, caller);
        return text(p, source);
      },
      {
        owner: p.caller,
        ...(follow && {
          follow: (caller) => {
            requireOwner(p, caller);
            return follow(p);
          },
        }),
      },
    );

const ENTRIES: ReadonlyMap<string, Build> = new Map<string, Build>([
  ["cmdline", file(content.cmdline)],
  ["comm", file((p) => `${content.commOf(p)}\n`)],
  [
    "cwd",
    link(
      (p, { namespace }) => namespace.pathOf(p.caller.cwd, p.caller.root),
      (p) => p.caller.cwd,
    ),
  ],
  ["environ", file(content.environ, 0o400)],
  ["exe", link((p) => p.exe)],
  ["fd", (fs, ino, p, source) => new FdDirectory(fs, ino, p, source, "fd")],
  ["fdinfo", (fs, ino, p, source) => new FdDirectory(fs, ino, p, source, "fdinfo")],
  ["limits", file(content.limits)],
  ["maps", file(() => "")],
  ["mounts", file((_p, { namespace }) => mountLines(namespace))],
  [
    "root",
    link(
      (p, { namespace }) => namespace.pathOf(p.caller.root),
      (p) => p.caller.root,
    ),
  ],
  ["stat", file((p, source) => content.stat(source, p))],
  ["statm", file(content.statm)],
  ["status", file(content.status)],
  ["task", (fs, ino, p, source) => new TaskDirectory(fs, ino, p, source)],
]);
const NAMES = [...ENTRIES.keys()];

export class ProcessDirectory extends GeneratedDirectory {
  readonly #process: Process;
  readonly #source: ProcSource;

  /** @param ino the first of the directory's inode numbers */
  constructor(fs: GeneratedFs, process: Process, source: ProcSource, ino = process.pid * INOS_PER_PROCESS) {
    super(fs, ino, 0o555, process.caller);
    this.#process = process;
    this.#source = source;
  }

  override lookup(name: string): Inode | undefined {
    const build = ENTRIES.get(name);
    return build?.(this.fs, this.ino + 1 + NAMES.indexOf(name), this.#process, this.#source);
  }

  protected override *children(): Iterable<readonly [string, Inode]> {
    for (const name of NAMES) {
      const inode = this.lookup(name);
      if (inode) yield [name, inode];
    }
  }
}

/** The only thread of a process: it looks like the process, but has no task/ directory. */
class ThreadDirectory extends ProcessDirectory {
  override lookup(name: string): Inode | undefined {
    return name === "task" ? undefined : super.lookup(name);
  }
}

class TaskDirectory extends GeneratedDirectory {
  readonly #process: Process;
  readonly #source: ProcSource;

  constructor(fs: GeneratedFs, ino: number, process: Process, source: ProcSource) {
    super(fs, ino, 0o555, process.caller);
    this.#process = process;
    this.#source = source;
  }

  override lookup(name: string): Inode | undefined {
    if (name !== `${this.#process.pid}`) return undefined;
    return new ThreadDirectory(this.fs, this.#process, this.#source, this.ino + 1);
  }

  protected override *children(): Iterable<readonly [string, Inode]> {
    const name = `${this.#process.pid}`;
    yield [name, this.lookup(name)!];
  }
}

class FdDirectory extends GeneratedDirectory {
  readonly #process: Process;
  readonly #source: ProcSource;
  readonly #kind: "fd" | "fdinfo";

  constructor(fs: GeneratedFs, ino: number, process: Process, source: ProcSource, kind: "fd" | "fdinfo") {
    super(fs, ino, kind === "fd" ? 0o500 : 0o555, process.caller);
    this.#process = process;
    this.#source = source;
    this.#kind = kind;
  }

  override lookup(name: string): Inode | undefined {
    if (!/^(0|[1-9]\d{0,5})$/.test(name) || !this.#process.fds.has(Number(name))) return undefined;
    return this.#entry(Number(name));
  }

  protected override *children(): Iterable<readonly [string, Inode]> {
    for (const fd of this.#process.fds.list()) yield [`${fd}`, this.#entry(fd)];
  }

  #entry(fd: number): Inode {
    const p = this.#process;
    const base = p.pid * INOS_PER_PROCESS + FD_INO + 2 * fd;
    const file = p.fds.get(fd);
    if (this.#kind === "fdinfo") {
      const text = (): string => `pos:\t0\nflags:\t0${file.flags.toString(8)}\nmnt_id:\t0\n`;
      return new GeneratedFile(this.fs, base + 1, text, { mode: 0o400, owner: p.caller });
    }
    return new GeneratedLink(this.fs, base, () => this.#nameOf(file), {
      mode: 0o700,
      owner: p.caller,
      follow: (caller) => {
        requireOwner(p, caller);
        const place = file.dentry ?? file.inode;
        if (place === undefined) throw sysError("ENXIO");
        return place;
      },
    });
  }

  #nameOf(file: OpenFile): string {
    const { dentry } = file;
    return dentry?.isDirectory ? this.#source.namespace.pathOf(dentry, this.#process.caller.root) : file.name;
  }
}
