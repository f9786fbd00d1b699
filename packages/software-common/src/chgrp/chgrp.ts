import { defineProgram, errorText, quoteName, UsageError, warn } from "@agentos/kernel/program";
import { readGroups } from "../shared/accounts.ts";
import { changeOwner } from "../shared/change-owner.ts";
import { ownershipOptions, traversal } from "../shared/ownership-options.ts";
import { quote } from "../shared/quote.ts";

export default defineProgram({
  name: "chgrp",
  summary: "change group ownership",
  usage: "[OPTION]... GROUP FILE...\n  or:  chgrp [OPTION]... --reference=RFILE FILE...",
  options: ownershipOptions,
  async run(proc, { options, operands, order }) {
    let gid: number | undefined;
    let label = "";
    if (options.reference !== undefined) {
      try {
        gid = (await proc.stat(options.reference)).gid;
        label = String(gid);
      } catch (error) {
        await warn(proc, `failed to get attributes of ${quoteName(options.reference)}: ${errorText(error)}`);
        return 1;
      }
    } else {
      const name = operands.shift();
      if (name === undefined) throw new UsageError("missing operand");
      label = name;
      gid = (await readGroups(proc)).find((group) => group.name === name)?.gid;
      if (gid === undefined && /^\+?\d+$/.test(name)) gid = Number(name);
      if (gid === undefined) {
        await warn(proc, `invalid group: ${quote(proc, name)}`);
        return 1;
      }
    }
    if (operands.length === 0) throw new UsageError(`missing operand after ${quote(proc, label)}`);
    const change = { uid: -1, gid, userName: "", groupName: label, ...traversal(options, order) };
    return changeOwner(proc, change, operands);
  },
});
