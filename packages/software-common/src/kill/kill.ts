import { describeSignal, isSysError, SIGNALS, SIGRTMAX } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Proc, stdout, UsageError, warn } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { parseSignal, shortSignalName } from "../shared/signal-names.ts";

/** "-9", "-KILL" and "-SIGKILL" are signals; "-123" after a signal or "--" is a process group. */
function modernize(argv: readonly string[]): readonly string[] {
  const first = argv[1] ?? "";
  const known = /^-[^-]/.test(first) && !/^-[slLtn]/.test(first) && parseSignal(first.slice(1)) !== undefined;
  const upper = /^-[A-Z]/.test(first) && parseSignal(first.slice(1)) !== undefined;
  if (known || upper)
    return [
      argv[0]!,
      `--signal=${first.slice(1)}`,
      "--",
      ...argv.slice(2).filter((word, i) => i > 0 || word !== "--"),
    ];
  const group = argv.findIndex((word, i) => i > 1 && /^-\d+$/.test(word));
  const dashes = argv.indexOf("--");
  if (group < 0 || (dashes >= 0 && dashes < group)) return argv;
  return [...argv.slice(0, group), "--", ...argv.slice(group)];
}

const signals = (): number[] =>
  Array.from({ length: SIGRTMAX + 1 }, (_, number) => number).filter(
    (number) => number > 0 && shortSignalName(number),
  );

async function list(proc: Proc, operands: readonly string[], table: boolean): Promise<number> {
  const out = stdout(proc);
  let status = 0;
  const numbers: number[] = [];
  for (const text of operands) {
    const exit = /^\d+$/.test(text) && Number(text) > 128 ? String(Number(text) & 127) : text;
    const number = parseSignal(exit);
    if (number === undefined) {
      await warn(proc, `${quote(proc, text)}: invalid signal`);
      status = 1;
    } else if (table || !/^\d/.test(text)) {
      if (table) numbers.push(number);
      else await out.write(`${number}\n`);
    } else await out.write(`${shortSignalName(number) ?? number}\n`);
  }
  if (table) {
    for (const number of operands.length === 0 ? signals() : numbers) {
      await out.write(
        `${String(number).padStart(2)} ${(shortSignalName(number) ?? "").padEnd(8)} ${describeSignal(number)}\n`,
      );
    }
  } else if (operands.length === 0) {
    for (const number of signals()) await out.write(`${shortSignalName(number)}\n`);
  }
  return status;
}

export default defineProgram({
  name: "kill",
  summary: "Send signals to processes, or list signals.",
  usage: "[-s SIGNAL | -SIGNAL] PID...",
  modernize,
  options: {
    signal: {
      short: "s",
      long: "signal",
      value: "SIGNAL",
      help: "specify the name or number of the signal to be sent",
    },
    list: { short: "l", long: "list", help: "list signal names, or convert signal names to/from numbers" },
    table: { short: "tL", long: "table", help: "print a table of signal information" },
  },
  async run(proc, { options, operands }) {
    if (options.list || options.table) return list(proc, operands, options.table);
    const signal = options.signal === undefined ? SIGNALS.SIGTERM : parseSignal(options.signal);
    if (signal === undefined) throw new UsageError(`${quote(proc, options.signal!)}: invalid signal`);
    if (operands.length === 0) throw new UsageError("no process ID specified");
    let status = 0;
    for (const text of operands) {
      if (!/^[-+]?\d{1,10}$/.test(text)) {
        await warn(proc, `${quote(proc, text)}: invalid process id`);
        status = 1;
        continue;
      }
      try {
        proc.kill(Number(text), signal);
      } catch (error) {
        if (!isSysError(error)) throw error;
        await warn(proc, `${quote(proc, text)}: ${errorText(error)}`);
        status = 1;
      }
    }
    return status;
  },
});
