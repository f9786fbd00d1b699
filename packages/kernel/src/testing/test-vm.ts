import { buildLayer, type LayerFiles, MemoryFs, MountNamespace, OverlayFs } from "@agentos/vfs";
import { decode, encode, isSysError, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from "@agentos/vfs/abi";
import { signalName } from "../abi/signals.ts";
import { exitCodeOf, exited, termSignalOf } from "../abi/wait.ts";
import { baseSystemLayer, softwareLayer, USER } from "../base-system.ts";
import type { OpenFile } from "../files/open-file.ts";
import { openPath } from "../files/open-path.ts";
import { OutsideStream } from "../files/outside-stream.ts";
import { Kernel, type KernelOptions } from "../kernel.ts";
import { OutsideTask } from "../process/outside-task.ts";
import type { Spawned } from "../process/spawn-from-host.ts";
import type { Program } from "../program/program.ts";
import type { Software } from "../program/software.ts";

/** A package, or nested lists of packages. */
export type SoftwareTree = Software | readonly SoftwareTree[];

export interface TestVmOptions extends Omit<KernelOptions, "namespace" | "software"> {
  software?: readonly SoftwareTree[];
  /**
   * Further files, on top of those of the base system and the software. They belong to the default user unless they
   * name an owner.
   */
  files?: LayerFiles;
}

export interface RunOptions {
  /** Standard input; empty by default. */
  stdin?: string | Uint8Array;
  /** Added to the usual PATH, HOME, USER, LANG. */
  env?: Readonly<Record<string, string>>;
  /** @default "/home/user" */
  cwd?: string;
  /** @default 1000 */
  uid?: number;
  /** Called when the command has been started. */
  onStart?: (spawned: Spawned) => void;
}

export interface RunResult {
  stdout: string;
  stderr: string;
  stdoutBytes: Uint8Array;
  /** The exit code; 128 + signal if a signal ended it. */
  exitCode: number;
  /** "SIGKILL" … */
  signal: string | undefined;
}

const ENVIRONMENT = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  HOME: USER.home,
  USER: USER.name,
  LANG: "C.UTF-8",
};

/** A VM for tests of software: `const vm = bootTestVm({ software: [common] }); await vm.run(["ls", "-l"])`. */
export class TestVm {
  readonly kernel: Kernel;
  readonly namespace: MountNamespace;

  constructor({ software: packages = [], files = {}, ...options }: TestVmOptions) {
    const software = flatten(packages);
    const lowers = [buildLayer(ownedByUser(files)), ...software.map(softwareLayer), baseSystemLayer()];
    this.namespace = new MountNamespace(new OverlayFs({ upper: new MemoryFs(), lowers }));
    this.kernel = new Kernel({ ...options, software, namespace: this.namespace });
  }

  /** Runs a command to its end; argv[0] without a slash is looked for in /usr/bin. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { stdin = "", cwd = USER.home, uid = USER.uid } = options;
    const { pipes } = this.kernel.devices;
    const owner = { uid, gid: uid };
    const [input, feed] = pipes.create(owner);
    const out = new Collector();
    const err = new Collector();
    const name = argv[0] ?? "";
    const fds: Record<number, OpenFile> = {
      0: input,
      1: pipes.createSink(out, owner),
      2: pipes.createSink(err, owner),
    };
    const stream = new OutsideStream(feed);
    try {
      const spawned = await this.kernel.spawn({
        file: name.includes("/") ? name : `/usr/bin/${name}`,
        argv,
        env: new Map(Object.entries({ ...ENVIRONMENT, ...options.env })),
        cwd,
        uid,
        gid: uid,
        fds,
      });
      options.onStart?.(spawned);
      void feedAll(stream, typeof stdin === "string" ? encode(stdin) : stdin);
      const status = await spawned.exited;
      await Promise.all([out.ended, err.ended]);
      return result(status, out.bytes, err.bytes);
    } finally {
      await stream.close();
    }
  }

  /** A file's content, as root. */
  async readFile(path: string): Promise<string> {
    return decode(await this.readBytes(path));
  }

  async readBytes(path: string): Promise<Uint8Array> {
    const task = new OutsideTask();
    const file = await openPath(this.kernel, this.namespace.caller(), path, O_RDONLY, 0, task);
    const chunks: Uint8Array[] = [];
    const buffer = new Uint8Array(65_536);
    for (let count = 1; count > 0; ) {
      count = await file.read!(buffer, task);
      chunks.push(buffer.slice(0, count));
    }
    await file.close();
    return concat(chunks);
  }

  /** Writes a file as the default user, or as `uid`. */
  async writeFile(
    path: string,
    content: string | Uint8Array,
    { mode = 0o644, uid = USER.uid as number } = {},
  ): Promise<void> {
    const task = new OutsideTask();
    const caller = this.namespace.caller({ uid, gid: uid, umask: 0 });
    const file = await openPath(this.kernel, caller, path, O_WRONLY | O_CREAT | O_TRUNC, mode, task);
    await file.write!(typeof content === "string" ? encode(content) : content, task);
    await file.close();
  }

  dispose(): void {
    this.kernel.dispose();
  }
}

function flatten(packages: readonly SoftwareTree[]): Software[] {
  return packages.flatMap((part) => ("commands" in part ? [part] : flatten(part)));
}

export function bootTestVm(options: TestVmOptions = {}): TestVm {
  return new TestVm(options);
}

/** A one-package Software from Programs or functions of a process, for tests of the kernel and the shell. */
export function testSoftware(commands: Readonly<Record<string, TestCommand>>): Software {
  const sources = Object.entries(commands).map(([name, main]) => {
    const program = { name, summary: "", usage: "", options: {}, main };
    return [name, { program: () => Promise.resolve({ default: program }) }] as const;
  });
  return {
    name: `test-${++testPackages}`,
    version: "0",
    from: import.meta.url,
    commands: Object.fromEntries(sources),
    links: {},
    files: {},
    env: {},
  };
}

export type TestCommand = Program["main"];

let testPackages = 0;

/** Keeps everything that comes out of a pipe. */
class Collector {
  readonly #chunks: Uint8Array[] = [];
  #finish = (): void => {};
  readonly ended = new Promise<void>((resolve) => {
    this.#finish = resolve;
  });

  receive(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  end(): void {
    this.#finish();
  }

  get bytes(): Uint8Array {
    return concat(this.#chunks);
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

async function feedAll(stream: OutsideStream, bytes: Uint8Array): Promise<void> {
  try {
    if (bytes.length > 0) await stream.write(bytes);
  } catch (error) {
    // The program may end without reading all of its input.
    if (!isSysError(error)) throw error;
  }
  await stream.close();
}

function result(status: number, stdoutBytes: Uint8Array, stderrBytes: Uint8Array): RunResult {
  const signal = exited(status) ? undefined : termSignalOf(status);
  return {
    stdout: decode(stdoutBytes),
    stderr: decode(stderrBytes),
    stdoutBytes,
    exitCode: signal === undefined ? exitCodeOf(status) : 128 + signal,
    signal: signal === undefined ? undefined : signalName(signal),
  };
}

function ownedByUser(files: LayerFiles): LayerFiles {
  const owner = { uid: USER.uid, gid: USER.gid };
  const owned: Record<string, LayerFiles[string]> = {};
  for (const [path, entry] of Object.entries(files)) {
    for (const directory of directoriesAbove(path)) owned[directory] ??= directory === "/tmp/" ? TMP : owner;
    const plain = typeof entry === "string" || entry instanceof Uint8Array;
    owned[path] = { ...owner, ...(plain ? { content: entry } : entry) };
  }
  return owned;
}

const TMP = { mode: 0o1777 };

/** The directories above a path that belong to the user, or to everybody. */
function directoriesAbove(path: string): string[] {
  const names = path.split("/").slice(0, path.endsWith("/") ? -2 : -1);
  const directories = names.map((_, i) => `${names.slice(0, i + 1).join("/")}/`);
  return directories.filter(
    (directory) => directory.startsWith(`${USER.home}/`) || directory.startsWith("/tmp/"),
  );
}
