// Tests against what a tool of the same name printed elsewhere, for tools that few machines have.

import { expect, it } from "vitest";
import { commands } from "../commands.ts";
import { runInVm } from "./host-oracle.ts";

export interface RecordedCase {
  args: readonly string[];
  stdin: string;
  stdout: string;
  /** Addresses in the program's code are written "adr=N": they are each implementation's own. */
  stderr?: string;
  status?: number;
}

export function compareWithRecorded(command: string, cases: readonly RecordedCase[]): void {
  it.each(cases)(`${command} $args $stdin`, async ({ args, stdin, stdout, stderr = "", status = 0 }) => {
    const run = await runInVm(commands, { argv: [command, ...args], stdin });
    expect({ ...run, stderr: run.stderr.replace(/adr=\d+/g, "adr=N") }).toEqual({ stdout, stderr, status });
  });
}
