import { encode, S_IFDIR, S_IFREG } from "../../abi/index.ts";
import type { NewNode } from "../../inode.ts";
import { MemoryFs } from "./memory-fs.ts";
import type { MemoryInode } from "./memory-inode.ts";
import type { Snapshot } from "./snapshot.ts";

/** Attributes of an entry. Defaults: mode 0o644 (directories 0o755), root as owner, the layer's time. */
export interface LayerAttributes {
  mode?: number;
  uid?: number;
  gid?: number;
  mtimeNs?: bigint;
}

/** A file's text or bytes; with attributes; a symbolic link; or, when the path ends in "/", a directory. */
export type LayerEntry =
  | string
  | Uint8Array
  | (LayerAttributes & { content?: string | Uint8Array })
  | (LayerAttributes & { symlink: string });

/** Absolute path → entry. Missing parent directories are made. */
export type LayerFiles = Readonly<Record<string, LayerEntry>>;

export interface LayerOptions {
  /** The time of every entry that gives none. Default: now. */
  mtimeNs?: bigint;
}

/**
 * An immutable file system from a description:
 * `buildLayer({ "/etc/motd": "hello\n", "/tmp/": { mode: 0o1777 }, "/bin": { symlink: "usr/bin" } })`.
 * @throws EEXIST a path is given twice in different forms, or lies below a file
 */
export function buildLayer(files: LayerFiles, options: LayerOptions = {}): Snapshot {
  const { mtimeNs } = options;
  const fs = new MemoryFs(mtimeNs === undefined ? {} : { clock: () => mtimeNs });
  const builder = new LayerBuilder(fs);
  for (const [path, entry] of Object.entries(files)) builder.add(path, entry);
  return fs.snapshot();
}

class LayerBuilder {
  readonly #root: MemoryInode;
  readonly #directories = new Map<string, MemoryInode>();

  constructor(fs: MemoryFs) {
    this.#root = fs.root();
    this.#directories.set("", this.#root);
  }

  add(path: string, entry: LayerEntry): void {
    const clean = path.replace(/^\/+|\/+$/g, "");
    const attributes = typeof entry === "string" || entry instanceof Uint8Array ? { content: entry } : entry;
    if (path.endsWith("/")) {
      set(this.#directory(clean), { mode: 0o755, ...attributes });
      return;
    }
    const slash = clean.lastIndexOf("/");
    const parent = this.#directory(slash < 0 ? "" : clean.slice(0, slash));
    const name = clean.slice(slash + 1);
    if ("symlink" in attributes) {
      set(parent.symlink(name, attributes.symlink, owner(attributes, 0o777)), attributes);
    } else {
      addFile(parent, name, attributes);
    }
  }

  /** The directory at a clean path, made if need be. */
  #directory(path: string): MemoryInode {
    const known = this.#directories.get(path);
    if (known) return known;
    const slash = path.lastIndexOf("/");
    const parent = this.#directory(slash < 0 ? "" : path.slice(0, slash));
    const made = parent.mkdir(path.slice(slash + 1), { mode: S_IFDIR | 0o755, uid: 0, gid: 0 });
    this.#directories.set(path, made);
    return made;
  }
}

function owner({ mode, uid = 0, gid = 0 }: LayerAttributes, defaultMode: number): NewNode {
  return { mode: mode ?? defaultMode, uid, gid };
}

function addFile(
  parent: MemoryInode,
  name: string,
  entry: LayerAttributes & { content?: string | Uint8Array },
): void {
  const node = owner(entry, 0o644);
  const inode = parent.mknod(name, { ...node, mode: S_IFREG | node.mode });
  const { content = "" } = entry;
  const handle = inode.open(0);
  handle.write(typeof content === "string" ? encode(content) : content, 0);
  handle.release();
  if (entry.mtimeNs !== undefined) inode.setattr({ mtimeNs: entry.mtimeNs });
}

function set(inode: MemoryInode, { mode, uid, gid, mtimeNs }: LayerAttributes): void {
  inode.setattr({ mode, uid, gid, mtimeNs });
}
