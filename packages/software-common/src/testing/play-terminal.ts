// Runs a command on a terminal and types at it, for tests.

import { isSysError } from "@agentos/kernel/abi";
import { bootTestVm, testSoftware } from "@agentos/kernel/testing";
import { tools } from "../index.ts";

/** What must have been shown since the last keys, and the keys to type then. */
export type Step = readonly [shown: string, keys: string];

export interface Play {
  argv: readonly string[];
  steps: readonly Step[];
  files?: Readonly<Record<string, string>>;
  /** What a pipe to its standard input gives; without it that is the terminal. */
  stdin?: string;
  rows?: number;
  cols?: number;
}

/** What a terminal of 6 rows and 40 columns shows after each of the steps, and the exit status. */
export async function playTerminal(play: Play): Promise<{ screens: string[]; status: number }> {
  const screens: string[] = [];
  const { rows = 6, cols = 40, argv } = play;
  const player = testSoftware({
    "play-terminal": async (proc) => {
      const [master, slave] = proc.openpty({ rows, cols });
      const standard = [play.stdin === undefined ? slave : 0, slave, slave];
      const fds = new Map(standard.map((fd, to) => [to, fd]));
      const pid = await proc.spawn(`/usr/bin/${argv[0]}`, argv, { fds, session: true });
      await proc.close(slave);
      const buffer = new Uint8Array(65536);
      const decoder = new TextDecoder();
      let shown = "";
      const read = async (): Promise<boolean> => {
        try {
          const count = await proc.read(master, buffer);
          shown += decoder.decode(buffer.subarray(0, count), { stream: true });
          return count > 0;
        } catch (error) {
          if (isSysError(error, "EIO")) return false;
          throw error;
        }
      };
      for (const [awaited, keys] of play.steps) {
        while (!shown.includes(awaited) && (await read()));
        screens.push(shown);
        shown = "";
        await proc.write(master, new TextEncoder().encode(keys));
      }
      while (await read());
      screens.push(shown);
      return (await proc.wait(pid))!.status >> 8;
    },
  });
  const placed = Object.entries(play.files ?? {}).map(
    ([name, content]) => [`/home/user/${name}`, content] as const,
  );
  const vm = bootTestVm({ software: [tools, player], files: Object.fromEntries(placed) });
  try {
    const { exitCode } = await vm.run(["play-terminal"], { stdin: play.stdin, env: { TERM: "xterm" } });
    return { screens, status: exitCode };
  } finally {
    vm.dispose();
  }
}
