import { defineProgram, fail, type Proc, Reader, stdout } from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";

const RADIXES: Readonly<Record<string, number>> = { o: 8, d: 10, x: 16 };
const isText = (byte: number): boolean => (byte >= 32 && byte < 127) || byte === 9;
/** A longer run is printed in pieces. */
const LONGEST = 1 << 20;

interface Settings {
  least: number;
  prefix: (offset: number) => string;
}

async function printStrings(proc: Proc, fd: number, { least, prefix }: Settings): Promise<void> {
  const reader = new Reader(proc, fd);
  const out = stdout(proc);
  let run = "";
  let offset = 0;
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
    for (const byte of chunk) {
      offset++;
      const text = isText(byte);
      if (text) run += String.fromCharCode(byte);
      if (text && run.length < LONGEST) continue;
      if (run.length >= least)
        await out.writeLatin1(`${prefix(offset - run.length - (text ? 0 : 1))}${run}\n`);
      run = "";
    }
    const pause = proc.yield();
    if (pause) await pause;
  }
  if (run.length >= least) await out.writeLatin1(`${prefix(offset - run.length)}${run}\n`);
}

export default defineProgram({
  name: "strings",
  summary: "Display printable strings in FILE(s) (stdin by default).",
  usage: "[OPTION]... [FILE]...",
  modernize: (argv) => argv.map((word, i) => (i > 0 && /^-\d+$/.test(word) ? `-n${word.slice(1)}` : word)),
  options: {
    all: { short: "a", long: "all", help: "scan the entire file (default)" },
    names: { short: "f", long: "print-file-name", help: "print the name of the file before each string" },
    least: {
      short: "n",
      long: "bytes",
      value: "NUMBER",
      help: "print any sequence of at least NUMBER characters",
    },
    radix: {
      short: "t",
      long: "radix",
      value: "o|d|x",
      help: "print the location of the string in base 8, 10 or 16",
    },
  },
  run(proc, { options, operands }) {
    const least = Number(options.least ?? "4");
    if (!(least >= 1)) return fail(proc, `invalid minimum string length ${options.least}`);
    const radix = options.radix === undefined ? undefined : RADIXES[options.radix];
    const place = (offset: number): string =>
      radix === undefined ? "" : `${offset.toString(radix).padStart(7)} `;
    return forEachInput(proc, operands, (fd, name) => {
      const prefix = (offset: number): string => (options.names ? `${name}: ` : "") + place(offset);
      return printStrings(proc, fd, { least, prefix });
    });
  },
});
