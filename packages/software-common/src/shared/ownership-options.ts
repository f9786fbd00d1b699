import type { OptionsSpec } from "@agentos/kernel/program";
import type { OwnerChange } from "./change-owner.ts";

/** What chown and chgrp have in common. */
export const ownershipOptions = {
  changes: { short: "c", long: "changes", help: "like verbose but report only when a change is made" },
  silent: { short: "f", long: ["silent", "quiet"], help: "suppress most error messages" },
  verbose: { short: "v", long: "verbose", help: "output a diagnostic for every file processed" },
  dereference: {
    long: "dereference",
    help: "affect the referent of each symbolic link (this is the default)",
  },
  noDereference: {
    short: "h",
    long: "no-dereference",
    help: "affect symbolic links instead of any referenced file",
  },
  preserveRoot: { long: "preserve-root", help: "fail to operate recursively on '/'" },
  noPreserveRoot: { long: "no-preserve-root", help: "do not treat '/' specially (the default)" },
  reference: {
    long: "reference",
    value: "RFILE",
    help: "use RFILE's ownership rather than specifying values",
  },
  recursive: { short: "R", long: "recursive", help: "operate on files and directories recursively" },
  H: { short: "H", help: "if a command line argument is a symbolic link to a directory, traverse it" },
  L: { short: "L", help: "traverse every symbolic link to a directory encountered" },
  P: { short: "P", help: "do not traverse any symbolic links (default)" },
} as const satisfies OptionsSpec;

type Traversal = Pick<
  OwnerChange,
  "recursive" | "dereference" | "traverse" | "verbose" | "changes" | "silent"
>;

export function traversal(
  options: Record<"recursive" | "noDereference" | "verbose" | "changes" | "silent", boolean>,
  order: readonly { name: string }[],
): Traversal {
  const traverse = order.findLast(({ name }) => name === "H" || name === "L" || name === "P")?.name ?? "P";
  const { recursive, verbose, changes, silent } = options;
  // Without -H and -L, -R changes the links themselves.
  const dereference = !options.noDereference && !(recursive && traverse === "P");
  return {
    recursive,
    verbose,
    changes,
    silent,
    dereference,
    traverse: traverse as "H" | "L" | "P",
  };
}
