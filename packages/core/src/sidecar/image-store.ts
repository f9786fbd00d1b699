import { ConfigError } from "../errors.ts";
import type { Image } from "../vm/image.ts";

/** The images of which the app still holds snapshots, by number. */
export class ImageStore {
  readonly #images = new Map<number, Image>();
  #nextId = 1;

  add(image: Image): number {
    const id = this.#nextId++;
    this.#images.set(id, image);
    return id;
  }

  get(id: number): Image {
    const image = this.#images.get(id);
    if (image === undefined) throw new ConfigError("root", "root: the snapshot has been released");
    return image;
  }

  release(id: number): void {
    this.#images.delete(id);
  }
}
