// -i: the output of each file goes to a new file beside it, which then takes its name.

import { isRegular, O_CREAT, O_EXCL, O_WRONLY, type Stat } from "@agentos/kernel/abi";
import { type Proc, stdout, Writer } from "@agentos/kernel/program";
import { SedOutput, type SedOutputs } from "./output.ts";
import { ScriptError } from "./script.ts";

export class InPlace {
  readonly #proc: Proc;
  readonly #outputs: SedOutputs;
  readonly #suffix: string;
  readonly #end: string;
  #path = "";
  #temporary = "";
  #fd = -1;

  constructor(proc: Proc, outputs: SedOutputs, suffix: string, end: string) {
    this.#proc = proc;
    this.#outputs = outputs;
    this.#suffix = suffix;
    this.#end = end;
  }

  async begin(path: string): Promise<void> {
    const stat = path === "-" ? undefined : await this.#proc.stat(path);
    if (stat === undefined || !isRegular(stat.mode)) {
      throw new ScriptError(`couldn't edit ${path}: not a regular file`);
    }
    this.#path = path;
    await this.#createTemporary(path, stat);
    this.#outputs.main = new SedOutput(new Writer(this.#proc, this.#fd), this.#end);
  }

  async #createTemporary(path: string, stat: Stat): Promise<void> {
    const random = new Uint8Array(6);
    this.#proc.random(random);
    const name = [...random].map((byte) => "abcdefghijklmnopqrstuvwxyzABCDEF"[byte & 31]).join("");
    this.#temporary = `${directoryOf(path)}sed${name}`;
    this.#fd = await this.#proc.open(this.#temporary, O_WRONLY | O_CREAT | O_EXCL, stat.mode & 0o777);
    await this.#proc.fchmod(this.#fd, stat.mode & 0o7777);
  }

  async finish(): Promise<void> {
    if (this.#fd < 0) return;
    await this.#outputs.main.writer.flush();
    await this.#proc.close(this.#fd);
    this.#fd = -1;
    if (this.#suffix !== "") await this.#proc.rename(this.#path, this.#backupName());
    await this.#proc.rename(this.#temporary, this.#path);
    this.#outputs.main = new SedOutput(stdout(this.#proc), this.#end);
  }

  #backupName(): string {
    const directory = directoryOf(this.#path);
    const base = this.#path.slice(directory.length);
    const name = this.#suffix.includes("*") ? this.#suffix.replaceAll("*", base) : base + this.#suffix;
    return name.includes("/") ? name : directory + name;
  }
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
