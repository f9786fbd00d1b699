// HTTP into the VM: Node's own client over a virtual connection. No socket of the host is opened.

import { request as httpRequest, type IncomingMessage } from "node:http";
import { type Duplex, Readable } from "node:stream";
import { createVmDuplex } from "./file-streams.ts";
import type { VmLink } from "./vm-link.ts";

/** A request to a server in the VM. */
export interface VmFetchInit {
  /** @default "GET" */
  method?: string;
  /** The headers of the request. */
  headers?: Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  /** The body of the request; absent: none. */
  body?: string | Uint8Array;
  /** Aborting gives the request up and rejects with an AbortError. */
  signal?: AbortSignal;
}

/** A server's answer, with all of its body. */
export interface VmFetchResponse {
  /** The status code: 200, 404 … */
  status: number;
  /** The status line's words: "Not Found". */
  statusText: string;
  /** The headers of the answer. */
  headers: Headers;
  /** The whole body. */
  body: Uint8Array;
}

/** Statuses whose Response must not have a body. Source: Fetch standard, "null body status". */
const NULL_BODY = new Set([101, 103, 204, 205, 304]);

export class Network {
  readonly #vm: VmLink;

  constructor(vm: VmLink) {
    this.#vm = vm;
  }

  /**
   * A TCP connection to 127.0.0.1:port inside the VM. If it is refused, the stream emits an "error" event with
   * ECONNREFUSED.
   */
  connect(port: number): Duplex {
    checkPort(port);
    const where = { syscall: "connect", path: `127.0.0.1:${port}` };
    return createVmDuplex(this.#vm.open(where, "connect", [port]), where);
  }

  async vmFetch(port: number, pathOrUrl: string, init: VmFetchInit = {}): Promise<VmFetchResponse> {
    const body = typeof init.body === "string" ? new TextEncoder().encode(init.body) : init.body;
    const url = new URL(pathOrUrl, `http://127.0.0.1:${port}`);
    const message = await this.#send(port, url, {
      ...init,
      headers: new Headers(init.headers as Record<string, string>),
      body,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of message) chunks.push(chunk as Uint8Array);
    return {
      status: message.statusCode!,
      statusText: message.statusMessage ?? "",
      headers: headersOf(message),
      body: new Uint8Array(Buffer.concat(chunks)),
    };
  }

  /** Redirects are not followed: the caller gets the listener's own answer. */
  async fetch(port: number, request: Request): Promise<Response> {
    const body = request.body ? Readable.fromWeb(request.body as never) : undefined;
    const { method, headers, signal } = request;
    const message = await this.#send(port, new URL(request.url), { method, headers, signal, body });
    const status = message.statusCode!;
    const hasBody = !NULL_BODY.has(status) && method !== "HEAD";
    if (!hasBody) message.resume();
    return new Response(hasBody ? (Readable.toWeb(message) as ReadableStream) : null, {
      status,
      statusText: message.statusMessage,
      headers: headersOf(message),
    });
  }

  #send(
    port: number,
    url: URL,
    init: { method?: string; headers: Headers; signal?: AbortSignal; body?: Uint8Array | Readable },
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const { body } = init;
    if (!init.headers.has("host")) init.headers.set("host", url.host);
    if (body instanceof Uint8Array) init.headers.set("content-length", String(body.length));
    const outgoing = httpRequest({
      createConnection: () => this.connect(port),
      method: init.method?.toUpperCase() ?? "GET",
      path: url.pathname + url.search,
      headers: Object.fromEntries(init.headers),
      signal: init.signal,
    });
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
    if (body instanceof Readable) body.once("error", (error) => outgoing.destroy(error)).pipe(outgoing);
    else outgoing.end(body);
    return promise;
  }
}

function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    headers.append(message.rawHeaders[i]!, message.rawHeaders[i + 1]!);
  }
  return headers;
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`not a port: ${port}`);
}
