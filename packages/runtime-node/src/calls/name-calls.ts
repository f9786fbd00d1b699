import type { Process } from "@agentos/kernel";
import { andThen, type DirEntry, S_IFREG, sysError, X_OK } from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import { MemoryFs, OverlayFs, Snapshot } from "@agentos/vfs";
import { path } from "./arguments.ts";
import type { FileReader } from "./file-reader.ts";
import { direntType } from "./path-calls.ts";

/** The names of a larger directory are not worth sending for a few questions. */
const MOST_NAMES = 4096;

/** File systems that change only through the namespace, whose generation therefore counts every change. */
const COUNTED = [OverlayFs, MemoryFs, Snapshot];

/** How many files are brought along with the one that is wanted. */
const MOST_ALONG = 12;

/** The wanted file and the ones of its kind that follow it; nothing if it does not exist. */
function filesFrom(entries: readonly DirEntry[], wanted: Value): string[] {
  const at = entries.findIndex(({ name, type }) => name === wanted && type === S_IFREG);
  if (at < 0) return [];
  const name = wanted as string;
  const [extension] = MODULE.exec(name) ?? [];
  if (extension === undefined) return [name];
  const rest = [...entries.slice(at + 1), ...entries.slice(0, at)];
  const others = rest.filter((entry) => entry.type === S_IFREG && entry.name.endsWith(extension));
  return [name, ...others.slice(0, MOST_ALONG).map((entry) => entry.name)];
}

const MODULE = /\.[cm]?js$/;

export function nameCalls(process: Process, files: FileReader): Record<string, GuestCall> {
  const { namespace } = process.kernel;

  return {
    /**
     * For the guest's name cache: [names, types, whether every change moves the generation, real path]; and if the
     * file `wanted` exists, names, contents and code of it and of files of its kind that follow it.
     * @throws EFBIG · EACCES the directory cannot be searched · EOPNOTSUPP a policy decides about each name
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
            const along = filesFrom(entries, wanted);
            if (along.length === 0) return listing;
            return andThen(files.readTogether(directory, along), (read) => [...listing, along, ...read]);
          }),
        ),
      );
    },
  };
}
