import { isSysError } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Proc, stdout, UsageError, warn } from "@agentos/kernel/program";
import { canonicalize, type Existence } from "../shared/canonicalize.ts";
import { normalize } from "../shared/paths.ts";
import { shownName } from "../shared/quote.ts";
import { relativePath } from "../shared/relative-path.ts";

export default defineProgram({
  name: "realpath",
  summary: "print the resolved path",
  usage: "[OPTION]... FILE...",
  options: {
    existing: { short: "e", long: "canonicalize-existing", help: "all components of the path must exist" },
    missing: {
      short: "m",
      long: "canonicalize-missing",
      help: "no path components need exist or be a directory",
    },
    logical: { short: "L", long: "logical", help: "resolve '..' components before symlinks" },
    physical: { short: "P", long: "physical", help: "resolve symlinks as encountered (default)" },
    quiet: { short: "q", long: "quiet", help: "suppress most error messages" },
    relativeTo: { long: "relative-to", value: "DIR", help: "print the resolved path relative to DIR" },
    relativeBase: {
      long: "relative-base",
      value: "DIR",
      help: "print absolute paths unless paths below DIR",
    },
    noSymlinks: { short: "s", long: ["strip", "no-symlinks"], help: "don't expand symlinks" },
    zero: { short: "z", long: "zero", help: "end each output line with NUL, not newline" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    const existence: Existence = options.missing ? "none" : options.existing ? "all" : "parents";
    const resolve = (path: string) => {
      const text =
        options.logical && path !== ""
          ? normalize(path.startsWith("/") ? path : `${proc.cwd}/${path}`)
          : path;
      return canonicalize(proc, text, existence, !options.noSymlinks);
    };
    const base = options.relativeBase === undefined ? undefined : await resolve(options.relativeBase);
    let to = options.relativeTo === undefined ? base : await resolve(options.relativeTo);
    if (base !== undefined && to !== undefined && !isBelow(base, to)) to = undefined;
    return printAll(proc, operands, options, async (path) => {
      const absolute = await resolve(path);
      if (to === undefined || (base !== undefined && !isBelow(base, absolute))) return absolute;
      return relativePath(to, absolute);
    });
  },
});

const isBelow = (base: string, path: string): boolean =>
  base === "/" || path === base || path.startsWith(`${base}/`);

async function printAll(
  proc: Proc,
  operands: string[],
  options: { quiet: boolean; zero: boolean },
  resolve: (path: string) => Promise<string>,
): Promise<number> {
  let status = 0;
  for (const path of operands) {
    try {
      await stdout(proc).write((await resolve(path)) + (options.zero ? "\0" : "\n"));
    } catch (error) {
      if (!isSysError(error)) throw error;
      status = 1;
      if (!options.quiet) await warn(proc, `${shownName(path)}: ${errorText(error)}`);
    }
  }
  return status;
}
