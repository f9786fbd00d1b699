import { defineProgram, fail, stdout } from "@agentos/kernel/program";
import { readUsers } from "../shared/accounts.ts";

export default defineProgram({
  name: "logname",
  summary: "Print the user's login name.",
  async run(proc) {
    const user = (await readUsers(proc)).find(({ uid }) => uid === proc.uid);
    if (user === undefined) return fail(proc, "no login name");
    await stdout(proc).write(`${user.name}\n`);
    return 0;
  },
});
