import { isSysError, sysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  openInput,
  type Proc,
  stdout,
  UsageError,
  warn,
} from "@agentos/kernel/program";
import { LineSource } from "../shared/line-source.ts";
import { quote, shownName } from "../shared/quote.ts";

const MOST_RELATIONS = 1 << 22;
const MOST_CHARACTERS = 1 << 28;

interface Item {
  name: string;
  /** How many items that must come before are still to be written. */
  before: number;
  after: Item[];
  written: boolean;
}

/** tsort: orders items so that each pair of the input stays in order. Source: tsort(1) of GNU coreutils. */
export default defineProgram({
  name: "tsort",
  summary: "Write totally ordered list consistent with the partial ordering in FILE.",
  usage: "[OPTION] [FILE]",
  async run(proc, { operands }) {
    if (operands.length > 1) throw new UsageError(`extra operand ${quote(proc, operands[1]!)}`);
    const [name = "-"] = operands;
    try {
      const items = await readItems(proc, await openInput(proc, name));
      if (!items) return fail(proc, `${shownName(name)}: input contains an odd number of tokens`);
      return await writeInOrder(proc, items, shownName(name));
    } catch (error) {
      if (!isSysError(error)) throw error;
      return fail(proc, `${shownName(name)}: ${errorText(error)}`);
    }
  },
});

/** The items in order of their names; undefined if one is without partner. @throws ENOMEM */
async function readItems(proc: Proc, fd: number): Promise<Item[] | undefined> {
  const items = new Map<string, Item>();
  const itemOf = (name: string): Item => {
    let item = items.get(name);
    if (!item) items.set(name, (item = { name, before: 0, after: [], written: false }));
    return item;
  };
  const source = new LineSource(proc, fd);
  let left: string | undefined;
  let relations = 0;
  let characters = 0;
  for (let line = await source.next(); line !== undefined; line = await source.next()) {
    for (const word of line.split(/[ \t]+/)) {
      if (word === "") continue;
      if (left === undefined) left = word;
      else {
        relate(itemOf(left), itemOf(word));
        left = undefined;
        relations++;
      }
    }
    characters += line.length;
    if (relations > MOST_RELATIONS || characters > MOST_CHARACTERS) throw sysError("ENOMEM");
    const pause = proc.yield();
    if (pause) await pause;
  }
  if (left !== undefined) return undefined;
  return [...items.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function relate(first: Item, second: Item): void {
  if (first === second) return;
  second.before++;
  first.after.push(second);
}

async function writeInOrder(proc: Proc, items: readonly Item[], name: string): Promise<number> {
  let status = 0;
  let left = items.length;
  let ready = items.filter(({ before }) => before === 0);
  while (left > 0) {
    for (let at = 0; at < ready.length; at++) {
      const item = ready[at]!;
      item.written = true;
      left--;
      await stdout(proc).writeLatin1(`${item.name}\n`);
      // The relation read last is the first to be undone.
      for (let i = item.after.length - 1; i >= 0; i--) {
        const next = item.after[i]!;
        if (--next.before === 0 && !next.written) ready.push(next);
      }
      const pause = proc.yield();
      if (pause) await pause;
    }
    if (left === 0) break;
    status = 1;
    await stdout(proc).flush();
    await warn(proc, `${name}: input contains a loop:`);
    for (const item of await breakLoop(proc, items)) await warn(proc, item.name);
    ready = items.filter(({ before, written }) => before === 0 && !written);
  }
  return status;
}

/**
 * Takes one relation of a loop away; answers the items of the loop. As GNU's, it goes through the items by name, again
 * and again, and puts each that comes before the first of a chain in front of it, until one is in the chain already.
 */
async function breakLoop(proc: Proc, items: readonly Item[]): Promise<Item[]> {
  const blocked = items.filter(({ before }) => before > 0);
  const next = new Map<Item, Item>();
  let first = blocked[0]!;
  for (let at = 1; ; at++) {
    const item = blocked[at % blocked.length]!;
    const to = first;
    const relation = item.after.lastIndexOf(to);
    if (relation >= 0 && next.has(item)) {
      item.after.splice(relation, 1);
      to.before--;
      const loop = [to];
      while (loop.at(-1) !== item) loop.push(next.get(loop.at(-1)!)!);
      return loop;
    }
    if (relation >= 0) {
      next.set(item, to);
      first = item;
    }
    const pause = proc.yield();
    if (pause) await pause;
  }
}
