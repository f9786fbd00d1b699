import { defineProgram, type Proc, Reader } from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";
import { LineDecorator } from "./decorate.ts";

async function copy(proc: Proc, fd: number): Promise<void> {
  const reader = new Reader(proc, fd, 1 << 17);
  for (;;) {
    const next = reader.read();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) return;
    const written = proc.write(1, chunk);
    if (written instanceof Promise) await written;
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
    await proc.write(1, decorator.chunk(chunk));
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
  run(proc, { options, operands }) {
    const decorator = new LineDecorator({
      number: options.numberNonblank ? "nonblank" : options.number ? "all" : "none",
      squeeze: options.squeeze,
      ends: options.showEnds || options.endsVisible || options.showAll,
      tabs: options.showTabs || options.tabsVisible || options.showAll,
      nonprinting: options.nonprinting || options.endsVisible || options.tabsVisible || options.showAll,
    });
    if (decorator.plain) return forEachInput(proc, operands, (fd) => copy(proc, fd));
    return forEachInput(proc, operands, (fd) => decorate(proc, fd, decorator));
  },
});
