import { isDirectory, isSymlink, isSysError } from "@agentos/kernel/abi";
import { defineProgram, type Proc, quoteName, stdout, UsageError, warn } from "@agentos/kernel/program";
import { lstatIfExists } from "../cp/copy.ts";
import { forEachOperand } from "../shared/operands.ts";

export default defineProgram({
  name: "rmdir",
  summary: "remove empty directories",
  usage: "[OPTION]... DIRECTORY...",
  options: {
    ignore: { long: "ignore-fail-on-non-empty", help: "ignore each failure to remove a non-empty directory" },
    parents: { short: "p", long: "parents", help: "remove DIRECTORY and its ancestors" },
    verbose: { short: "v", long: "verbose", help: "output a diagnostic for every directory processed" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    let current = "";
    let failed = 0;
    const removeOne = async (path: string): Promise<boolean> => {
      current = path;
      if (options.verbose) await stdout(proc).write(`rmdir: removing directory, ${quoteName(path)}\n`);
      return remove(proc, path, options.ignore);
    };
    const status = await forEachOperand(
      proc,
      operands,
      (operand) =>
        current === operand
          ? `failed to remove ${quoteName(operand)}`
          : `failed to remove directory ${quoteName(current)}`,
      async (operand) => {
        if (await isLinkWithSlash(proc, operand)) {
          failed = 1;
          return warn(proc, `failed to remove ${quoteName(operand)}: Symbolic link not followed`);
        }
        let path = operand;
        while ((await removeOne(path)) && options.parents) {
          const trimmed = path.replace(/\/+$/, "");
          const slash = trimmed.lastIndexOf("/");
          if (slash <= 0) return;
          path = trimmed.slice(0, slash).replace(/\/+$/, "");
        }
      },
    );
    return status | failed;
  },
});

/** "link/", where the link leads to a directory: not followed, and GNU says so. */
async function isLinkWithSlash(proc: Proc, path: string): Promise<boolean> {
  const trimmed = path.replace(/\/+$/, "");
  if (trimmed === path || trimmed === "") return false;
  const [entry, led] = [await lstatIfExists(proc, trimmed), await proc.statIfExists(trimmed)];
  return entry !== undefined && isSymlink(entry.mode) && led !== undefined && isDirectory(led.mode);
}

async function remove(proc: Proc, path: string, ignoreNonEmpty: boolean): Promise<boolean> {
  try {
    await proc.rmdir(path);
    return true;
  } catch (error) {
    if (ignoreNonEmpty && (isSysError(error, "ENOTEMPTY") || isSysError(error, "EEXIST"))) return false;
    throw error;
  }
}
