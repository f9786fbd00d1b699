// The files and commands that a program reads and writes. Each is open under its name until it is closed.

import {
  exitCodeOf,
  exited,
  isSysError,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  termSignalOf,
} from "@agentos/kernel/abi";
import { latin1ToOsString, type Proc, stderr, stdout, Writer } from "@agentos/kernel/program";
import { AwkError } from "./ast.ts";
import { RecordReader } from "./record-reader.ts";

interface Output {
  writer: Writer;
  fd: number;
  pid: number | undefined;
}

interface Input {
  reader: RecordReader;
  fd: number;
  pid: number | undefined;
}

export class AwkIo {
  readonly #proc: Proc;
  readonly #outputs = new Map<string, Output>();
  readonly #inputs = new Map<string, Input>();
  readonly stdout: Writer;

  constructor(proc: Proc) {
    this.#proc = proc;
    this.stdout = stdout(proc);
  }

  /** Where `print > name`, `>> name` or `| name` writes. */
  output(operator: ">" | ">>" | "|", name: string): Writer | Promise<Writer> {
    return this.#outputs.get(name)?.writer ?? this.#openOutput(operator, name);
  }

  async #openOutput(operator: ">" | ">>" | "|", name: string): Promise<Writer> {
    if (operator !== "|") {
      if (name === "/dev/stdout" || name === "-") return this.stdout;
      if (name === "/dev/stderr") return stderr(this.#proc);
    }
    const output = operator === "|" ? await this.#pipeTo(name) : await this.#openFile(operator, name);
    this.#outputs.set(name, output);
    return output.writer;
  }

  async #openFile(operator: ">" | ">>", name: string): Promise<Output> {
    const flags = O_WRONLY | O_CREAT | (operator === ">" ? O_TRUNC : O_APPEND);
    try {
      const fd = await this.#proc.open(latin1ToOsString(name), flags, 0o666);
      return { writer: new Writer(this.#proc, fd), fd, pid: undefined };
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new AwkError(`fatal: cannot redirect to \`${name}': ${error.message}`);
    }
  }

  async #pipeTo(command: string): Promise<Output> {
    await this.flushAll();
    const [readEnd, writeEnd] = this.#proc.pipe(true);
    const pid = await this.#spawn(
      command,
      new Map([
        [0, readEnd],
        [1, 1],
        [2, 2],
      ]),
    );
    await this.#proc.close(readEnd);
    return { writer: new Writer(this.#proc, writeEnd), fd: writeEnd, pid };
  }

  async #spawn(command: string, fds: ReadonlyMap<number, number>): Promise<number> {
    return this.#proc.spawn("/bin/sh", ["sh", "-c", latin1ToOsString(command)], { fds });
  }

  /** What `getline < name` reads; undefined when it cannot be opened. */
  async file(name: string): Promise<RecordReader | undefined> {
    const known = this.#inputs.get(name);
    if (known !== undefined) return known.reader;
    try {
      const standard = name === "-" || name === "/dev/stdin";
      const fd = standard ? 0 : await this.#proc.open(latin1ToOsString(name), O_RDONLY);
      const reader = new RecordReader(this.#proc, fd);
      this.#inputs.set(name, { reader, fd, pid: undefined });
      return reader;
    } catch (error) {
      if (!isSysError(error)) throw error;
      return undefined;
    }
  }

  /** What `command | getline` reads. */
  async command(command: string): Promise<RecordReader> {
    const known = this.#inputs.get(command);
    if (known !== undefined) return known.reader;
    await this.flushAll();
    const [readEnd, writeEnd] = this.#proc.pipe(true);
    const pid = await this.#spawn(
      command,
      new Map([
        [0, 0],
        [1, writeEnd],
        [2, 2],
      ]),
    );
    await this.#proc.close(writeEnd);
    const reader = new RecordReader(this.#proc, readEnd);
    this.#inputs.set(command, { reader, fd: readEnd, pid });
    return reader;
  }

  /** system(): the exit status as gawk reports it. */
  async system(command: string): Promise<number> {
    await this.flushAll();
    return this.#wait(
      await this.#spawn(
        command,
        new Map([
          [0, 0],
          [1, 1],
          [2, 2],
        ]),
      ),
    );
  }

  async #wait(pid: number): Promise<number> {
    const result = await this.#proc.wait(pid);
    if (result === undefined) return -1;
    return exited(result.status) ? exitCodeOf(result.status) : 256 + termSignalOf(result.status);
  }

  /** close(): -1 when nothing of that name is open. */
  async close(name: string): Promise<number> {
    let status = -1;
    const output = this.#outputs.get(name);
    if (output !== undefined) {
      this.#outputs.delete(name);
      status = await this.#finish(output);
    }
    const input = this.#inputs.get(name);
    if (input === undefined) return status;
    this.#inputs.delete(name);
    if (input.fd !== 0) await this.#proc.close(input.fd);
    return input.pid === undefined ? 0 : this.#wait(input.pid);
  }

  async #finish({ writer, fd, pid }: Output): Promise<number> {
    try {
      await writer.flush();
    } catch (error) {
      if (!isSysError(error, "EPIPE")) throw error;
    }
    await this.#proc.close(fd);
    return pid === undefined ? 0 : this.#wait(pid);
  }

  /** fflush(name): -1 when nothing of that name is open for writing. */
  async flush(name: string): Promise<number> {
    const output = this.#outputs.get(name);
    if (output === undefined) return -1;
    await output.writer.flush();
    return 0;
  }

  async flushAll(): Promise<void> {
    await this.stdout.flush();
    for (const { writer } of this.#outputs.values()) await writer.flush();
  }

  async closeAll(): Promise<void> {
    // As in gawk, what commands print when they end comes before what is still buffered here.
    for (const name of [...this.#outputs.keys(), ...this.#inputs.keys()]) await this.close(name);
    await this.stdout.flush();
  }
}
