// /proc: the VM as files, whose contents are made when they are opened. Linux: fs/proc; proc(5).

import type { Caller, Inode } from "@agentos/vfs";
import { sysError } from "@agentos/vfs/abi";
import {
  FixedDirectory,
  GeneratedDirectory,
  GeneratedFile,
  GeneratedFs,
  GeneratedLink,
} from "../generated-fs.ts";
import type { ProcSource } from "./proc-source.ts";
import { ProcessDirectory } from "./process-directory.ts";
import * as content from "./system-files.ts";

const PID_MAX = 4_194_304;
const HOST_NAME_MAX = 64;

export class ProcFs extends GeneratedFs {
  constructor(source: ProcSource) {
    super("proc");
    this.plant(new ProcRoot(this, source));
  }
}

class ProcRoot extends GeneratedDirectory {
  readonly #source: ProcSource;
  #entries: ReadonlyMap<string, Inode> | undefined;

  constructor(fs: GeneratedFs, source: ProcSource) {
    super(fs, 1);
    this.#source = source;
  }

  /** Made at the first look into /proc: most VMs never take one. */
  get #fixed(): ReadonlyMap<string, Inode> {
    this.#entries ??= fixedEntries(this.fs, this.#source);
    return this.#entries;
  }

  override lookup(name: string): Inode | undefined {
    const fixed = this.#fixed.get(name);
    if (fixed !== undefined || !/^[1-9]\d{0,9}$/.test(name)) return fixed;
    const process = this.#source.processes.get(Number(name));
    return process && new ProcessDirectory(this.fs, process, this.#source);
  }

  protected override *children(): Iterable<readonly [string, Inode]> {
    yield* this.#fixed;
    for (const process of this.#source.processes.values()) {
      yield [`${process.pid}`, new ProcessDirectory(this.fs, process, this.#source)];
    }
  }
}

/** The process that asks, for /proc/self. @throws ENOENT the host asks */
function pidOf(caller: Caller | undefined): number {
  if (!caller?.pid) throw sysError("ENOENT");
  return caller.pid;
}

function fixedEntries(fs: GeneratedFs, source: ProcSource): Map<string, Inode> {
  let ino = 2;
  const file = (text: () => string, store?: (text: string) => void): Inode =>
    new GeneratedFile(fs, ino++, text, store ? { store } : {});
  const link = (target: (caller: Caller | undefined) => string): Inode =>
    new GeneratedLink(fs, ino++, target);
  const directory = (entries: [string, Inode][]): Inode => new FixedDirectory(fs, ino++, new Map(entries));
  const name = source.systemName;
  return new Map([
    ["self", link((caller) => `${pidOf(caller)}`)],
    ["thread-self", link((caller) => `${pidOf(caller)}/task/${pidOf(caller)}`)],
    ["cpuinfo", file(content.cpuinfo)],
    ["filesystems", file(content.filesystems)],
    ["loadavg", file(() => content.loadavg(source))],
    ["meminfo", file(() => content.meminfo(source))],
    ["mounts", link(() => "self/mounts")],
    [
      "net",
      directory([
        ["tcp", file(() => content.netTable(source.sockets("tcp")))],
        ["udp", file(() => content.netTable(source.sockets("udp")))],
      ]),
    ],
    ["stat", file(() => content.stat(source))],
    [
      "sys",
      directory([
        [
          "kernel",
          directory([
            [
              "hostname",
              file(
                () => `${source.systemName.nodename}\n`,
                (text) => rename(source, text),
              ),
            ],
            ["osrelease", file(() => `${name.release}\n`)],
            ["ostype", file(() => `${name.sysname}\n`)],
            ["pid_max", file(() => `${PID_MAX}\n`)],
            ["version", file(() => `${name.version}\n`)],
          ]),
        ],
      ]),
    ],
    ["uptime", file(() => content.uptime(source))],
    ["version", file(() => content.version(source))],
  ]);
}

function rename(source: ProcSource, text: string): void {
  const name = text.split("\n", 1)[0]!;
  if (name.length > HOST_NAME_MAX) throw sysError("EINVAL");
  source.setHostname(name);
}
