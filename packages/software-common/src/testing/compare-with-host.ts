// Table-driven differential tests: the same command line in a VM and on the host.

import { describe, expect, it } from "vitest";
import { commands } from "../commands.ts";
import { hostHas, runInVm, runOnHost } from "./host-oracle.ts";

export interface HostCase {
  args: readonly string[];
  stdin?: string;
  env?: Readonly<Record<string, string>>;
}

/** Every case runs with a file "input" of some lines and an empty file "empty". */
const FILES = {
  input:
    "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin\n\nbin\tx 2  2 caf\u00e9 \u4e16\u754c\nlast line",
  empty: "",
};

const titleOf = (command: string, { args, stdin, env }: HostCase): string => {
  const words = [...Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`), command, ...args];
  return `${words.join(" ")}${stdin === undefined ? "" : ` < ${JSON.stringify(stdin.slice(0, 40))}`}`;
};

/** Compares output, messages and exit status; skipped, visibly, where the host does not have the command. */
export function compareWithHost(
  command: string,
  cases: readonly HostCase[],
  version = /GNU|util-linux/,
): void {
  describe.skipIf(!hostHas(command, version))(`${command} behaves as on the host`, () => {
    for (const test of cases) {
      it(titleOf(command, test), async () => {
        const run = { ...test, argv: [command, ...test.args], files: FILES };
        expect(await runInVm(commands, run)).toEqual(runOnHost(run));
      });
    }
  });
}
