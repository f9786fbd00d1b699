// What exec asks for when /usr/bin/node is to run.

import type { ImageLoader } from "@agentos/kernel";
import { encode } from "@agentos/kernel/abi";
import { type CommandLine, CommandLineError, parseCommandLine } from "./command-line.ts";
import { NodeImage } from "./node-image.ts";

/** As node's own exit code for an invalid argument. */
const INVALID_ARGUMENT = 9;

const loader: ImageLoader = {
  load({ argv }) {
    let commandLine: CommandLine;
    try {
      commandLine = parseCommandLine(argv, process.version);
    } catch (error) {
      if (!(error instanceof CommandLineError)) throw error;
      return refusal(error.message);
    }
    return new NodeImage(commandLine);
  },
};

export default loader;

function refusal(message: string) {
  return {
    async run(process: Parameters<NodeImage["run"]>[0]): Promise<number> {
      await process.kernel.procOf(process).write(2, encode(`${message}\n`));
      return INVALID_ARGUMENT;
    },
  };
}
