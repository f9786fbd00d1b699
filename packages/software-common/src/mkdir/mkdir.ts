import { isDirectory, isSysError, sysError } from "@agentos/kernel/abi";
import { defineProgram, type Proc, quoteName, stdout, UsageError, warn } from "@agentos/kernel/program";
import { applyMode, type ModeChange, parseMode } from "../shared/file-mode.ts";
import { forEachOperand } from "../shared/operands.ts";
import { quote } from "../shared/quote.ts";

export default defineProgram({
  name: "mkdir",
  summary: "create directories",
  usage: "[OPTION]... DIRECTORY...",
  options: {
    mode: { short: "m", long: "mode", value: "MODE", help: "set file mode (as in chmod), not a=rwx - umask" },
    parents: { short: "p", long: "parents", help: "no error if existing, make parent directories as needed" },
    verbose: { short: "v", long: "verbose", help: "print a message for each created directory" },
  },
  async run(proc, { options, operands }) {
    if (operands.length === 0) throw new UsageError("missing operand");
    let mode: ModeChange | undefined;
    if (options.mode !== undefined) {
      mode = parseMode(options.mode);
      if (mode === undefined) {
        await warn(proc, `invalid mode ${quote(proc, options.mode)}`);
        return 1;
      }
    }
    const made = options.verbose
      ? (path: string) => stdout(proc).write(`mkdir: created directory ${quoteName(path)}\n`)
      : () => undefined;
    let failing = "";
    return forEachOperand(
      proc,
      operands,
      () => `cannot create directory ${quote(proc, failing)}`,
      async (path) => {
        const parents = options.parents ? parentsOf(path) : [];
        for (const parent of parents) {
          failing = parent;
          await makeParent(proc, parent, made);
        }
        failing = path;
        const created = await makeOne(proc, path, options.parents);
        if (created) await made(path);
        if (mode && created) {
          const { mode: fresh } = await proc.stat(path);
          await proc.chmod(path, applyMode(mode, (fresh & ~0o777) | 0o777, proc.umask()));
        }
      },
    );
  },
});

async function makeOne(proc: Proc, path: string, mayExist: boolean): Promise<boolean> {
  try {
    await proc.mkdir(path, 0o777);
    return true;
  } catch (error) {
    if (!mayExist || !isSysError(error, "EEXIST")) throw error;
    const existing = await proc.statIfExists(path);
    if (existing && isDirectory(existing.mode)) return false;
    throw error;
  }
}

/** "a", "a/b" for "a/b/c". */
function parentsOf(path: string): string[] {
  const parents: string[] = [];
  const last = path.replace(/\/+$/, "").lastIndexOf("/");
  for (let slash = path.indexOf("/", 1); slash > 0 && slash <= last; slash = path.indexOf("/", slash + 1)) {
    if (path[slash - 1] !== "/") parents.push(path.slice(0, slash));
  }
  return parents;
}

/** POSIX: missing parents get u+wx added to what the umask leaves. @throws ENOTDIR */
async function makeParent(proc: Proc, path: string, made: (path: string) => unknown): Promise<void> {
  const existing = await proc.statIfExists(path);
  if (existing && !isDirectory(existing.mode)) throw sysError("ENOTDIR");
  if (existing || !(await makeOne(proc, path, true))) return;
  if ((proc.umask() & 0o300) !== 0) await proc.chmod(path, (0o777 & ~proc.umask()) | 0o300);
  await made(path);
}
