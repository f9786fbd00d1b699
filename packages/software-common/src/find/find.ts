import { isDirectory, isSymlink, isSysError, type Stat } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  PROGRAM_VERSION,
  type Proc,
  quoteName,
  stderr,
  stdout,
  warn,
} from "@agentos/kernel/program";
import { join } from "../shared/paths.ts";
import { Quit } from "./actions.ts";
import { FindError } from "./builder.ts";
import type { Expression, Visit } from "./expression.ts";
import { parseExpression } from "./parse.ts";

const HELP = `Usage: find [-H] [-L] [-P] [path...] [expression]

Default path is the current directory; default expression is -print.
Operators (decreasing precedence): ( EXPR )  ! EXPR  EXPR1 EXPR2  EXPR1 -o EXPR2  EXPR1 , EXPR2
Options: -depth -maxdepth LEVELS -mindepth LEVELS -xdev
Tests: -name -iname -path -ipath -regex -iregex -lname -type -xtype -perm -size -empty -links -inum -user -group
  -uid -gid -nouser -nogroup -mtime -atime -ctime -mmin -amin -cmin -newer -newerXY -readable -writable
  -executable -samefile -fstype -true -false
Actions: -print -print0 -printf FORMAT -fprint FILE -fprintf FILE FORMAT -ls -prune -quit -delete
  -exec COMMAND ; -exec COMMAND {} + -execdir COMMAND ; -ok COMMAND ;
`;

export default defineProgram({
  name: "find",
  summary: "search for files in a directory hierarchy",
  usage: "[-H] [-L] [-P] [path...] [expression]",
  rawArguments: true,
  async run(proc, { operands }) {
    if (operands.includes("--help") || operands.includes("-help")) {
      await stdout(proc).write(HELP);
      return 0;
    }
    if (operands.includes("--version") || operands.includes("-version")) {
      await stdout(proc).write(`find (AgentOS) ${PROGRAM_VERSION}\n`);
      return 0;
    }
    try {
      return await search(proc, operands);
    } catch (error) {
      if (!(error instanceof FindError)) throw error;
      await warn(proc, error.message);
      if (error.message.startsWith("paths must precede")) {
        await stderr(proc).write("find: possible unquoted pattern after predicate?\n");
      }
      return 1;
    }
  },
});

async function search(proc: Proc, words: readonly string[]): Promise<number> {
  let at = 0;
  let links: "never" | "operands" | "always" = "never";
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (word === "-P") links = "never";
    else if (word === "-H") links = "operands";
    else if (word === "-L") links = "always";
    else if (!/^-O\d?$/.test(word)) break;
  }
  if (words[at] === "--") at++;
  const starts: string[] = [];
  while (at < words.length && !/^-|^[(!,]$|^\)$/.test(words[at]!)) starts.push(words[at++]!);
  const rest = words.slice(at);
  if (rest.includes("-follow")) links = "always";
  const expression = parseExpression(proc, rest, links === "always");
  const walk = new Walk(proc, expression, links);
  for (const start of starts.length > 0 ? starts : ["."]) await walk.from(start);
  if (!(await expression.finish())) walk.status = 1;
  return walk.status;
}

class Walk {
  readonly #proc: Proc;
  readonly #expression: Expression;
  readonly #links: "never" | "operands" | "always";
  #quit = false;
  status = 0;

  constructor(proc: Proc, expression: Expression, links: "never" | "operands" | "always") {
    this.#proc = proc;
    this.#expression = expression;
    this.#links = links;
  }

  async from(start: string): Promise<void> {
    if (this.#quit) return;
    const stat = await this.#stat(start, this.#links !== "never");
    if (!stat) return;
    try {
      await this.#visit({ path: start, start, depth: 0, stat, pruned: false }, stat.dev, new Set());
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
      this.#quit = true;
    }
  }

  async #visit(visit: Visit, device: number, above: ReadonlySet<string>): Promise<void> {
    const pause = this.#proc.yield();
    if (pause) await pause;
    const { minDepth, maxDepth, depthFirst, oneFileSystem } = this.#expression.global;
    const within = visit.depth >= minDepth;
    const crossing = oneFileSystem && visit.stat.dev !== device;
    const descend = isDirectory(visit.stat.mode) && visit.depth < maxDepth && !crossing;
    if (within && !depthFirst) await this.#test(visit);
    if (descend && (depthFirst || !visit.pruned)) await this.#children(visit, device, above);
    if (within && depthFirst) await this.#test(visit);
  }

  async #children(visit: Visit, device: number, above: ReadonlySet<string>): Promise<void> {
    const key = `${visit.stat.dev}:${visit.stat.ino}`;
    if (this.#links === "always" && above.has(key)) {
      this.status = 1;
      const path = quoteName(visit.path);
      return warn(this.#proc, `File system loop detected; ${path} is part of the same file system loop.`);
    }
    let entries: { name: string; stat: Stat }[];
    try {
      entries = await this.#proc.readdirStat(visit.path);
    } catch (error) {
      this.status = 1;
      return warn(this.#proc, `${quoteName(visit.path)}: ${errorText(error)}`);
    }
    const inside = this.#links === "always" ? new Set(above).add(key) : above;
    for (const { name, stat } of entries) {
      const path = join(visit.path, name);
      const real = this.#links === "always" && isSymlink(stat.mode) ? await this.#stat(path, true) : stat;
      if (!real) continue;
      await this.#visit(
        { path, start: visit.start, depth: visit.depth + 1, stat: real, pruned: false },
        device,
        inside,
      );
    }
  }

  async #test(visit: Visit): Promise<void> {
    try {
      const result = this.#expression.test(visit);
      if (result instanceof Promise) await result;
    } catch (error) {
      if (!isSysError(error)) throw error;
      await warn(this.#proc, `${quoteName(visit.path)}: ${error.message}`);
      this.status = 1;
    }
  }

  /** A link that leads nowhere stands for itself. */
  async #stat(path: string, follow: boolean): Promise<Stat | undefined> {
    try {
      if (follow) {
        const stat = await this.#proc.statIfExists(path);
        if (stat) return stat;
      }
      return await this.#proc.lstat(path);
    } catch (error) {
      await warn(this.#proc, `${quoteName(path)}: ${errorText(error)}`);
      this.status = 1;
      return undefined;
    }
  }
}
