import { type MaybePromise, O_CREAT, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import { type Proc, stderr, stdout, Writer } from "@agentos/kernel/program";

/** One place that sed writes lines to. */
export class SedOutput {
  readonly writer: Writer;
  /** The line written last had no newline; it gets one if anything follows. */
  #unfinished = false;
  readonly #end: string;

  constructor(writer: Writer, end: string) {
    this.writer = writer;
    this.#end = end;
  }

  line(text: string, complete = true): MaybePromise<void> {
    const before = this.#unfinished ? this.#end : "";
    this.#unfinished = !complete;
    return this.writer.writeLatin1(
      before === "" && complete ? text + this.#end : before + text + (complete ? this.#end : ""),
    );
  }

  /** Text as it is. */
  raw(text: string): MaybePromise<void> {
    const before = this.#unfinished ? this.#end : "";
    this.#unfinished = false;
    return this.writer.writeLatin1(before + text);
  }
}

/** The files of w, W and s///w: opened, and emptied, before the first line is read. */
export class SedOutputs {
  readonly #proc: Proc;
  readonly #end: string;
  readonly #files = new Map<string, SedOutput>();
  readonly #fds: number[] = [];
  main: SedOutput;

  constructor(proc: Proc, end: string) {
    this.#proc = proc;
    this.#end = end;
    this.main = new SedOutput(stdout(proc), end);
  }

  async open(path: string): Promise<void> {
    if (this.#files.has(path) || path === "/dev/stdout") return;
    if (path === "/dev/stderr") {
      this.#files.set(path, new SedOutput(stderr(this.#proc), this.#end));
      return;
    }
    const fd = await this.#proc.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
    this.#fds.push(fd);
    this.#files.set(path, new SedOutput(new Writer(this.#proc, fd), this.#end));
  }

  to(path: string): SedOutput {
    return this.#files.get(path) ?? this.main;
  }

  /** Another process or reader may look at the files now. */
  async flush(): Promise<void> {
    await this.main.writer.flush();
    for (const { writer } of this.#files.values()) await writer.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    for (const fd of this.#fds) await this.#proc.close(fd);
  }
}
