import { defineProgram, stdout, warn } from "@agentos/kernel/program";
import { groupsOf, readGroups, readUsers } from "../shared/accounts.ts";
import { quote } from "../shared/quote.ts";

export default defineProgram({
  name: "groups",
  summary: "Print group memberships for each USERNAME or, if none is specified, for the current process.",
  usage: "[OPTION]... [USERNAME]...",
  async run(proc, { operands }) {
    const groups = await readGroups(proc);
    const namesOf = (ids: readonly number[]): string =>
      ids.map((id) => groups.find(({ gid }) => gid === id)?.name ?? String(id)).join(" ");
    if (operands.length === 0) {
      await stdout(proc).write(`${namesOf([...new Set([proc.egid, ...proc.groups])])}\n`);
      return 0;
    }
    const users = await readUsers(proc);
    let status = 0;
    for (const name of operands) {
      const user = users.find((candidate) => candidate.name === name);
      if (user === undefined) {
        await warn(proc, `${quote(proc, name)}: no such user`);
        status = 1;
      } else await stdout(proc).write(`${name} : ${namesOf(groupsOf(user, groups))}\n`);
    }
    return status;
  },
});
