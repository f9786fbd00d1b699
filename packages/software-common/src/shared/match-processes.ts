import {
  defineProgram,
  fail,
  type Proc,
  type ProcessInfo,
  type Program,
  UsageError,
} from "@agentos/kernel/program";
import { compileRegex, RegexError } from "@agentos/posix";
import { readUsers } from "./accounts.ts";

const OPTIONS = {
  exact: { short: "x", long: "exact", help: "match exactly with the command name" },
  full: { short: "f", long: "full", help: "use full process name to match" },
  ignoreCase: { short: "i", long: "ignore-case", help: "match case insensitively" },
  inverse: { short: "v", long: "inverse", help: "negates the matching" },
  listName: { short: "l", long: "list-name", help: "list PID and process name" },
  listFull: { short: "a", long: "list-full", help: "list PID and full command line" },
  count: { short: "c", long: "count", help: "count of matching processes" },
  delimiter: { short: "d", long: "delimiter", value: "string", help: "specify output delimiter" },
  newest: { short: "n", long: "newest", help: "select most recently started" },
  oldest: { short: "o", long: "oldest", help: "select least recently started" },
  parent: {
    short: "P",
    long: "parent",
    value: "PPID",
    help: "match only child processes of the given parent",
  },
  user: { short: "u", long: ["euid", "uid"], value: "ID", help: "match by effective IDs" },
  signal: { long: "signal", value: "sig", help: "signal to send (either number or name)" },
} as const;

export const nameOf = ({ argv }: ProcessInfo): string =>
  (argv[0] ?? "").replace(/^-|^.*\//g, "").slice(0, 15);

export interface Match {
  processes: ProcessInfo[];
  options: {
    listName: boolean;
    listFull: boolean;
    count: boolean;
    delimiter: string | undefined;
    signal: string | undefined;
  };
}

/** pgrep and pkill: finds processes by a pattern, and leaves to `act` what becomes of them. */
export function processProgram(
  name: string,
  summary: string,
  act: (proc: Proc, match: Match) => Promise<number>,
  modernize?: (argv: readonly string[]) => readonly string[],
): Program {
  return defineProgram({
    name,
    summary,
    usage: "[options] PATTERN",
    usageStatus: 2,
    modernize,
    options: OPTIONS,
    async run(proc, { options, operands }) {
      const [pattern] = operands;
      if (pattern === undefined && options.parent === undefined && options.user === undefined) {
        throw new UsageError("no matching criteria specified");
      }
      if (operands.length > 1) throw new UsageError("only one pattern can be provided");
      try {
        const source = options.exact ? `^(${pattern ?? ""})$` : (pattern ?? "");
        const regex = compileRegex(source, { syntax: "ere", icase: options.ignoreCase });
        const users = await readUsers(proc);
        const uid = users.find((user) => user.name === options.user)?.uid ?? Number(options.user);
        let found = proc.listProcesses().filter((process) => {
          if (process.pid === proc.pid) return false;
          const matches =
            regex.test(options.full ? process.argv.join(" ") : nameOf(process)) &&
            (options.parent === undefined || options.parent.split(",").map(Number).includes(process.ppid)) &&
            (options.user === undefined || process.uid === uid);
          return matches !== options.inverse;
        });
        if (options.newest) found = found.slice(-1);
        else if (options.oldest) found = found.slice(0, 1);
        return await act(proc, { processes: found, options });
      } catch (error) {
        if (error instanceof RegexError) return fail(proc, error.message, 2);
        throw error;
      }
    },
  });
}
