// Source: wait(2), POSIX.1-2024 waitpid().

import { type MaybePromise, sysError } from "@agentos/vfs/abi";
import { continued, WCONTINUED, WNOHANG, WUNTRACED } from "../abi/wait.ts";
import type { WaitResult } from "../program/proc.ts";
import { waitUntil } from "../wait-queue.ts";
import type { Process } from "./process.ts";
import { reap } from "./process-exit.ts";

/** waitpid(2). @throws ECHILD EINTR */
export function waitForChild(p: Process, pid: number, options: number): MaybePromise<WaitResult | undefined> {
  const found = findChange(p, pid, options);
  if (found || options & WNOHANG) return found;
  return waitUntil(p.childChanged, p, () => findChange(p, pid, options));
}

/** Finds a change of state among the children that `pid` selects. @throws ECHILD if it selects none */
function findChange(p: Process, pid: number, options: number): WaitResult | undefined {
  let any = false;
  for (const child of p.children) {
    if (!isSelected(p, child, pid)) continue;
    any = true;
    if (child.isZombie) {
      reap(child);
      return { pid: child.pid, status: child.status };
    }
    const { news } = child;
    if (news === undefined || !(options & (continued(news) ? WCONTINUED : WUNTRACED))) continue;
    child.news = undefined;
    return { pid: child.pid, status: news };
  }
  if (!any) throw sysError("ECHILD");
  return undefined;
}

function isSelected(p: Process, child: Process, pid: number): boolean {
  if (pid > 0) return child.pid === pid;
  if (pid === -1) return true;
  return child.group.id === (pid === 0 ? p.group.id : -pid);
}
