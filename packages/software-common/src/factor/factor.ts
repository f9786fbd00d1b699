import { defineProgram, LineReader, type Proc, stdout, warn } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import { factorize, LARGEST } from "./factorize.ts";

async function print(proc: Proc, text: string): Promise<boolean> {
  const valid = /^\+?\d{1,40}$/.test(text) && BigInt(text.replace("+", "")) <= LARGEST;
  if (!valid) {
    await warn(proc, `${quote(proc, text)} is not a valid positive integer`);
    return false;
  }
  const number = BigInt(text.replace("+", ""));
  const factors = await factorize(number, () => proc.yield());
  await stdout(proc).write(`${number}:${factors.map((factor) => ` ${factor}`).join("")}\n`);
  return true;
}

export default defineProgram({
  name: "factor",
  summary: "Print the prime factors of each specified integer NUMBER.",
  usage: "[NUMBER]...",
  async run(proc, { operands }) {
    let status = 0;
    for (const text of operands) if (!(await print(proc, text))) status = 1;
    if (operands.length > 0) return status;
    const reader = new LineReader(proc, 0);
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
      for (const line of batch) {
        for (const word of line.split(/[ \t]+/)) if (word !== "" && !(await print(proc, word))) status = 1;
      }
    }
    return status;
  },
});
