import { isSysError, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  fail,
  latin1ToOsString,
  osStringToLatin1,
  type Proc,
  stderr,
  stdout,
  Writer,
} from "@agentos/kernel/program";
import { formatTime } from "../shared/file-time.ts";
import { modeString } from "../shared/mode-string.ts";
import { baseName, directoryName } from "../shared/path-names.ts";
import { ArError, encodeHeader, encodeStart, type Member, readMembers } from "./format.ts";

const USAGE = "Usage: ar [-]{dmpqrstx}[abcDfilMNoOPsSTuvV] [member-name] archive-file file...\n";
const MISUSE = 1;
const NOT_THERE = 9;
const CHUNK = 65536;

/** A member and where its data is: the archive as it was, or a file. */
interface Part {
  member: Member;
  fd: number | undefined;
  path: string;
}

/** ar: makes archives of files, takes from them and changes them. Source: POSIX XCU ar; GNU binutils, ar(1). */
export default defineProgram({
  name: "ar",
  summary: "Create, modify and extract from archives.",
  usage: "[-]{dmpqrstx}[abcDiosSuUvV] [MEMBER] ARCHIVE FILE...",
  rawArguments: true,
  async run(proc, { operands }) {
    const words = operands[0]?.startsWith("-") ? [operands[0].slice(1), ...operands.slice(1)] : [...operands];
    const [keys = "", ...rest] = words;
    if (keys === "-help") {
      await stdout(proc).write(USAGE);
      return 0;
    }
    const operation = /[dmpqrtx]/.exec(keys)?.[0] ?? (keys.includes("s") ? "s" : undefined);
    const unknown = /[^abcdDfilLmMNoOpPqrsStTuUvVx]/.exec(keys)?.[0];
    const beside = /[abi]/.test(keys) ? rest.shift() : undefined;
    const [archive, ...names] = rest;
    if (unknown !== undefined) return fail(proc, `invalid option -- '${unknown}'\n${USAGE.trimEnd()}`);
    if (operation === undefined || archive === undefined) {
      await stderr(proc).write(USAGE);
      return MISUSE;
    }
    try {
      return await new Job(proc, keys, archive, names, beside).run(operation);
    } catch (error) {
      if (error instanceof ArError) return fail(proc, `${archive}: ${error.message}`);
      if (isSysError(error, "ENOENT")) return fail(proc, `${archive}: ${error.message}`, NOT_THERE);
      throw error;
    }
  },
});

class Job {
  readonly #proc: Proc;
  readonly #keys: string;
  readonly #archive: string;
  readonly #names: readonly string[];
  readonly #beside: string | undefined;

  constructor(
    proc: Proc,
    keys: string,
    archive: string,
    names: readonly string[],
    beside: string | undefined,
  ) {
    this.#proc = proc;
    this.#keys = keys;
    this.#archive = archive;
    this.#names = names;
    this.#beside = beside;
  }

  async run(operation: string): Promise<number> {
    const creates = operation === "r" || operation === "q";
    const old = await this.#open(creates);
    const parts = old.parts;
    if (operation === "t" || operation === "p" || operation === "x") await this.#take(operation, parts);
    else if (operation === "d") await this.#write(await this.#without(parts));
    else if (operation === "m") await this.#write(this.#moved(parts));
    else if (creates) await this.#write(await this.#with(parts, operation === "q"));
    return 0;
  }

  #has(key: string): boolean {
    return this.#keys.includes(key);
  }

  async #say(text: string): Promise<void> {
    await stdout(this.#proc).write(text);
  }

  async #open(creates: boolean): Promise<{ parts: Part[] }> {
    const proc = this.#proc;
    try {
      const fd = await proc.open(this.#archive, O_RDONLY);
      const members = await readMembers(proc, fd);
      return { parts: members.map((member) => ({ member, fd, path: "" })) };
    } catch (error) {
      if (!creates || !isSysError(error, "ENOENT")) throw error;
      if (!this.#has("c")) await stderr(proc).write(`ar: creating ${this.#archive}\n`);
      return { parts: [] };
    }
  }

  #nameOf(path: string): string {
    return osStringToLatin1(this.#has("P") ? path : baseName(path));
  }

  /** Those that the operands name, in their order; all without operands. */
  async #chosen(parts: readonly Part[]): Promise<Part[]> {
    if (this.#names.length === 0) return [...parts];
    const chosen: Part[] = [];
    for (const operand of this.#names) {
      const name = this.#nameOf(operand);
      const part = parts.find((one) => one.member.name === name && !chosen.includes(one));
      if (part) chosen.push(part);
      else {
        await stdout(this.#proc).flush();
        await stderr(this.#proc).write(`no entry ${operand} in archive\n`);
      }
    }
    return chosen;
  }

  async #take(operation: string, parts: readonly Part[]): Promise<void> {
    for (const part of await this.#chosen(parts)) {
      const name = latin1ToOsString(part.member.name);
      if (operation === "t") await this.#list(part.member, name);
      else if (operation === "p") {
        if (this.#has("v")) await this.#say(`\n<${name}>\n\n`);
        await this.#copy(part, stdout(this.#proc));
      } else await this.#extract(part, name);
    }
  }

  async #list({ mode, uid, gid, size, mtime }: Member, name: string): Promise<void> {
    if (!this.#has("v")) return this.#say(`${name}\n`);
    const time = formatTime(BigInt(mtime) * 1_000_000_000n, "%b %e %H:%M %Y", this.#proc.env.get("TZ"));
    await this.#say(
      `${modeString(mode).slice(1)} ${uid}/${gid} ${String(size).padStart(6)} ${time} ${name}\n`,
    );
  }

  async #extract(part: Part, name: string): Promise<void> {
    const proc = this.#proc;
    if (name === "" || name.includes("/"))
      throw new ArError(`illegal output pathname for archive member: ${name}`);
    if (this.#has("v")) await this.#say(`x - ${name}\n`);
    const fd = await proc.open(name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    const out = new Writer(proc, fd);
    await this.#copy(part, out);
    await out.flush();
    await proc.fchmod(fd, part.member.mode & 0o777);
    await proc.close(fd);
    const ns = BigInt(part.member.mtime) * 1_000_000_000n;
    if (this.#has("o")) await proc.utimes(name, ns, ns);
  }

  async #copy({ member, fd, path }: Part, out: Writer): Promise<void> {
    const proc = this.#proc;
    const from = fd ?? (await proc.open(path, O_RDONLY));
    const buffer = new Uint8Array(CHUNK);
    for (let done = 0; done < member.size; ) {
      const count = await proc.pread(from, buffer.subarray(0, member.size - done), member.offset + done);
      if (count === 0) throw new ArError("file truncated");
      await out.write(buffer.subarray(0, count));
      done += count;
      const pause = proc.yield();
      if (pause) await pause;
    }
    if (fd === undefined) await proc.close(from);
  }

  async #without(parts: readonly Part[]): Promise<Part[]> {
    const gone = new Set(this.#names.length === 0 ? [] : await this.#chosen(parts));
    if (this.#has("v"))
      for (const { member } of gone) await this.#say(`d - ${latin1ToOsString(member.name)}\n`);
    return parts.filter((part) => !gone.has(part));
  }

  #moved(parts: readonly Part[]): Part[] {
    const names = new Set(this.#names.map((name) => this.#nameOf(name)));
    const moving = parts.filter(({ member }) => names.has(member.name));
    return this.#insert(
      parts.filter((part) => !moving.includes(part)),
      moving,
    );
  }

  /** Behind the member that "a" names, before that of "b" or "i", else at the end. */
  #insert(parts: readonly Part[], added: readonly Part[]): Part[] {
    const at = parts.findIndex(({ member }) => member.name === this.#beside);
    if (at < 0) return [...parts, ...added];
    const border = this.#has("a") ? at + 1 : at;
    return [...parts.slice(0, border), ...added, ...parts.slice(border)];
  }

  async #with(parts: readonly Part[], append: boolean): Promise<Part[]> {
    const kept = [...parts];
    const added: Part[] = [];
    for (const path of this.#names) {
      const part = await this.#partOf(path);
      const at = append ? -1 : kept.findIndex(({ member }) => member.name === part.member.name);
      if (at >= 0 && this.#has("u") && part.member.mtime <= kept[at]!.member.mtime) continue;
      if (this.#has("v")) await this.#say(`${at >= 0 ? "r" : "a"} - ${path}\n`);
      if (at >= 0) kept[at] = part;
      else added.push(part);
    }
    return this.#insert(kept, added);
  }

  async #partOf(path: string): Promise<Part> {
    const stat = await this.#statOf(path);
    const actual = this.#has("U");
    const member: Member = {
      name: osStringToLatin1(baseName(path)),
      mtime: actual ? Number(stat.mtimeNs / 1_000_000_000n) : 0,
      uid: actual ? stat.uid : 0,
      gid: actual ? stat.gid : 0,
      mode: actual ? stat.mode : stat.mode & 0o777,
      size: stat.size,
      offset: 0,
    };
    return { member, fd: undefined, path };
  }

  async #statOf(path: string) {
    try {
      return await this.#proc.stat(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      await stdout(this.#proc).flush();
      await stderr(this.#proc).write(`ar: ${path}: ${error.message}\n`);
      return this.#proc.exit(1);
    }
  }

  async #write(parts: readonly Part[]): Promise<void> {
    const proc = this.#proc;
    const temporary = `${directoryName(this.#archive)}/st${proc.pid}${proc.now() % 1_000_000n}`;
    const fd = await proc.open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o666);
    try {
      const out = new Writer(proc, fd);
      const { bytes, nameOffsets } = encodeStart(parts.map(({ member }) => member));
      await out.write(bytes);
      for (const part of parts) {
        await out.write(encodeHeader(part.member, nameOffsets.get(part.member)));
        await this.#copy(part, out);
        if (part.member.size % 2 === 1) await out.write("\n");
      }
      await out.flush();
      await proc.rename(temporary, this.#archive);
    } catch (error) {
      await proc.unlink(temporary);
      throw error;
    } finally {
      await proc.close(fd);
    }
  }
}
