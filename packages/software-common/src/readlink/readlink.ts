import { isSysError } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Proc, stdout, UsageError, warn } from "@agentos/kernel/program";
import { canonicalize, type Existence } from "../shared/canonicalize.ts";
import { shownName } from "../shared/quote.ts";

export default defineProgram({
  name: "readlink",
  summary: "print resolved symbolic links or canonical file names",
  usage: "[OPTION]... FILE...",
  options: {
    canonicalize: {
      short: "f",
      long: "canonicalize",
      help: "follow every symlink in every component; all but the last must exist",
    },
    existing: {
      short: "e",
      long: "canonicalize-existing",
      help: "follow every symlink; all components must exist",
    },
    missing: {
      short: "m",
      long: "canonicalize-missing",
      help: "follow every symlink, without requirements on components existence",
    },
    noNewline: { short: "n", long: "no-newline", help: "do not output the trailing delimiter" },
    quiet: { short: "qs", long: ["quiet", "silent"], help: "suppress most error messages (on by default)" },
    verbose: { short: "v", long: "verbose", help: "report error messages" },
    zero: { short: "z", long: "zero", help: "end each output line with NUL, not newline" },
  },
  async run(proc, { options, operands, order }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    if (options.noNewline && operands.length > 1)
      await warn(proc, "ignoring --no-newline with multiple arguments");
    const end = options.noNewline && operands.length === 1 ? "" : options.zero ? "\0" : "\n";
    const verbose = order.findLast(({ name }) => name === "verbose" || name === "quiet")?.name === "verbose";
    let status = 0;
    for (const path of operands) {
      try {
        await stdout(proc).write((await resolve(proc, path, existenceOf(options))) + end);
      } catch (error) {
        if (!isSysError(error)) throw error;
        status = 1;
        if (verbose) await warn(proc, `${shownName(path)}: ${errorText(error)}`);
      }
    }
    return status;
  },
});

function existenceOf(options: {
  canonicalize: boolean;
  existing: boolean;
  missing: boolean;
}): Existence | undefined {
  if (options.missing) return "none";
  if (options.existing) return "all";
  return options.canonicalize ? "parents" : undefined;
}

const resolve = (proc: Proc, path: string, existence: Existence | undefined) =>
  existence ? canonicalize(proc, path, existence) : proc.readlink(path);
