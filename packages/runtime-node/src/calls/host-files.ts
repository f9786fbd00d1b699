// Which files that a guest reads are the host's own: shown read-only, and the same to everyone who can see them.

import type { MountNamespace } from "@agentos/vfs";
import { HostDirFs } from "@agentos/vfs";

export class HostFiles {
  readonly #namespace: MountNamespace;
  /** By the number of the file system, which is never reused. */
  readonly #known = new Map<number, boolean>();

  constructor(namespace: MountNamespace) {
    this.#namespace = namespace;
  }

  /** @param dev the device number of an open file */
  has(dev: number): boolean {
    const known = this.#known.get(dev);
    if (known !== undefined) return known;
    const mounted = this.#namespace.listMounts().find(({ fs }) => fs.dev === dev);
    const isHost = mounted?.fs instanceof HostDirFs && mounted.fs.readOnly;
    this.#known.set(dev, isHost);
    return isHost;
  }
}
