import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let empty: string | undefined;

/** A directory of the host with nothing in it, as long as this process runs. */
export function emptyDirectory(): string {
  if (empty) return empty;
  const directory = mkdtempSync(join(tmpdir(), "agentos-guest-"));
  process.once("exit", () => {
    try {
      rmdirSync(directory);
    } catch {
      // A guest process that is being killed may still be in it; the system's own cleaning takes it.
    }
  });
  return (empty = directory);
}
