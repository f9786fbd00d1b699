// What keeps the code of guests from the host: what there is, and what an app insists on.

import type { Wall, WallName } from "@agentos/kernel/program";
import { z } from "zod";
import { IsolationError } from "./errors.ts";
import type { VmHost } from "./vm/host.ts";
import type { RuntimeDescription } from "./vm/runtimes.ts";

export type { Wall, WallName };

export interface IsolationOption {
  /** Walls without which the VM is not to be: `create()` then fails with an IsolationError. */
  require?: readonly WallName[];
}

const wallName = z.enum([
  "virtual-bindings",
  "permission-model",
  "process",
  "os-sandbox",
]) satisfies z.ZodType<WallName>;

export const isolationSchema = z.strictObject({ require: z.array(wallName).optional() });

/** What a VM is and stands on. */
export interface VmDescription {
  /** The runtimes among its software, whose guests run code that nobody vouches for. */
  runtimes: readonly RuntimeDescription[];
}

/** Disposes the VM if a wall around one of its runtimes is not up. @throws IsolationError */
export async function insistOn(host: VmHost, { require = [] }: IsolationOption): Promise<void> {
  if (require.length === 0) return;
  const runtimes = await host.call("describeRuntimes", []);
  const missing = runtimes.flatMap(({ software, walls }) =>
    require
      .map((name) => ({ software, name, how: stateOf(walls, name) }))
      .filter(({ how }) => how !== undefined),
  ) as IsolationError["missing"];
  if (missing.length === 0) return;
  await host.dispose();
  throw new IsolationError(missing);
}

/** What is to be said of a wall that is not up. */
function stateOf(walls: readonly Wall[], name: WallName): string | undefined {
  const wall = walls.find((candidate) => candidate.name === name);
  if (wall?.isUp) return undefined;
  return wall?.how ?? "the runtime does not know it";
}
