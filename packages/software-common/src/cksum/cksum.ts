import { defineProgram, type Proc, Reader, stdout } from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";
import { Crc } from "./crc.ts";

async function checksum(proc: Proc, fd: number): Promise<[crc: number, length: number]> {
  const reader = new Reader(proc, fd);
  const crc = new Crc();
  for (;;) {
    const next = reader.read();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) return [crc.finish(), crc.length];
    crc.add(chunk);
    const pause = proc.yield();
    if (pause) await pause;
  }
}

export default defineProgram({
  name: "cksum",
  summary: "Print CRC checksum and byte counts of each FILE.",
  usage: "[FILE]...",
  run(proc, { operands }) {
    return forEachInput(proc, operands, async (fd, name) => {
      const [crc, length] = await checksum(proc, fd);
      await stdout(proc).write(`${crc} ${length}${operands.length === 0 ? "" : ` ${name}`}\n`);
    });
  },
});
