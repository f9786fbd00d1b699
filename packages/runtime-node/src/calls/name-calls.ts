import type { Process } from "@agentos/kernel";
import { andThen, sysError } from "@agentos/kernel/abi";
import type { GuestCall } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { MemoryFs, OverlayFs, Snapshot } from "@agentos/vfs";
import { path } from "./arguments.ts";
import { direntType } from "./path-calls.ts";

/** A larger directory is not worth bringing for a few questions. */
const MOST_NAMES = 4096;

/** The file systems that change only through the namespace, whose generation then tells of it. */
const COUNTED = [OverlayFs, MemoryFs, Snapshot];

export function nameCalls(proc: Proc, process: Process): Record<string, GuestCall> {
  return {
    /** For the guest's name cache: [names, types, whether each change of it moves the generation]. @throws EFBIG */
    names: (directory) =>
      andThen(proc.readdir(path(directory)), (entries) => {
        if (entries.length > MOST_NAMES) throw sysError("EFBIG");
        const types = Uint8Array.from(entries, ({ type }) => direntType(type));
        return andThen(process.kernel.namespace.lookup(process.caller, path(directory)), ({ mount }) => [
          entries.map(({ name }) => name),
          types,
          COUNTED.some((kind) => mount.fs instanceof kind),
        ]);
      }),
  };
}
