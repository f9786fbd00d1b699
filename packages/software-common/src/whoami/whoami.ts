import { defineProgram, fail, stdout, UsageError } from "@agentos/kernel/program";
import { readUsers } from "../shared/accounts.ts";
import { quote } from "../shared/quote.ts";

export default defineProgram({
  name: "whoami",
  summary: "Print the user name associated with the current effective user ID.",
  usage: "[OPTION]...",
  async run(proc, { operands }) {
    if (operands.length > 0) throw new UsageError(`extra operand ${quote(proc, operands[0]!)}`);
    const user = (await readUsers(proc)).find(({ uid }) => uid === proc.euid);
    if (user === undefined) return fail(proc, `cannot find name for user ID ${proc.euid}`);
    await stdout(proc).write(`${user.name}\n`);
    return 0;
  },
});
