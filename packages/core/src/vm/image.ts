// The root file system of a VM: made new or forked from an image, and imaged again. All in O(1): layers are shared.

import { createRootFs, softwareLayer } from "@agentos/kernel";
import type { Software } from "@agentos/kernel/program";
import { MemoryFs, type MemoryFsOptions, OverlayFs } from "@agentos/vfs";

/** A root file system as it was at one moment, with the packages whose layers it stands on. */
export interface Image {
  readonly root: OverlayFs;
  readonly software: readonly Software[];
}

/** @returns the file system, and all packages that it holds commands of */
export function createRoot(
  image: Image | undefined,
  software: readonly Software[],
  limits: MemoryFsOptions,
): { root: OverlayFs; software: readonly Software[] } {
  if (image === undefined) return { root: createRootFs(software, new MemoryFs(limits)), software };
  const added = software.filter((candidate) => !image.software.includes(candidate));
  if (added.length === 0) return { root: OverlayFs.from(image.root, limits), software: image.software };
  const { upper, lowers } = image.root;
  if (upper instanceof MemoryFs) throw new TypeError("an image must not be writable");
  const root = new OverlayFs({
    upper: MemoryFs.from(upper, limits),
    lowers: [...added.map(softwareLayer), ...lowers],
  });
  return { root, software: [...image.software, ...added] };
}
