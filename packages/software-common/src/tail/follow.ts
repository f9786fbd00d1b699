import { isFifo, isSysError, O_RDONLY, type Stat } from "@agentos/kernel/abi";
import { errorText, type Proc, quoteName, Reader, stdout, warn } from "@agentos/kernel/program";
import type { FileHeaders } from "../shared/file-headers.ts";
import { shownName } from "../shared/quote.ts";
import { copyTail, type TailAmount } from "./copy-tail.ts";

export interface FollowSettings {
  byName: boolean;
  retry: boolean;
  intervalMs: number;
  pid: number | undefined;
}

/** Changes show at least this often, however long the interval: looking is cheap here. */
const LONGEST_NAP_MS = 50;

interface Followed {
  name: string;
  fd: number | undefined;
  /** The file that is open, to notice another one under its name. */
  identity: string;
  size: number;
  /** A pipe ends for good at its end of data. */
  pipe: boolean;
}

const identityOf = (stat: Stat): string => `${stat.dev}:${stat.ino}`;

/** tail -f: looks again and again for data at the ends of files, and with -F for new files under their names. */
export class Follower {
  readonly #proc: Proc;
  readonly #headers: FileHeaders;
  readonly #settings: FollowSettings;
  #files: Followed[] = [];
  #status = 0;
  /** The file whose data was printed last. */
  #current: Followed | undefined;

  constructor(proc: Proc, headers: FileHeaders, settings: FollowSettings) {
    this.#proc = proc;
    this.#headers = headers;
    this.#settings = settings;
  }

  async run(names: readonly string[], amount: TailAmount): Promise<number> {
    for (const name of names) await this.#start(name, amount);
    await stdout(this.#proc).flush();
    const nap = Math.min(this.#settings.intervalMs, LONGEST_NAP_MS);
    while (this.#files.length > 0) {
      const alive = this.#watchedIsAlive();
      for (const file of await this.#byChange()) await this.#check(file);
      await stdout(this.#proc).flush();
      if (!alive) return this.#status;
      if (this.#files.length > 0) await this.#proc.sleep(nap);
    }
    if (this.#status !== 0) await warn(this.#proc, "no files remaining");
    return this.#status;
  }

  async #start(name: string, amount: TailAmount): Promise<void> {
    const file: Followed = { name, fd: undefined, identity: "", size: 0, pipe: false };
    try {
      file.fd = name === "-" ? 0 : await this.#proc.open(name, O_RDONLY);
    } catch (error) {
      await warn(this.#proc, `cannot open ${quoteName(name)} for reading: ${errorText(error)}`);
      this.#status = 1;
      if (this.#settings.retry) this.#files.push(file);
      return;
    }
    await this.#headers.print(name);
    this.#current = file;
    if (!(await copyTail(this.#proc, file.fd, name, amount))) {
      await warn(
        this.#proc,
        `${shownName(name)}: cannot follow end of this type of file; giving up on this name`,
      );
      this.#status = 1;
      return;
    }
    await this.#remember(file);
    if (!file.pipe) this.#files.push(file);
  }

  async #remember(file: Followed): Promise<void> {
    const stat = await this.#proc.fstat(file.fd!);
    file.identity = identityOf(stat);
    file.size = stat.size;
    file.pipe = isFifo(stat.mode) && file.name === "-";
  }

  /** The file that changed first comes first, as its event would. */
  async #byChange(): Promise<Followed[]> {
    if (this.#files.length === 1) return [...this.#files];
    const times = new Map<Followed, bigint>();
    for (const file of this.#files) {
      times.set(file, file.fd === undefined ? 0n : (await this.#proc.fstat(file.fd)).mtimeNs);
    }
    return this.#files.toSorted((a, b) => Number(times.get(a)! - times.get(b)!));
  }

  #watchedIsAlive(): boolean {
    if (this.#settings.pid === undefined) return true;
    try {
      this.#proc.kill(this.#settings.pid, 0);
      return true;
    } catch (error) {
      if (!isSysError(error)) throw error;
      return isSysError(error, "EPERM");
    }
  }

  async #check(file: Followed): Promise<void> {
    if (file.name !== "-" && (this.#settings.byName || file.fd === undefined)) await this.#checkName(file);
    if (file.fd === undefined) return;
    const { size } = await this.#proc.fstat(file.fd);
    if (size < file.size) {
      await stdout(this.#proc).flush();
      await warn(this.#proc, `${shownName(file.name)}: file truncated`);
      await this.#proc.lseek(file.fd, 0, 0);
    }
    file.size = size;
    await this.#copyNew(file);
  }

  /** Opens what has come to stand under the name, and notices that nothing does any more. */
  async #checkName(file: Followed): Promise<void> {
    const stat = await this.#proc.statIfExists(file.name);
    if (stat === undefined) {
      if (file.fd === undefined) return;
      await this.#copyNew(file);
      await warn(this.#proc, `${quoteName(file.name)} has become inaccessible: No such file or directory`);
      await this.#proc.close(file.fd);
      file.fd = undefined;
      this.#status = 1;
      if (!this.#settings.retry) this.#files = this.#files.filter((other) => other !== file);
      return;
    }
    if (file.fd !== undefined && identityOf(stat) === file.identity) return;
    const replaced = file.fd !== undefined;
    if (file.fd !== undefined) {
      await this.#copyNew(file);
      await this.#proc.close(file.fd);
    }
    file.fd = await this.#proc.open(file.name, O_RDONLY);
    await this.#remember(file);
    this.#status = 0;
    const event = replaced ? "been replaced" : "appeared";
    await warn(this.#proc, `${quoteName(file.name)} has ${event};  following new file`);
  }

  async #copyNew(file: Followed): Promise<void> {
    const reader = new Reader(this.#proc, file.fd!);
    for (;;) {
      const chunk = await reader.read();
      if (chunk === undefined) return;
      if (this.#current !== file) {
        this.#current = file;
        await this.#headers.print(file.name);
      }
      await stdout(this.#proc).write(chunk);
      const pause = this.#proc.yield();
      if (pause) await pause;
    }
  }
}
