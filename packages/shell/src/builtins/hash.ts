import { orderedEntries } from "../assoc-order.ts";
import type { Co } from "../co.ts";
import { searchPath } from "../run/lookup.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./options.ts";
import { findBuiltin } from "./table.ts";

function* run(shell: Shell, args: string[]): Co<number> {
  if (!shell.set.hashall) return shell.fail("hash", "hashing disabled");
  const options = parseOptions(shell, "hash", args, "dlp:rt");
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  if (flags.has("r")) shell.hash.clear();
  if (operands.length === 0) return flags.has("r") ? 0 : yield* list(shell, flags.has("l"));
  if (flags.has("t")) return yield* tell(shell, operands, flags.has("l"));
  let status = 0;
  for (const name of operands) {
    const path = values.get("p");
    if (flags.has("d")) {
      if (!shell.hash.delete(name)) status = shell.fail("hash", `${name}: not found`);
    } else if (path !== undefined) shell.hash.set(name, { path, hits: 0 });
    else if (!(yield* remember(shell, name))) status = shell.fail("hash", `${name}: not found`);
  }
  return status;
}

/** The size of bash's table, which makes the order. */
const BUCKETS = 256;

function* remember(shell: Shell, name: string): Co<boolean> {
  if (name.includes("/") || shell.functions.has(name) || findBuiltin(name)) return true;
  const path = yield* searchPath(shell, name);
  if (path !== undefined) shell.hash.set(name, { path, hits: 0 });
  return path !== undefined;
}

function* list(shell: Shell, reusable: boolean): Co<number> {
  if (shell.hash.size === 0) return yield* shell.print("hash", reusable ? "" : "hash: hash table empty\n");
  const rows = orderedEntries(shell.hash, BUCKETS).map(([name, { path, hits }]) =>
    reusable ? `builtin hash -p ${path} ${name}\n` : `${String(hits).padStart(4)}\t${path}\n`,
  );
  return yield* shell.print("hash", (reusable ? "" : "hits\tcommand\n") + rows.join(""));
}

function* tell(shell: Shell, names: string[], reusable: boolean): Co<number> {
  let status = 0;
  let output = "";
  for (const name of names) {
    const entry = shell.hash.get(name);
    if (entry === undefined) {
      status = shell.fail("hash", `${name}: not found`);
      continue;
    }
    const { path } = entry;
    entry.hits++;
    if (reusable) output += `builtin hash -p ${path} ${name}\n`;
    else output += names.length > 1 ? `${name}\t${path}\n` : `${path}\n`;
  }
  return (yield* shell.print("hash", output)) || status;
}

export const hash: Builtin = { name: "hash", run };
