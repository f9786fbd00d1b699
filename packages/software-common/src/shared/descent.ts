import { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";

/** Paths up to this length, in UTF-16 units, go to the kernel as they are. */
const LONG = 1000;

interface Anchor {
  /** The path of the working directory, with a slash behind it. */
  prefix: string;
  fd: number;
}

/**
 * Walks trees deeper than a path can say (PATH_MAX): where paths get long, the process goes down into a directory and
 * names what is below it from there. Source of the method: fts(3).
 */
export class Descent {
  readonly #proc: Proc;
  readonly #anchors: Anchor[] = [];
  /** Where the process was before it went down. */
  #origin: number | undefined;

  constructor(proc: Proc) {
    this.#proc = proc;
  }

  /** The name, from the working directory, of a path below the last directory entered. */
  name(path: string): string {
    const anchor = this.#anchors[this.#anchors.length - 1];
    return anchor === undefined ? path : path.slice(anchor.prefix.length);
  }

  /** Whether `enter` has to be called before what the directory holds can be named. */
  isFar(directory: string): boolean {
    return directory.length > LONG && this.name(directory).length > LONG;
  }

  /** Whether it is the directory entered last. */
  isIn(directory: string): boolean {
    return this.#anchors[this.#anchors.length - 1]?.prefix === withSlash(directory);
  }

  /** Goes down into a directory that is far. @throws SyscallError */
  async enter(directory: string, follow = false): Promise<void> {
    const proc = this.#proc;
    const flags = O_RDONLY | O_DIRECTORY | (follow ? 0 : O_NOFOLLOW);
    const fd = await proc.open(this.name(directory), flags);
    proc.setCloexec(fd, true);
    try {
      if (this.#origin === undefined) {
        this.#origin = await proc.open(".", O_RDONLY | O_DIRECTORY);
        proc.setCloexec(this.#origin, true);
      }
      await proc.fchdir(fd);
    } catch (error) {
      await proc.close(fd);
      throw error;
    }
    this.#anchors.push({ prefix: withSlash(directory), fd });
  }

  /** Goes back up from the directory entered last. */
  async leave(): Promise<void> {
    const proc = this.#proc;
    await proc.close(this.#anchors.pop()!.fd);
    await proc.fchdir(this.#anchors[this.#anchors.length - 1]?.fd ?? this.#origin!);
    if (this.#anchors.length > 0) return;
    await proc.close(this.#origin!);
    this.#origin = undefined;
  }
}

const withSlash = (path: string): string => (path.endsWith("/") ? path : `${path}/`);
