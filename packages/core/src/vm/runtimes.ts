// The runtimes among a VM's software, and the walls around their guests.

import type { Software, Wall } from "@agentos/kernel/program";

/** A runtime among the VM's software, such as Node.js. */
export interface RuntimeDescription {
  /** The package that contains the runtime. */
  software: string;
  /** What stands between its guests and the host. */
  walls: readonly Wall[];
}

export function describeRuntimes(software: readonly Software[]): Promise<RuntimeDescription[]> {
  const described = software.map(async ({ name, walls }) => {
    if (walls === undefined) return [];
    const { default: report } = await walls();
    return [{ software: name, walls: await report() }];
  });
  return Promise.all(described).then((lists) => lists.flat());
}
