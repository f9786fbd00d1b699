// The requests to one bucket, each with its retries. Keys are relative to the prefix.

import { setTimeout as delay } from "node:timers/promises";
import { isSysError, sysError } from "@agentos/vfs/abi";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { isTransient, toSysError } from "./errors.ts";
import type { S3FsOptions } from "./options.ts";

export type Metadata = Record<string, string>;

export interface StoredObject {
  size: number;
  etag: string;
  modified: Date;
  metadata: Metadata;
}

export interface Page {
  files: { key: string; size: number }[];
  /** Names with a trailing "/". */
  directories: string[];
  next: string | undefined;
}

const LONGEST_PAUSE = 5000;

export class ObjectStore {
  readonly client: S3Client;
  readonly bucket: string;
  readonly #prefix: string;
  readonly #maxAttempts: number;
  readonly #retryDelayMs: number;

  constructor(options: S3FsOptions) {
    const { bucket, prefix = "", region = "us-east-1", endpoint, credentials, timeoutMs = 30_000 } = options;
    this.bucket = bucket;
    const trimmed = prefix.replace(/^\/+|\/+$/g, "");
    this.#prefix = trimmed === "" ? "" : `${trimmed}/`;
    this.#maxAttempts = options.maxAttempts ?? 5;
    this.#retryDelayMs = options.retryDelayMs ?? 100;
    this.client = new S3Client({
      region,
      endpoint,
      credentials,
      forcePathStyle: options.forcePathStyle ?? endpoint !== undefined,
      maxAttempts: 1,
      // Some compatible services do not support the newer checksums.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: {
        connectionTimeout: timeoutMs,
        requestTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        throwOnRequestTimeout: true,
      },
    });
  }

  /** The bucket and prefix as users write them. */
  get url(): string {
    return `s3://${this.bucket}/${this.#prefix}`;
  }

  at(key: string): { Bucket: string; Key: string } {
    const full = this.#prefix + key;
    if (!full.isWellFormed()) throw sysError("EILSEQ");
    if (Buffer.byteLength(full) > 1024) throw sysError("ENAMETOOLONG");
    return { Bucket: this.bucket, Key: full };
  }

  /** The source of a copy, in the format of its header. */
  source(key: string): string {
    const { Bucket, Key } = this.at(key);
    return `/${Bucket}/${Key.split("/").map(encodeURIComponent).join("/")}`;
  }

  /** Runs a request until it succeeds, fails permanently, or has been tried often enough. */
  async attempt<T>(request: () => Promise<T>): Promise<T> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await request();
      } catch (error) {
        if (attempts >= this.#maxAttempts || !isTransient(error)) throw toSysError(error);
        const pause = Math.min(LONGEST_PAUSE, this.#retryDelayMs * 2 ** (attempts - 1));
        await delay(pause * (0.5 + Math.random() / 2));
      }
    }
  }

  async head(key: string): Promise<StoredObject | undefined> {
    const command = new HeadObjectCommand(this.at(key));
    try {
      const answer = await this.attempt(() => this.client.send(command));
      return {
        size: answer.ContentLength ?? 0,
        etag: answer.ETag ?? "",
        modified: answer.LastModified ?? new Date(0),
        metadata: answer.Metadata ?? {},
      };
    } catch (error) {
      if (isSysError(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  /** Bytes [start, end) of the object with this etag. @throws ESTALE the object has another one by now */
  get(key: string, etag: string, start: number, end: number): Promise<Uint8Array> {
    const place = this.at(key);
    return this.attempt(async () => {
      const Range = `bytes=${start}-${end - 1}`;
      const answer = await this.client.send(new GetObjectCommand({ ...place, Range, IfMatch: etag }));
      if (answer.ETag !== etag) {
        await answer.Body?.transformToByteArray();
        throw sysError("ESTALE");
      }
      const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array(0);
      if (bytes.length !== end - start) throw sysError("EIO");
      return bytes;
    });
  }

  /** One page of what is below `prefix`: one level of directories, or everything. */
  async page(prefix: string, options: { deep?: boolean; most?: number; from?: string } = {}): Promise<Page> {
    const { Bucket, Key } = this.at(prefix);
    const answer = await this.attempt(() =>
      this.client.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix: Key,
          Delimiter: options.deep ? undefined : "/",
          MaxKeys: options.most,
          ContinuationToken: options.from,
        }),
      ),
    );
    const relative = (key = ""): string => key.slice(this.#prefix.length);
    return {
      files: (answer.Contents ?? []).map(({ Key, Size = 0 }) => ({ key: relative(Key), size: Size })),
      directories: (answer.CommonPrefixes ?? []).map(({ Prefix }) => relative(Prefix)),
      next: answer.IsTruncated ? answer.NextContinuationToken : undefined,
    };
  }

  /** @returns the new object's etag */
  async put(key: string, body: Uint8Array, metadata: Metadata): Promise<string> {
    const input = { ...this.at(key), Body: body, ContentLength: body.length, Metadata: metadata };
    const { ETag = "" } = await this.attempt(() => this.client.send(new PutObjectCommand(input)));
    return ETag;
  }

  /** Copies an object of up to 5 GB. `metadata` replaces that of the source. */
  async copy(from: string, to: string, metadata?: Metadata): Promise<void> {
    const input = {
      ...this.at(to),
      CopySource: this.source(from),
      MetadataDirective: metadata ? ("REPLACE" as const) : ("COPY" as const),
      Metadata: metadata,
    };
    await this.attempt(() => this.client.send(new CopyObjectCommand(input)));
  }

  async delete(key: string): Promise<void> {
    const command = new DeleteObjectCommand(this.at(key));
    await this.attempt(() => this.client.send(command));
  }
}
