// fs.watch: changes in the VM's file tree become notices. Source: inotify(7), as interpreted by libuv.

import type { Process } from "@agentos/kernel";
import { R_OK, sysError } from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { integer, path } from "./arguments.ts";

type Watcher = ReturnType<Process["kernel"]["namespace"]["watch"]>;
type Change = Parameters<Parameters<Process["kernel"]["namespace"]["watch"]>[2]>[0];

const MOST_WATCHERS = 1024;

export function watchCalls(
  proc: Proc,
  process: Process,
  notify: (name: string, ...args: Value[]) => void,
): Record<string, GuestCall> {
  const watchers = new Map<number, Watcher>();
  let lastId = 0;

  return {
    /**
     * Watches a file. @returns the watcher's number, with which notices "watchEvent" follow: "rename" or "change", and
     * a name @throws ENOSPC
     */
    watch: async (file) => {
      if (watchers.size >= MOST_WATCHERS) throw sysError("ENOSPC");
      const real = await proc.realpath(path(file));
      if (!(await proc.access(real, R_OK))) throw sysError("EACCES");
      const id = ++lastId;
      const watcher = process.kernel.namespace.watch(real, {}, (change) => {
        if (process.isDead) watcher.close();
        else for (const [kind, name] of eventsOf(change, real)) notify("watchEvent", id, kind, name);
      });
      watchers.set(id, watcher);
      return id;
    },
    unwatch: (number) => {
      const id = integer(number);
      watchers.get(id)?.close();
      watchers.delete(id);
    },
  };
}

/** libuv's event: "rename" when a name is added or removed, "change" when what it names changes. */
function eventsOf({ kind, path: at, from }: Change, watched: string): ["rename" | "change", string][] {
  const type = kind === "modify" || kind === "attrib" ? "change" : "rename";
  const paths = from === undefined ? [at] : [from, at];
  const prefix = watched === "/" ? "/" : `${watched}/`;
  return paths
    .filter((each) => each === watched || each.startsWith(prefix))
    .map((each) => [type, each.slice(each.lastIndexOf("/") + 1)]);
}
