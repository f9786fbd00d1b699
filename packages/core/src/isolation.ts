// The walls between guests' code and the host: which there are, and which an app insists on.

import type { Wall, WallName } from "@agentos/kernel/program";
import { z } from "zod";
import { IsolationError } from "./errors.ts";
import type { VmHost } from "./vm/host.ts";
import type { RuntimeDescription } from "./vm/runtimes.ts";

export type { Wall, WallName };

/** What must be in place before guests may run. */
export interface IsolationOption {
  /** Walls that must be up; otherwise `create()` fails with an IsolationError. */
  require?: readonly WallName[];
}

const wallName = z.enum([
  "virtual-bindings",
  "permission-model",
  "process",
  "os-sandbox",
]) satisfies z.ZodType<WallName>;

export const isolationSchema = z.strictObject({ require: z.array(wallName).optional() });

/** What a VM consists of and what isolates it. */
export interface VmDescription {
  /** The runtimes among its software: their guests run code that nobody vouches for. */
  runtimes: readonly RuntimeDescription[];
}

/** Disposes the VM if a required wall around one of its runtimes is not up. @throws IsolationError */
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

/** Why a wall is not up; undefined if it is. */
function stateOf(walls: readonly Wall[], name: WallName): string | undefined {
  const wall = walls.find((candidate) => candidate.name === name);
  if (wall?.isUp) return undefined;
  return wall?.how ?? "the runtime does not know it";
}
