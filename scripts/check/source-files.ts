import { execFileSync } from "node:child_process";

/** TypeScript files that git tracks or would track and that match; a pattern must match the whole path. */
export function sourceFiles(...patterns: string[]): string[] {
  const out = execFileSync("git", ["ls-files", "-co", "--exclude-standard", ...patterns], {
    encoding: "utf8",
  });
  return out.split("\n").filter((path) => path.endsWith(".ts"));
}
