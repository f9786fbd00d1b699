import type { Process } from "@agentos/kernel";
import { andThen, S_IFREG, sysError, X_OK } from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { MemoryFs, OverlayFs, Snapshot } from "@agentos/vfs";
import { path } from "./arguments.ts";
import { readAlong } from "./opening-calls.ts";
import { direntType } from "./path-calls.ts";

/** A larger directory is not worth bringing for a few questions. */
const MOST_NAMES = 4096;

/** The file systems that change only through the namespace, whose generation then tells of it. */
const COUNTED = [OverlayFs, MemoryFs, Snapshot];

export function nameCalls(proc: Proc, process: Process): Record<string, GuestCall> {
  const { namespace } = process.kernel;

  return {
    /**
     * For the guest's name cache: [names, types, whether each change of it moves the generation, real path], and the
     * content of the file `wanted` if there is one.
     * @throws EFBIG · EACCES it may not be searched · EOPNOTSUPP a policy decides about each name
     */
    names: (name, wanted) => {
      if (namespace.policy) throw sysError("EOPNOTSUPP");
      const { caller } = process;
      const directory = path(name);
      return andThen(namespace.access(caller, directory, X_OK), () =>
        andThen(namespace.lookup(caller, directory), (place) =>
          andThen(namespace.readdirAt(caller, place), (entries) => {
            if (entries.length > MOST_NAMES) throw sysError("EFBIG");
            const listing: Value[] = [
              entries.map((entry) => entry.name),
              Uint8Array.from(entries, ({ type }) => direntType(type)),
              COUNTED.some((kind) => place.mount.fs instanceof kind),
              namespace.pathOf(place, caller.root),
            ];
            if (!entries.some((entry) => entry.name === wanted && entry.type === S_IFREG)) return listing;
            return andThen(readAlong(proc, `${directory}/${wanted}`), (content) => [...listing, content]);
          }),
        ),
      );
    },
  };
}
