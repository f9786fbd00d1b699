// The root file system of a VM: created or forked from an image, and turned into an image again. All O(1): layers are
// shared.

import { baseSystemLayer, softwareLayer } from "@agentos/kernel";
import type { Software } from "@agentos/kernel/program";
import { MemoryFs, type MemoryFsOptions, OverlayFs } from "@agentos/vfs";

/** A root file system at one moment, with the packages on whose layers it stands. */
export interface Image {
  readonly root: OverlayFs;
  readonly software: readonly Software[];
}

/**
 * @param own packages of this VM alone, which no image takes along
 * @returns the file system, and all packages whose commands it holds, except for `own`
 */
export function createRoot(
  image: Image | undefined,
  software: readonly Software[],
  limits: MemoryFsOptions,
  own: readonly Software[] = [],
): { root: OverlayFs; software: readonly Software[] } {
  const added = image === undefined ? software : software.filter((one) => !image.software.includes(one));
  const all = image === undefined ? software : [...image.software, ...added];
  const layers = [...own, ...added].map(softwareLayer);
  if (image === undefined) {
    const lowers = [...layers, baseSystemLayer()];
    return { root: new OverlayFs({ upper: new MemoryFs(limits), lowers }), software: all };
  }
  if (layers.length === 0) return { root: OverlayFs.from(image.root, limits), software: all };
  const { upper, lowers } = image.root;
  if (upper instanceof MemoryFs) throw new TypeError("an image must not be writable");
  const root = new OverlayFs({ upper: MemoryFs.from(upper, limits), lowers: [...layers, ...lowers] });
  return { root, software: all };
}

/** The file system as it is now, without the VM's own packages. */
export function createImage(root: OverlayFs, software: readonly Software[], own: readonly Software[]): Image {
  const snapshot = root.snapshot();
  if (own.length === 0) return { root: snapshot, software };
  const layers = own.map((one): unknown => softwareLayer(one));
  const lowers = snapshot.lowers.filter((layer) => !layers.includes(layer));
  return { root: new OverlayFs({ upper: snapshot.upper, lowers }), software };
}
