import { isSysError } from "@agentos/vfs/abi";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { isNamed } from "./errors.ts";
import type { Metadata, ObjectStore } from "./object-store.ts";

/** The limit of CopyObject, and of one part. */
const MAX_COPY = 5 * 2 ** 30;
const COPY_PART = 2 ** 30;

/** One multipart upload: nothing of it is visible before `complete`, and nothing remains after `abort`. */
export class MultipartUpload {
  readonly #store: ObjectStore;
  readonly #key: string;
  readonly #id: string;
  /** By part number, counted from 0. */
  readonly #etags = new Map<number, string>();

  private constructor(store: ObjectStore, key: string, id: string) {
    this.#store = store;
    this.#key = key;
    this.#id = id;
  }

  static async start(store: ObjectStore, key: string, metadata: Metadata): Promise<MultipartUpload> {
    const command = new CreateMultipartUploadCommand({ ...store.at(key), Metadata: metadata });
    const { UploadId = "" } = await store.attempt(() => store.client.send(command));
    return new MultipartUpload(store, key, UploadId);
  }

  has(part: number): boolean {
    return this.#etags.has(part);
  }

  async put(part: number, bytes: Uint8Array): Promise<void> {
    const input = { ...this.#part(part), Body: bytes, ContentLength: bytes.length };
    const { ETag = "" } = await this.#store.attempt(() =>
      this.#store.client.send(new UploadPartCommand(input)),
    );
    this.#etags.set(part, ETag);
  }

  /** Makes a part from bytes [start, end) of an object. @throws ESTALE the object no longer has this etag */
  async copy(part: number, from: string, etag: string, start: number, end: number): Promise<void> {
    const command = new UploadPartCopyCommand({
      ...this.#part(part),
      CopySource: this.#store.source(from),
      CopySourceIfMatch: etag,
      CopySourceRange: `bytes=${start}-${end - 1}`,
    });
    const { CopyPartResult } = await this.#store.attempt(() => this.#store.client.send(command));
    this.#etags.set(part, CopyPartResult?.ETag ?? "");
  }

  #part(part: number) {
    return { ...this.#store.at(this.#key), UploadId: this.#id, PartNumber: part + 1 };
  }

  /** Makes the object from its parts. */
  async complete(): Promise<void> {
    const Parts = [...this.#etags]
      .sort(([a], [b]) => a - b)
      .map(([part, ETag]) => ({ PartNumber: part + 1, ETag }));
    const command = new CompleteMultipartUploadCommand({
      ...this.#store.at(this.#key),
      UploadId: this.#id,
      MultipartUpload: { Parts },
    });
    let attempts = 0;
    await this.#store.attempt(async () => {
      attempts++;
      try {
        await this.#store.client.send(command);
      } catch (error) {
        // The first attempt succeeded, and only its answer was lost.
        if (attempts === 1 || !isNamed(error, "NoSuchUpload")) throw error;
      }
    });
  }

  async abort(): Promise<void> {
    const command = new AbortMultipartUploadCommand({ ...this.#store.at(this.#key), UploadId: this.#id });
    try {
      await this.#store.attempt(() => this.#store.client.send(command));
    } catch (error) {
      // An upload that could not be aborted is removed by the bucket's life-cycle rules.
      if (!isSysError(error)) throw error;
    }
  }
}

/** Copies an object of any size, optionally with other metadata. @throws ENOENT */
export async function copyObject(
  store: ObjectStore,
  from: string,
  to: string,
  metadata?: Metadata,
): Promise<void> {
  const object = await store.head(from);
  if (object === undefined || object.size <= MAX_COPY) return store.copy(from, to, metadata);
  const upload = await MultipartUpload.start(store, to, metadata ?? object.metadata);
  try {
    for (let start = 0, part = 0; start < object.size; start += COPY_PART, part++) {
      await upload.copy(part, from, object.etag, start, Math.min(object.size, start + COPY_PART));
    }
    await upload.complete();
  } catch (error) {
    await upload.abort();
    throw error;
  }
}
