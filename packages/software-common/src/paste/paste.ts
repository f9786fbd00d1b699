import { isSysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  LineReader,
  openInput,
  osStringToLatin1,
  type Proc,
  stdout,
  warn,
} from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";
import { LineSource } from "../shared/line-source.ts";
import { shownName } from "../shared/quote.ts";
import { parseDelimiters } from "./delimiters.ts";

async function pasteSerially(
  proc: Proc,
  fd: number,
  delimiters: readonly string[],
  lineEnd: number,
): Promise<void> {
  const out = stdout(proc);
  const reader = new LineReader(proc, fd, lineEnd);
  let count = 0;
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    let text = "";
    for (const line of batch) {
      if (count > 0) text += delimiters[(count - 1) % delimiters.length]!;
      text += line;
      count++;
    }
    await out.writeLatin1(text);
    const pause = proc.yield();
    if (pause) await pause;
  }
  await out.writeLatin1(String.fromCharCode(lineEnd));
}

async function pasteParallel(
  proc: Proc,
  sources: readonly LineSource[],
  delimiters: readonly string[],
  lineEnd: string,
): Promise<void> {
  const out = stdout(proc);
  for (;;) {
    let text = "";
    let open = 0;
    for (const [i, source] of sources.entries()) {
      const line = await source.next();
      if (line !== undefined) open++;
      text += (line ?? "") + (i < sources.length - 1 ? delimiters[i % delimiters.length]! : lineEnd);
    }
    if (open === 0) return;
    await out.writeLatin1(text);
    const pause = proc.yield();
    if (pause) await pause;
  }
}

export default defineProgram({
  name: "paste",
  summary:
    "Write lines consisting of the sequentially corresponding lines from each FILE, separated by TABs.",
  usage: "[OPTION]... [FILE]...",
  options: {
    delimiters: {
      short: "d",
      long: "delimiters",
      value: "LIST",
      help: "reuse characters from LIST instead of TABs",
    },
    serial: { short: "s", long: "serial", help: "paste one file at a time instead of in parallel" },
    zero: { short: "z", long: "zero-terminated", help: "line delimiter is NUL, not newline" },
  },
  async run(proc, { options, operands }) {
    const list = options.delimiters ?? "\t";
    const delimiters = parseDelimiters(osStringToLatin1(list));
    if (delimiters === undefined) {
      return fail(proc, `delimiter list ends with an unescaped backslash: ${list}`);
    }
    const lineEnd = options.zero ? 0 : 10;
    if (options.serial) {
      return forEachInput(proc, operands, (fd) => pasteSerially(proc, fd, delimiters, lineEnd));
    }
    const sources: LineSource[] = [];
    let standard: LineSource | undefined;
    for (const name of operands.length === 0 ? ["-"] : operands) {
      try {
        const source =
          name === "-" && standard ? standard : new LineSource(proc, await openInput(proc, name), lineEnd);
        if (name === "-") standard = source;
        sources.push(source);
      } catch (error) {
        if (!isSysError(error)) throw error;
        await warn(proc, `${shownName(name)}: ${errorText(error)}`);
        return 1;
      }
    }
    await pasteParallel(proc, sources, delimiters, String.fromCharCode(lineEnd));
    return 0;
  },
});
