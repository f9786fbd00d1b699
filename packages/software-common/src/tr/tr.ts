import {
  defineProgram,
  fail,
  osStringToLatin1,
  type Proc,
  Reader,
  stdout,
  UsageError,
} from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { expandSets, type SetError, TrError } from "./sets.ts";
import { translator } from "./translate.ts";

function checkOperands(proc: Proc, operands: readonly string[], deleting: boolean, squeezing: boolean): void {
  const least = deleting === squeezing ? 2 : 1;
  const most = deleting && !squeezing ? 1 : 2;
  const last = operands.at(-1);
  if (operands.length === 0) throw new UsageError("missing operand");
  if (operands.length < least) {
    const why = squeezing ? "deleting and squeezing repeats" : "translating";
    throw new UsageError(
      `missing operand after ${quote(proc, last!)}\nTwo strings must be given when ${why}.`,
    );
  }
  if (operands.length > most) {
    const hint =
      operands.length === 2 ? "\nOnly one string may be given when deleting without squeezing repeats." : "";
    throw new UsageError(`extra operand ${quote(proc, operands[most]!)}${hint}`);
  }
}

export default defineProgram({
  name: "tr",
  summary: "Translate, squeeze, and/or delete characters from standard input, writing to standard output.",
  usage: "[OPTION]... STRING1 [STRING2]",
  optionsFirst: true,
  options: {
    complement: { short: "cC", long: "complement", help: "use the complement of STRING1" },
    delete: { short: "d", long: "delete", help: "delete characters in STRING1, do not translate" },
    squeeze: {
      short: "s",
      long: "squeeze-repeats",
      help: "replace each sequence of a repeated character that is listed in the last STRING with one",
    },
    truncate: { short: "t", long: "truncate-set1", help: "first truncate STRING1 to length of STRING2" },
  },
  async run(proc, { options, operands }) {
    checkOperands(proc, operands, options.delete, options.squeeze);
    const [first = "", second] = operands.map(osStringToLatin1);
    let change: (chunk: Uint8Array) => Uint8Array;
    try {
      change = translator(expandSets(first, second, options), options);
    } catch (error) {
      if (!(error instanceof TrError)) throw error;
      return fail(proc, describe(proc, error.reason));
    }
    const reader = new Reader(proc, 0);
    const out = stdout(proc);
    for (;;) {
      const next = reader.read();
      const chunk = next instanceof Promise ? await next : next;
      if (chunk === undefined) return 0;
      const written = out.write(change(chunk));
      if (written) await written;
      const pause = proc.yield();
      if (pause) await pause;
    }
  },
});

const describe = (proc: Proc, { before, text, after }: SetError): string =>
  text === undefined ? before : `${before}${quote(proc, text)}${after ?? ""}`;
