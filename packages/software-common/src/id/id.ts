import { defineProgram, fail, type Proc, stdout, warn } from "@agentos/kernel/program";
import { type Group, groupsOf, readGroups, readUsers, type User } from "../shared/accounts.ts";
import { quote } from "../shared/quote.ts";

interface Identity {
  uid: number;
  gid: number;
  euid: number;
  egid: number;
  groups: readonly number[];
}

interface Names {
  users: readonly User[];
  groups: readonly Group[];
}

const ofProcess = (proc: Proc): Identity => ({
  uid: proc.uid,
  gid: proc.gid,
  euid: proc.euid,
  egid: proc.egid,
  groups: [...new Set([proc.egid, ...proc.groups])],
});

function ofUser(name: string, { users, groups }: Names): Identity | undefined {
  const user =
    users.find((candidate) => candidate.name === name) ??
    (/^\+?\d+$/.test(name) ? users.find(({ uid }) => uid === Number(name)) : undefined);
  if (user === undefined) return undefined;
  return { uid: user.uid, gid: user.gid, euid: user.uid, egid: user.gid, groups: groupsOf(user, groups) };
}

const userName = ({ users }: Names, id: number): string | undefined =>
  users.find(({ uid }) => uid === id)?.name;
const groupName = ({ groups }: Names, id: number): string | undefined =>
  groups.find(({ gid }) => gid === id)?.name;

function described(identity: Identity, names: Names): string {
  const user = (id: number): string => withName(id, userName(names, id));
  const group = (id: number): string => withName(id, groupName(names, id));
  const parts = [`uid=${user(identity.uid)}`, `gid=${group(identity.gid)}`];
  if (identity.euid !== identity.uid) parts.push(`euid=${user(identity.euid)}`);
  if (identity.egid !== identity.gid) parts.push(`egid=${group(identity.egid)}`);
  if (identity.groups.length > 0) parts.push(`groups=${identity.groups.map(group).join(",")}`);
  return parts.join(" ");
}

const withName = (id: number, name: string | undefined): string =>
  name === undefined ? `${id}` : `${id}(${name})`;

interface Wanted {
  user: boolean;
  group: boolean;
  groups: boolean;
  name: boolean;
  real: boolean;
}

/** The ids asked for; a missing name is shown as a number. */
function selected(identity: Identity, names: Names, wanted: Wanted): string[] {
  const { real, name } = wanted;
  if (wanted.user) {
    const id = real ? identity.uid : identity.euid;
    return [(name ? userName(names, id) : undefined) ?? String(id)];
  }
  const ids = wanted.group ? [real ? identity.gid : identity.egid] : identity.groups;
  return ids.map((id) => (name ? groupName(names, id) : undefined) ?? String(id));
}

export default defineProgram({
  name: "id",
  summary: "Print user and group information for each specified USER, or for the current process.",
  usage: "[OPTION]... [USER]...",
  options: {
    all: { short: "a", help: "ignore, for compatibility with other versions" },
    context: { short: "Z", long: "context", help: "print only the security context of the process" },
    group: { short: "g", long: "group", help: "print only the effective group ID" },
    groups: { short: "G", long: "groups", help: "print all group IDs" },
    name: { short: "n", long: "name", help: "print a name instead of a number, for -ugG" },
    real: { short: "r", long: "real", help: "print the real ID instead of the effective ID, with -ugG" },
    user: { short: "u", long: "user", help: "print only the effective user ID" },
    zero: { short: "z", long: "zero", help: "delimit entries with NUL characters, not whitespace" },
  },
  async run(proc, { options, operands }) {
    if (options.context) return fail(proc, "--context (-Z) works only on an SELinux/SMACK-enabled kernel");
    const choices = Number(options.user) + Number(options.group) + Number(options.groups);
    if (choices > 1) return fail(proc, 'cannot print "only" of more than one choice');
    if (choices === 0 && (options.name || options.real)) {
      return fail(proc, "cannot print only names or real IDs in default format");
    }
    if (choices === 0 && options.zero) return fail(proc, "option --zero not permitted in default format");
    const names: Names = { users: await readUsers(proc), groups: await readGroups(proc) };
    let status = 0;
    for (const operand of operands.length === 0 ? [undefined] : operands) {
      const identity = operand === undefined ? ofProcess(proc) : ofUser(operand, names);
      if (identity === undefined) {
        await warn(proc, `${quote(proc, operand!)}: no such user`);
        status = 1;
        continue;
      }
      const text =
        choices === 0
          ? described(identity, names)
          : selected(identity, names, options).join(options.zero ? "\0" : " ");
      await stdout(proc).write(text + (options.zero ? "\0" : "\n"));
    }
    return status;
  },
});
