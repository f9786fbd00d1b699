import { isDirectory, sysError, X_OK } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";

const STANDARD_PATH = "/usr/local/bin:/usr/bin:/bin";

/** The executable files a name stands for, in the order of PATH. A name with a slash stands for itself. */
export async function* commandFiles(proc: Proc, name: string, path = STANDARD_PATH): AsyncGenerator<string> {
  const candidates = name.includes("/")
    ? [name]
    : path.split(":").map((directory) => `${directory || "."}/${name}`);
  for (const candidate of candidates) {
    const stat = await proc.statIfExists(candidate);
    if (stat !== undefined && !isDirectory(stat.mode) && (await proc.access(candidate, X_OK)))
      yield candidate;
  }
}

/** The file that runs for a command, as execvp(3) looks for it. @throws ENOENT · EACCES */
export async function findCommand(proc: Proc, name: string, path: string | undefined): Promise<string> {
  if (name.includes("/")) return name;
  for await (const file of commandFiles(proc, name, path)) return file;
  throw sysError("ENOENT");
}
