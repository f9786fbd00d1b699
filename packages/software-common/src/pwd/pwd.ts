import { isSysError } from "@agentos/kernel/abi";
import { defineProgram, type Proc, stdout, warn } from "@agentos/kernel/program";

/** $PWD if it names the working directory without "." or "..". Source: POSIX.1-2024 XCU pwd. */
async function logicalDirectory(proc: Proc): Promise<string | undefined> {
  const pwd = proc.env.get("PWD");
  if (pwd === undefined || !pwd.startsWith("/") || /\/\.\.?(\/|$)/.test(pwd)) return undefined;
  try {
    const [named, actual] = [await proc.stat(pwd), await proc.stat(".")];
    return named.dev === actual.dev && named.ino === actual.ino ? pwd : undefined;
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

export default defineProgram({
  name: "pwd",
  summary: "Print the full filename of the current working directory.",
  usage: "[OPTION]...",
  options: {
    logical: { short: "L", long: "logical", help: "use PWD from environment, even if it contains symlinks" },
    physical: { short: "P", long: "physical", help: "avoid all symlinks" },
  },
  async run(proc, { operands, order }) {
    if (operands.length > 0) await warn(proc, "ignoring non-option arguments");
    const last = order.findLast(({ name }) => name === "logical" || name === "physical")?.name;
    const standard = proc.env.has("POSIXLY_CORRECT") ? "logical" : "physical";
    const logical = (last ?? standard) === "logical" ? await logicalDirectory(proc) : undefined;
    await stdout(proc).write(`${logical ?? proc.cwd}\n`);
    return 0;
  },
});
