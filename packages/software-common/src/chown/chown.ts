import { defineProgram, errorText, type Proc, quoteName, UsageError, warn } from "@agentos/kernel/program";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { changeOwner, type OwnerChange } from "../shared/change-owner.ts";
import { ownershipOptions, traversal } from "../shared/ownership-options.ts";
import { quote } from "../shared/quote.ts";

export default defineProgram({
  name: "chown",
  summary: "change file owner and group",
  usage: "[OPTION]... [OWNER][:[GROUP]] FILE...\n  or:  chown [OPTION]... --reference=RFILE FILE...",
  options: {
    ...ownershipOptions,
    from: {
      long: "from",
      value: "CURRENT_OWNER:CURRENT_GROUP",
      help: "change the owner and/or group of each file only if its current owner and/or group match",
    },
  },
  async run(proc, { options, operands, order }) {
    const owner = await wantedOwner(proc, options.reference, operands);
    if (typeof owner === "string") return warned(proc, owner);
    const from = options.from === undefined ? undefined : await parseOwner(proc, options.from);
    if (typeof from === "string") return warned(proc, from);
    const change: OwnerChange = {
      ...owner,
      ...traversal(options, order),
      ...(from ? { from } : {}),
    };
    return changeOwner(proc, change, operands);
  },
});

async function warned(proc: Proc, message: string): Promise<number> {
  await warn(proc, message);
  return 1;
}

interface Owner {
  uid: number;
  gid: number;
  userName: string;
  groupName: string;
}

async function wantedOwner(
  proc: Proc,
  reference: string | undefined,
  operands: string[],
): Promise<Owner | string> {
  if (reference !== undefined) {
    if (operands.length === 0) throw new UsageError("missing operand");
    try {
      const { uid, gid } = await proc.stat(reference);
      return { uid, gid, userName: String(uid), groupName: String(gid) };
    } catch (error) {
      return `failed to get attributes of ${quoteName(reference)}: ${errorText(error)}`;
    }
  }
  const text = operands.shift();
  if (text === undefined) throw new UsageError("missing operand");
  if (operands.length === 0) throw new UsageError(`missing operand after ${quote(proc, text)}`);
  return parseOwner(proc, text);
}

/** OWNER, OWNER:GROUP, OWNER: (the owner's login group), :GROUP; OWNER.GROUP with a warning. */
async function parseOwner(proc: Proc, text: string): Promise<Owner | string> {
  const owner = await parseSeparated(proc, text, ":");
  if (typeof owner !== "string" || text.includes(":") || !text.includes(".")) return owner;
  const dotted = await parseSeparated(proc, text, ".");
  if (typeof dotted === "string") return owner;
  await warn(proc, `warning: '.' should be ':': ${quote(proc, text)}`);
  return dotted;
}

async function parseSeparated(proc: Proc, text: string, separator: string): Promise<Owner | string> {
  const colon = text.indexOf(separator);
  const userName = colon < 0 ? text : text.slice(0, colon);
  let groupName = colon < 0 ? "" : text.slice(colon + 1);
  let [uid, gid] = [-1, -1];
  if (userName !== "") {
    const user = (await readUsers(proc)).find(({ name }) => name === userName);
    if (user) uid = user.uid;
    else if (/^\+?\d+$/.test(userName)) uid = Number(userName);
    else return `invalid user: ${quote(proc, text)}`;
    if (colon >= 0 && groupName === "") {
      if (!user) return `invalid spec: ${quote(proc, text)}`;
      gid = user.gid;
      groupName = (await readGroups(proc)).find((group) => group.gid === gid)?.name ?? String(gid);
    }
  } else if (colon >= 0 && groupName === "") return { uid, gid, userName, groupName };
  if (groupName !== "") {
    const group = (await readGroups(proc)).find(({ name }) => name === groupName);
    if (group) gid = group.gid;
    else if (/^\+?\d+$/.test(groupName)) gid = Number(groupName);
    else return `invalid group: ${quote(proc, text)}`;
  }
  return { uid, gid, userName, groupName };
}
