// One request of an agent to its model: checked, sent on with the key, its answer passed back and counted.

import { Buffer } from "node:buffer";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TokenUsage } from "../sessions/store/session-events.ts";
import type { LlmOption } from "./llm-option.ts";
import { type JsonObject, type LlmProtocol, objectOf } from "./protocols.ts";
import { Redactor, redacted } from "./redactor.ts";
import type { TokenBudget } from "./token-budget.ts";
import { totalOf, UsageMeter } from "./usage-meter.ts";

const MOST_BODY_BYTES = 32 * 1024 * 1024;
const DEFAULT_MAX_TOKENS = 4096;

/** Which headers of the guest are passed on, and which of the provider are passed back. */
const REQUEST_HEADERS = [
  "accept",
  "content-type",
  "user-agent",
  "anthropic-version",
  "anthropic-beta",
  "openai-beta",
  "idempotency-key",
];
const RESPONSE_HEADERS =
  /^(content-type|retry-after(-ms)?|request-id|x-request-id|x-should-retry|(anthropic|x)-ratelimit-.*)$/;

export interface UsageReport {
  model: string;
  status: number;
  usage: TokenUsage;
}

export interface LlmRequestOptions {
  protocol: LlmProtocol;
  option: LlmOption;
  /** The session whose token the request carries; undefined if the token is not valid. */
  sessionId: string | undefined;
  budget: TokenBudget;
  onUsage: (report: UsageReport) => void;
}

/** An answer that the gateway gives itself. */
class Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;

  constructor(status: number, type: string, message: string) {
    this.status = status;
    this.type = type;
    this.message = message;
  }
}

interface Checked {
  /** The path with its query. */
  path: string;
  method: string;
  body: string | undefined;
  model: string;
  /** Books the tokens used; undefined if the request is not metered. */
  book: ((tokens: number) => void) | undefined;
}

export class LlmRequest {
  readonly #options: LlmRequestOptions;

  constructor(options: LlmRequestOptions) {
    this.#options = options;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    try {
      const checked = await this.#check(request);
      await this.#forward(checked, request, response, gone.signal);
    } catch (error) {
      if (error instanceof Refusal && !response.headersSent) this.#refuse(response, error);
      // A stream that broke off also breaks off for the guest: after what came, without the last chunk.
      else response.socket?.end();
    }
  }

  #refuse(response: ServerResponse, { status, type, message }: Refusal): void {
    const body = JSON.stringify(this.#options.protocol.errorBody(type, message));
    response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(body);
  }

  async #check(request: IncomingMessage): Promise<Checked> {
    const { protocol, option, sessionId, budget } = this.#options;
    if (sessionId === undefined) throw new Refusal(401, "authentication_error", "unknown session token");
    const { method = "GET" } = request;
    const { pathname: path = "", search = "" } = URL.parse(`http://gateway${request.url ?? ""}`) ?? {};
    const route = protocol.routes.find((known) => known.method === method && known.path.test(path));
    if (!route) throw new Refusal(404, "not_found_error", `the gateway has no ${method} ${path}`);
    if (method === "GET") return { path: path + search, method, body: undefined, model: "", book: undefined };
    const json = parseBody(await readBody(request));
    const { model } = json;
    if (typeof model !== "string" || !isAllowed(model, option.allowedModels)) {
      const allowed = option.allowedModels?.join(", ") ?? "any";
      throw new Refusal(
        403,
        "permission_error",
        `the model ${JSON.stringify(model)} is not allowed; allowed: ${allowed}`,
      );
    }
    // Serialized anew: a duplicate name must not mean one thing here and another to the provider.
    const body = JSON.stringify(protocol.prepare(path, json));
    if (!route.metered) return { path, method, body, model, book: undefined };
    const most = json.max_tokens ?? json.max_completion_tokens ?? json.max_output_tokens;
    const estimate = body.length / 4 + (typeof most === "number" && most > 0 ? most : DEFAULT_MAX_TOKENS);
    const book = budget.begin(sessionId, estimate);
    if (book) return { path: path + search, method, body, model, book };
    const text = `this session has used its budget: ${budget.used(sessionId)} of ${option.maxTokensPerSession} tokens`;
    throw new Refusal(403, "budget_exceeded", text);
  }

  async #forward(
    checked: Checked,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const { protocol, onUsage } = this.#options;
    const { book, model, body } = checked;
    let status = 502;
    let meter: UsageMeter | undefined;
    try {
      const answer = await this.#send(checked, request, signal);
      status = answer.status;
      const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
      meter = new UsageMeter(protocol, body?.length ?? 0, isStream);
      await this.#pass(answer, response, meter);
    } finally {
      const usage = meter?.finish(status < 400) ?? NO_USAGE;
      if (book) {
        book(totalOf(usage));
        onUsage({ model, status, usage });
      }
    }
  }

  async #send(
    { path, method, body }: Checked,
    request: IncomingMessage,
    signal: AbortSignal,
  ): Promise<Response> {
    const { protocol, option } = this.#options;
    const { provider, apiKey } = option;
    const custom = typeof provider === "string" ? undefined : provider;
    const baseUrl = option.baseUrl ?? custom?.baseUrl ?? protocol.baseUrl;
    const url = `${baseUrl.replace(/\/$/, "").replace(/\/v1$/, "")}${path}`;
    const passed = REQUEST_HEADERS.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    });
    const headers = {
      ...protocol.keyHeaders(apiKey),
      ...(Object.fromEntries(passed) as Record<string, string>),
      ...custom?.headers,
      // Last, so that nothing from the guest or the options takes the place of the key.
      ...keyOnly(protocol, apiKey),
    };
    let answer: Response;
    try {
      // Redirects are not followed: the key must not go where they lead.
      answer = await fetch(url, { method, headers, body, signal, redirect: "manual" });
    } catch {
      throw new Refusal(502, "api_error", "the model's provider cannot be reached");
    }
    if (answer.status < 300 || answer.status >= 400) return answer;
    await answer.body?.cancel();
    throw new Refusal(502, "api_error", "the model's provider answered with a redirection");
  }

  async #pass(answer: Response, response: ServerResponse, meter: UsageMeter): Promise<void> {
    const { apiKey } = this.#options.option;
    for (const [name, value] of answer.headers) {
      if (RESPONSE_HEADERS.test(name)) response.setHeader(name, redacted(value, apiKey));
    }
    response.writeHead(answer.status);
    response.flushHeaders();
    const redactor = new Redactor(apiKey);
    for await (const chunk of answer.body ?? []) {
      meter.push(chunk);
      const piece = redactor.push(chunk);
      if (piece.length > 0 && !response.write(piece)) await drained(response);
    }
    response.end(redactor.end());
  }
}

const NO_USAGE: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** The headers that carry the key, and no others. */
function keyOnly(protocol: LlmProtocol, apiKey: string): Record<string, string> {
  const headers = Object.entries(protocol.keyHeaders(apiKey));
  return Object.fromEntries(headers.filter(([, value]) => value.includes(apiKey)));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MOST_BODY_BYTES) throw new Refusal(413, "request_too_large", "the request is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string): JsonObject {
  try {
    const body = objectOf(JSON.parse(text));
    if (body) return body;
  } catch {
    // Reported below.
  }
  throw new Refusal(400, "invalid_request_error", "the body is no JSON object");
}

function isAllowed(model: string, allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || allowed.some((pattern) => matches(model, pattern));
}

/** "*" stands for anything. */
function matches(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return text === pattern;
  const last = rest.pop()!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of rest) {
    at = text.indexOf(part, at);
    if (at < 0) return false;
    at += part.length;
  }
  return at <= text.length - last.length;
}

async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) throw new Error("the guest has gone");
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  settled.abort();
  if (response.destroyed) throw new Error("the guest has gone");
}
