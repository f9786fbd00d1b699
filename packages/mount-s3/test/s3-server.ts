// An S3 service in this process, as far as the driver needs one, with faults on demand.

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Operation =
  | ("list" | "head" | "get" | "put" | "copy" | "delete")
  | ("create" | "part" | "partCopy" | "complete" | "abort");

export interface Request {
  operation: Operation;
  key: string;
  range: string | undefined;
}

/** An error answer; a connection cut before the answer, in its middle, or after the work was done; no answer at all. */
export type Fault = { status: number; code: string } | "cut" | "cutBody" | "cutAfter" | "hang";

interface StoredObject {
  body: Buffer;
  etag: string;
  metadata: [string, string][];
  modified: Date;
  /** The size it says it has: tests cannot hold what is too large for one copy. */
  claimed?: number;
}

const ACCESS_KEY = "test-key";
const BUCKET = "bucket";

class ServiceError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

export class S3Server {
  readonly objects = new Map<string, StoredObject>();
  readonly uploads = new Map<
    string,
    { key: string; metadata: [string, string][]; parts: Map<number, Buffer> }
  >();
  readonly requests: Request[] = [];
  /** How many keys a listing's page has at most. */
  pageSize = 1000;
  smallestPart = 5 * 2 ** 20;
  /** Asked for each request. */
  fault: ((request: Request) => Fault | undefined) | undefined;
  readonly #server: Server;
  #lastUpload = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<S3Server> {
    const server = new S3Server();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get options() {
    const { port } = this.#server.address() as AddressInfo;
    return {
      bucket: BUCKET,
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: "test-secret" },
      retryDelayMs: 1,
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  text(key: string): string | undefined {
    return this.objects.get(key)?.body.toString();
  }

  put(key: string, body: string | Buffer, metadata: [string, string][] = []): StoredObject {
    const bytes = Buffer.from(body);
    const object = { body: bytes, etag: etagOf(bytes), metadata, modified: new Date() };
    this.objects.set(key, object);
    return object;
  }

  count(operation: Operation): number {
    return this.requests.filter((request) => request.operation === operation).length;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const [, bucket = "", ...rest] = url.pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    const operation = operationOf(request, url.searchParams, key);
    const seen = { operation, key, range: request.headers.range };
    this.requests.push(seen);
    const body = await bodyOf(request);
    const fault = this.fault?.(seen);
    if (fault === "hang") return;
    if (fault === "cut") return void request.socket.destroy();
    try {
      if (typeof fault === "object") throw new ServiceError(fault.status, fault.code);
      if (!request.headers.authorization?.includes(`${ACCESS_KEY}/`))
        throw new ServiceError(403, "InvalidAccessKeyId");
      if (bucket !== BUCKET) throw new ServiceError(404, "NoSuchBucket");
      const answer = this.#run(operation, key, url.searchParams, request, body);
      if (fault === "cutAfter") return void request.socket.destroy();
      response.writeHead(answer.status ?? 200, answer.headers);
      if (fault !== "cutBody") return void response.end(answer.body);
      response.write((answer.body ?? "").slice(0, 3), () => request.socket.destroy());
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      response.writeHead(error.status, { "content-type": "application/xml" });
      response.end(request.method === "HEAD" ? "" : `<Error><Code>${error.code}</Code></Error>`);
    }
  }

  #run(
    operation: Operation,
    key: string,
    query: URLSearchParams,
    request: IncomingMessage,
    body: Buffer,
  ): { status?: number; headers?: Record<string, string>; body?: Buffer | string } {
    const id = query.get("uploadId") ?? "";
    switch (operation) {
      case "list":
        return { body: this.#list(query) };
      case "head":
      case "get":
        return this.#get(key, request, operation === "head");
      case "put":
        return { headers: { etag: this.put(key, body, metadataOf(request)).etag } };
      case "copy": {
        const source = this.#source(request);
        const replaces = request.headers["x-amz-metadata-directive"] === "REPLACE";
        const copy = this.put(key, source.body, replaces ? metadataOf(request) : source.metadata);
        return { body: `<CopyObjectResult><ETag>${copy.etag}</ETag></CopyObjectResult>` };
      }
      case "delete":
        this.objects.delete(key);
        return { status: 204 };
      case "create": {
        const uploadId = String(++this.#lastUpload);
        this.uploads.set(uploadId, { key, metadata: metadataOf(request), parts: new Map() });
        const names = `<Bucket>${BUCKET}</Bucket><Key>${escapeXml(key)}</Key>`;
        return {
          body: `<InitiateMultipartUploadResult>${names}<UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
        };
      }
      case "part":
        this.#upload(id).parts.set(Number(query.get("partNumber")), body);
        return { headers: { etag: etagOf(body) } };
      case "partCopy": {
        const source = this.#source(request);
        if (request.headers["x-amz-copy-source-if-match"] !== source.etag)
          throw new ServiceError(412, "PreconditionFailed");
        const [start, end] = rangeOf(String(request.headers["x-amz-copy-source-range"]), source.body.length);
        const part = source.body.subarray(start, end);
        this.#upload(id).parts.set(Number(query.get("partNumber")), part);
        return { body: `<CopyPartResult><ETag>${etagOf(part)}</ETag></CopyPartResult>` };
      }
      case "complete":
        return { body: this.#complete(id, key) };
      case "abort":
        this.uploads.delete(id);
        return { status: 204 };
    }
  }

  #upload(id: string) {
    const upload = this.uploads.get(id);
    if (!upload) throw new ServiceError(404, "NoSuchUpload");
    return upload;
  }

  #complete(id: string, key: string): string {
    const { parts, metadata } = this.#upload(id);
    const bodies = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    if (bodies.slice(0, -1).some((part) => part.length < this.smallestPart))
      throw new ServiceError(400, "EntityTooSmall");
    const object = this.put(key, Buffer.concat(bodies), metadata);
    this.uploads.delete(id);
    return `<CompleteMultipartUploadResult><ETag>${object.etag}</ETag></CompleteMultipartUploadResult>`;
  }

  #source(request: IncomingMessage): StoredObject {
    const [, , ...rest] = String(request.headers["x-amz-copy-source"]).split("/");
    const object = this.objects.get(decodeURIComponent(rest.join("/")));
    if (!object) throw new ServiceError(404, "NoSuchKey");
    return object;
  }

  #get(key: string, { headers }: IncomingMessage, headOnly: boolean) {
    const object = this.objects.get(key);
    if (!object) throw new ServiceError(404, "NoSuchKey");
    if (headers["if-match"] && headers["if-match"] !== object.etag)
      throw new ServiceError(412, "PreconditionFailed");
    const [start, end] = rangeOf(headers.range, object.body.length);
    const body = object.body.subarray(start, end);
    const answer = {
      etag: object.etag,
      "last-modified": object.modified.toUTCString(),
      "content-length": String(headOnly ? (object.claimed ?? body.length) : body.length),
      ...Object.fromEntries(object.metadata),
    };
    return { status: headers.range ? 206 : 200, headers: answer, body: headOnly ? undefined : body };
  }

  #list(query: URLSearchParams): string {
    const prefix = query.get("prefix") ?? "";
    const delimiter = query.get("delimiter");
    const most = Math.min(this.pageSize, Number(query.get("max-keys") ?? 1000));
    const after = query.get("continuation-token") ?? "";
    const found = new Map<string, string>();
    for (const key of [...this.objects.keys()].sort()) {
      if (!key.startsWith(prefix)) continue;
      const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      const name = cut < 0 ? key : key.slice(0, cut + 1);
      if (name <= after) continue;
      const size = this.objects.get(key)!.body.length;
      if (cut < 0) found.set(name, `<Contents><Key>${escapeXml(key)}</Key><Size>${size}</Size></Contents>`);
      else found.set(name, `<CommonPrefixes><Prefix>${escapeXml(name)}</Prefix></CommonPrefixes>`);
    }
    const page = [...found].slice(0, most);
    const isTruncated = found.size > page.length;
    const next = isTruncated
      ? `<NextContinuationToken>${escapeXml(page.at(-1)![0])}</NextContinuationToken>`
      : "";
    return `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${page.map(([, xml]) => xml).join("")}</ListBucketResult>`;
  }
}

function operationOf({ method, headers }: IncomingMessage, query: URLSearchParams, key: string): Operation {
  const copies = headers["x-amz-copy-source"] !== undefined;
  const inUpload = query.has("uploadId");
  if (method === "POST") return query.has("uploads") ? "create" : "complete";
  if (method === "DELETE") return inUpload ? "abort" : "delete";
  if (method === "PUT" && inUpload) return copies ? "partCopy" : "part";
  if (method === "PUT") return copies ? "copy" : "put";
  if (method === "HEAD") return "head";
  return key === "" ? "list" : "get";
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function metadataOf({ headers }: IncomingMessage): [string, string][] {
  return Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-")) as [string, string][];
}

function rangeOf(range: string | undefined, length: number): [number, number] {
  const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? "");
  if (!match) return [0, length];
  if (Number(match[1]) >= length) return [length, length];
  return [Number(match[1]), Math.min(length, Number(match[2]) + 1)];
}

function etagOf(body: Buffer): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
