import { latin1FromBytes } from "@agentos/kernel/abi";
import { latin1ToOsString, type Proc, Reader } from "@agentos/kernel/program";

/** Runs a command (latin1) with sh -c; answers what it writes to standard output. */
export async function runShell(proc: Proc, command: string): Promise<string> {
  const [readEnd, writeEnd] = proc.pipe(true);
  const fds = new Map([
    [0, 0],
    [1, writeEnd],
    [2, 2],
  ]);
  try {
    const pid = await proc.spawn("/bin/sh", ["sh", "-c", latin1ToOsString(command)], { fds });
    await proc.close(writeEnd);
    const reader = new Reader(proc, readEnd);
    let out = "";
    for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read())
      out += latin1FromBytes(chunk);
    await proc.wait(pid);
    return out;
  } finally {
    await proc.close(readEnd);
  }
}
