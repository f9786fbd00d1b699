import { isSysError } from "@agentos/kernel/abi";
import { defineProgram, errorText, fail, type Proc, Reader } from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";
import { LineDecorator } from "./decorate.ts";

/** Failing to write ends cat; failing to read an input does not. */
class WriteFailure {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

async function put(proc: Proc, chunk: Uint8Array): Promise<void> {
  try {
    await proc.write(1, chunk);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new WriteFailure(errorText(error));
  }
}

async function copy(proc: Proc, fd: number): Promise<void> {
  const reader = new Reader(proc, fd, 1 << 17);
  for (;;) {
    const next = reader.read();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) return;
    await put(proc, chunk);
    const pause = proc.yield();
    if (pause) await pause;
  }
}

async function decorate(proc: Proc, fd: number, decorator: LineDecorator): Promise<void> {
  const reader = new Reader(proc, fd);
  for (;;) {
    const next = reader.read();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) return;
    await put(proc, decorator.chunk(chunk));
    const pause = proc.yield();
    if (pause) await pause;
  }
}

export default defineProgram({
  name: "cat",
  summary: "Concatenate FILE(s) to standard output.",
  usage: "[OPTION]... [FILE]...",
  options: {
    showAll: { short: "A", long: "show-all", help: "equivalent to -vET" },
    numberNonblank: {
      short: "b",
      long: "number-nonblank",
      help: "number nonempty output lines, overrides -n",
    },
    endsVisible: { short: "e", help: "equivalent to -vE" },
    showEnds: { short: "E", long: "show-ends", help: "display $ at end of each line" },
    number: { short: "n", long: "number", help: "number all output lines" },
    squeeze: { short: "s", long: "squeeze-blank", help: "suppress repeated empty output lines" },
    tabsVisible: { short: "t", help: "equivalent to -vT" },
    showTabs: { short: "T", long: "show-tabs", help: "display TAB characters as ^I" },
    unbuffered: { short: "u", help: "(ignored)" },
    nonprinting: {
      short: "v",
      long: "show-nonprinting",
      help: "use ^ and M- notation, except for LFD and TAB",
    },
  },
  async run(proc, { options, operands }) {
    const decorator = new LineDecorator({
      number: options.numberNonblank ? "nonblank" : options.number ? "all" : "none",
      squeeze: options.squeeze,
      ends: options.showEnds || options.endsVisible || options.showAll,
      tabs: options.showTabs || options.tabsVisible || options.showAll,
      nonprinting: options.nonprinting || options.endsVisible || options.tabsVisible || options.showAll,
    });
    const each = decorator.plain
      ? (fd: number) => copy(proc, fd)
      : (fd: number) => decorate(proc, fd, decorator);
    try {
      return await forEachInput(proc, operands, each);
    } catch (error) {
      if (!(error instanceof WriteFailure)) throw error;
      return fail(proc, `write error: ${error.reason}`);
    }
  },
});
