import { isDirectory, isFifo, isSocket, isSymlink, isSysError, type Stat } from "@agentos/kernel/abi";
import { defineProgram, type OptionValues, type Proc, stdout, UsageError } from "@agentos/kernel/program";
import { compilePattern, type Pattern } from "@agentos/posix";
import { readGroups, readUsers } from "../shared/accounts.ts";
import { formatTime } from "../shared/file-time.ts";
import { modeString } from "../shared/mode-string.ts";
import { join } from "../shared/paths.ts";

const OPTIONS = {
  all: { short: "a", help: "all files are listed" },
  directories: { short: "d", help: "list directories only" },
  follow: { short: "l", help: "follow symbolic links like directories" },
  fullPath: { short: "f", help: "print the full path prefix for each file" },
  level: { short: "L", value: "LEVEL", help: "descend only LEVEL directories deep" },
  pattern: {
    short: "P",
    value: "PATTERN",
    repeat: true,
    help: "list only those files that match the pattern",
  },
  ignore: { short: "I", value: "PATTERN", repeat: true, help: "do not list files that match the pattern" },
  ignoreCase: { long: "ignore-case", help: "ignore case when pattern matching" },
  prune: { long: "prune", help: "prune empty directories from the output" },
  noReport: { long: "noreport", help: "turn off file/directory count at end of tree listing" },
  directoriesFirst: { long: "dirsfirst", help: "list directories before files" },
  reverse: { short: "r", help: "reverse the order of the sort" },
  byTime: { short: "t", help: "sort files by last modification time" },
  unsorted: { short: "U", help: "leave files unsorted" },
  noIndent: { short: "i", help: "don't print indentation lines" },
  size: { short: "s", help: "print the size in bytes of each file" },
  human: { short: "h", help: "print the size in a more human readable way" },
  permissions: { short: "p", help: "print the protections for each file" },
  user: { short: "u", help: "display the file owner" },
  group: { short: "g", help: "display the group of each file" },
  date: { short: "D", help: "print the date of last modification" },
  classify: { short: "F", help: "append '/', '=', '*', '>' or '|' as per ls -F" },
  quote: { short: "Q", help: "quote filenames with double quotes" },
  ascii: { long: "charset", value: "X", help: "use charset X for the indentation lines; ascii has no lines" },
  plain: { short: "n", help: "turn colorization off always (it is never on)" },
  colour: { short: "C", help: "accepted, without effect" },
} as const;

type Options = OptionValues<typeof OPTIONS>;

interface Node {
  name: string;
  stat: Stat;
  /** Of a directory that is shown with what is in it. */
  children: Node[] | undefined;
  failed: boolean;
}

const UNICODE = { tee: "├── ", corner: "└── ", bar: "│\u00a0\u00a0 ", gap: "    " };
const ASCII = { tee: "|-- ", corner: "`-- ", bar: "|   ", gap: "    " };
const UNITS = ["", "K", "M", "G", "T"];
const DEEPEST = 2000;

/** tree: shows directories as trees. Source: tree(1) 2.1. */
export default defineProgram({
  name: "tree",
  summary: "List contents of directories in a tree-like format.",
  usage: "[OPTION]... [DIRECTORY]...",
  options: OPTIONS,
  async run(proc, { options, operands }) {
    const level = options.level === undefined ? DEEPEST : Number(options.level);
    if (!Number.isInteger(level) || level < 1) throw new UsageError("Invalid level, must be greater than 0.");
    const users = options.user
      ? new Map((await readUsers(proc)).map(({ uid, name }) => [uid, name]))
      : new Map();
    const groups = options.group
      ? new Map((await readGroups(proc)).map(({ gid, name }) => [gid, name]))
      : new Map();
    const lister = new Lister(proc, options, Math.min(level, DEEPEST), users, groups);
    for (const root of operands.length === 0 ? ["."] : operands) await lister.list(root);
    await lister.report();
    return lister.status;
  },
});

class Lister {
  readonly #proc: Proc;
  readonly #options: Options;
  readonly #level: number;
  readonly #users: ReadonlyMap<number, string>;
  readonly #groups: ReadonlyMap<number, string>;
  readonly #wanted: Pattern[];
  readonly #ignored: Pattern[];
  readonly #lines: typeof UNICODE;
  readonly #visited = new Set<string>();
  #directories = 0;
  #files = 0;
  status = 0;

  constructor(
    proc: Proc,
    options: Options,
    level: number,
    users: ReadonlyMap<number, string>,
    groups: ReadonlyMap<number, string>,
  ) {
    this.#proc = proc;
    this.#options = options;
    this.#level = level;
    this.#users = users;
    this.#groups = groups;
    const compile = (texts: readonly string[]) =>
      texts
        .flatMap((text) => text.split("|"))
        .map((text) => compilePattern(text, { nocase: options.ignoreCase }));
    this.#wanted = compile(options.pattern);
    this.#ignored = compile(options.ignore);
    this.#lines = options.ascii !== undefined && !/utf-?8/i.test(options.ascii) ? ASCII : UNICODE;
  }

  async list(root: string): Promise<void> {
    const stat = await this.#statOf(root);
    if (!stat) {
      await this.#write(`${root}  [error opening dir]\n`);
      this.status = 2;
      return;
    }
    const node: Node = { name: root, stat, children: undefined, failed: false };
    if (!isDirectory(stat.mode)) {
      await this.#write(`${this.#details(node)}${root}  [error opening dir]\n`);
      this.#files++;
      return;
    }
    await this.#read(node, root, 1);
    this.#directories++;
    await this.#write(`${this.#details(node)}${this.#shown(node, root)}\n`);
    await this.#show(node.children ?? [], root, "");
  }

  async report(): Promise<void> {
    if (this.#options.noReport) return;
    const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
    const files = this.#options.directories ? "" : `, ${count(this.#files, "file", "files")}`;
    await this.#write(`\n${count(this.#directories, "directory", "directories")}${files}\n`);
  }

  async #write(text: string): Promise<void> {
    await stdout(this.#proc).write(text);
  }

  async #statOf(path: string): Promise<Stat | undefined> {
    try {
      return await this.#proc.stat(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return undefined;
    }
  }

  async #read(node: Node, path: string, depth: number): Promise<void> {
    const pause = this.#proc.yield();
    if (pause) await pause;
    let entries: { name: string; stat: Stat }[];
    try {
      entries = await this.#proc.readdirStat(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      node.failed = true;
      return;
    }
    node.children = [];
    for (const { name, stat } of this.#sorted(entries.filter((entry) => this.#listed(entry)))) {
      const child: Node = { name, stat, children: undefined, failed: false };
      const inside = join(path, name);
      if (depth < this.#level && (await this.#descends(inside, stat)))
        await this.#read(child, inside, depth + 1);
      const empty = isDirectory(stat.mode) && child.children?.length === 0;
      if (!(this.#options.prune && empty)) node.children.push(child);
    }
  }

  async #descends(path: string, stat: Stat): Promise<boolean> {
    if (isDirectory(stat.mode)) return true;
    if (!this.#options.follow || !isSymlink(stat.mode)) return false;
    const target = await this.#statOf(path);
    const key = `${target?.dev}:${target?.ino}`;
    if (!target || !isDirectory(target.mode) || this.#visited.has(key)) return false;
    this.#visited.add(key);
    return true;
  }

  #listed({ name, stat }: { name: string; stat: Stat }): boolean {
    if (!this.#options.all && name.startsWith(".")) return false;
    if (this.#ignored.some((pattern) => pattern.matches(name))) return false;
    if (isDirectory(stat.mode)) return true;
    if (this.#options.directories) return false;
    return this.#wanted.length === 0 || this.#wanted.some((pattern) => pattern.matches(name));
  }

  #sorted<T extends { name: string; stat: Stat }>(entries: T[]): T[] {
    const { unsorted, byTime, reverse, directoriesFirst } = this.#options;
    if (unsorted) return entries;
    const byName = (a: T, b: T) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    const order = (a: T, b: T) =>
      byTime ? Number(a.stat.mtimeNs - b.stat.mtimeNs) || byName(a, b) : byName(a, b);
    const sorted = entries.sort((a, b) => (reverse ? order(b, a) : order(a, b)));
    if (!directoriesFirst) return sorted;
    return [
      ...sorted.filter(({ stat }) => isDirectory(stat.mode)),
      ...sorted.filter(({ stat }) => !isDirectory(stat.mode)),
    ];
  }

  async #show(nodes: readonly Node[], path: string, indent: string): Promise<void> {
    for (const [at, node] of nodes.entries()) {
      const last = at === nodes.length - 1;
      const inside = join(path, node.name);
      const { tee, corner, bar, gap } = this.#lines;
      const lead = this.#options.noIndent ? "" : indent + (last ? corner : tee);
      const target = isSymlink(node.stat.mode)
        ? ` -> ${this.#quoted(await this.#proc.readlink(inside))}`
        : "";
      const failed = node.failed ? "  [error opening dir]" : "";
      await this.#write(`${lead}${this.#details(node)}${this.#shown(node, inside)}${target}${failed}\n`);
      if (isDirectory(node.stat.mode) || node.children) this.#directories++;
      else this.#files++;
      if (node.children) await this.#show(node.children, inside, indent + (last ? gap : bar));
    }
  }

  #shown({ name, stat }: Node, path: string): string {
    const text = this.#options.fullPath ? path : name;
    const quoted = this.#quoted(text);
    return this.#options.classify ? quoted + classOf(stat) : quoted;
  }

  #quoted(text: string): string {
    return this.#options.quote ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
  }

  #details({ stat }: Node): string {
    const { permissions, user, group, size, human, date } = this.#options;
    const parts: string[] = [];
    if (permissions) parts.push(modeString(stat.mode));
    if (user) parts.push((this.#users.get(stat.uid) ?? String(stat.uid)).padEnd(8).slice(0, 8));
    if (group) parts.push((this.#groups.get(stat.gid) ?? String(stat.gid)).padEnd(8).slice(0, 8));
    if (human) parts.push(humanSize(stat.size).padStart(4));
    else if (size) parts.push(String(stat.size).padStart(11));
    if (date) parts.push(this.#dateOf(stat));
    return parts.length === 0 ? "" : `[${parts.join(" ")}]  `;
  }

  #dateOf({ mtimeNs }: Stat): string {
    const old = this.#proc.now() - mtimeNs > 15_778_476_000_000_000n;
    return formatTime(mtimeNs, old ? "%b %e  %Y" : "%b %e %H:%M", this.#proc.env.get("TZ"));
  }
}

function classOf({ mode }: Stat): string {
  if (isDirectory(mode)) return "/";
  if (isSocket(mode)) return "=";
  if (isFifo(mode)) return "|";
  return mode & 0o111 && !isSymlink(mode) ? "*" : "";
}

function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? String(bytes) : `${value < 10 ? value.toFixed(1) : Math.round(value)}${UNITS[unit]}`;
}
