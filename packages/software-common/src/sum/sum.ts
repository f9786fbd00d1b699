import { defineProgram, type Proc, Reader, stdout } from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";

interface Sum {
  checksum: number;
  length: number;
}

type Step = (sum: number, byte: number) => number;

/** BSD's: rotate right, then add. */
const rotateAndAdd: Step = (sum, byte) => ((sum >> 1) + ((sum & 1) << 15) + byte) & 0xffff;
const add: Step = (sum, byte) => (sum + byte) % 0x1_0000_0000;

async function sumInput(proc: Proc, fd: number, step: Step): Promise<Sum> {
  const reader = new Reader(proc, fd);
  const sum: Sum = { checksum: 0, length: 0 };
  for (;;) {
    const next = reader.read();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) return sum;
    for (const byte of chunk) sum.checksum = step(sum.checksum, byte);
    sum.length += chunk.length;
    const pause = proc.yield();
    if (pause) await pause;
  }
}

function foldSum(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

export default defineProgram({
  name: "sum",
  summary: "Print checksum and block counts for each FILE.",
  usage: "[OPTION]... [FILE]...",
  options: {
    bsd: { short: "r", help: "use BSD sum algorithm (the default), use 1K blocks" },
    sysv: { short: "s", long: "sysv", help: "use System V sum algorithm, use 512 bytes blocks" },
  },
  run(proc, { operands, order }) {
    const sysv = order.at(-1)?.name === "sysv";
    return forEachInput(proc, operands, async (fd, name) => {
      const { checksum, length } = await sumInput(proc, fd, sysv ? add : rotateAndAdd);
      const blocks = Math.ceil(length / (sysv ? 512 : 1024));
      const numbers = sysv
        ? `${foldSum(checksum)} ${blocks}`
        : `${String(checksum).padStart(5, "0")} ${String(blocks).padStart(5)}`;
      await stdout(proc).write(`${numbers}${operands.length > 0 ? ` ${name}` : ""}\n`);
    });
  },
});
