import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let empty: string | undefined;

/** An empty directory on the host, which exists as long as this process runs. */
export function emptyDirectory(): string {
  if (empty) return empty;
  const directory = mkdtempSync(join(tmpdir(), "agentos-guest-"));
  process.once("exit", () => {
    try {
      rmdirSync(directory);
    } catch {
      // A guest process that is being killed may still use it; the system's cleanup of temporary files removes it.
    }
  });
  return (empty = directory);
}
