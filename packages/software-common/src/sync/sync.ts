import { isSysError, O_RDONLY } from "@agentos/kernel/abi";
import { defineProgram, errorText, quoteName, warn } from "@agentos/kernel/program";

export default defineProgram({
  name: "sync",
  summary: "Synchronize cached writes to persistent storage.",
  usage: "[OPTION] [FILE]...",
  options: {
    data: { short: "d", long: "data", help: "sync only file data, no unneeded metadata" },
    fileSystem: { short: "f", long: "file-system", help: "sync the file systems that contain the files" },
  },
  async run(proc, { operands }) {
    if (operands.length === 0) await proc.sync();
    let status = 0;
    for (const name of operands) {
      try {
        const fd = await proc.open(name, O_RDONLY);
        await proc.fsync(fd);
        await proc.close(fd);
      } catch (error) {
        if (!isSysError(error)) throw error;
        await warn(proc, `error opening ${quoteName(name)}: ${errorText(error)}`);
        status = 1;
      }
    }
    return status;
  },
});
