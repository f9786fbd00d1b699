import { encode } from "@agentos/kernel/abi";
import { defineProgram } from "@agentos/kernel/program";

const CHUNK = 65536;

export default defineProgram({
  name: "yes",
  summary: "Repeatedly output a line with all specified STRING(s), or 'y'.",
  usage: "[STRING]...",
  async run(proc, { operands }) {
    const line = encode(`${operands.length === 0 ? "y" : operands.join(" ")}\n`);
    const copies = Math.max(1, Math.floor(CHUNK / line.length));
    const chunk = new Uint8Array(copies * line.length);
    for (let i = 0; i < copies; i++) chunk.set(line, i * line.length);
    for (;;) {
      const written = proc.write(1, chunk);
      if (written instanceof Promise) await written;
      const pause = proc.yield();
      if (pause) await pause;
    }
  },
});
