// Images of a VM's file system, as users hold them.

import { ConfigError } from "./errors.ts";
import type { RemoteImage } from "./sidecar/client.ts";
import type { Image } from "./vm/image.ts";

/** Where an image lives: in this process, or in a sidecar. */
export type ImagePlace = { local: Image } | { remote: RemoteImage };

const places = new WeakMap<FileSystemSnapshot, ImagePlace>();
/** An image in a sidecar is released when no snapshot refers to it any more. */
const collected = new FinalizationRegistry<RemoteImage>(({ connection, id }) => connection.releaseImage(id));

/**
 * A copy-on-write image of a VM's file system, made by `vm.snapshot()` in O(1). `AgentOs.create({ root: snapshot })`
 * starts VMs from it, any number of times, in the same sidecar.
 */
export class FileSystemSnapshot implements Disposable {
  /** Releases the image without waiting for the garbage collector. VMs made from it live on. */
  dispose(): void {
    const place = places.get(this);
    places.delete(this);
    if (place === undefined || !("remote" in place)) return;
    collected.unregister(this);
    place.remote.connection.releaseImage(place.remote.id);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

export function snapshotAt(place: ImagePlace): FileSystemSnapshot {
  const snapshot = new FileSystemSnapshot();
  places.set(snapshot, place);
  if ("remote" in place) collected.register(snapshot, place.remote, snapshot);
  return snapshot;
}

/** @throws ConfigError the snapshot has been disposed */
export function placeOf(snapshot: FileSystemSnapshot): ImagePlace {
  const place = places.get(snapshot);
  if (place === undefined)
    throw new ConfigError("root", "AgentOs.create: option `root`: the snapshot has been disposed");
  return place;
}
