import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { messageEvents, wholeMessage } from "./anthropic-events.ts";
import { completionEvents, wholeCompletion } from "./openai-events.ts";
import { responseEvents, wholeResponse } from "./openai-responses.ts";
import { type Answer, type Scenario, Script } from "./scenario.ts";

/** A request as the provider got it. */
export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
  /** The client went away before the answer was whole. */
  aborted: boolean;
}

interface ModelRequest {
  model?: string;
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
}

/** A language model's HTTP server that plays a scenario: Messages, and as far as tests need them Completions and Responses. */
export class FakeProvider implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  readonly #scenario: Scenario;
  readonly #script: Script;
  readonly #server: Server;

  private constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#script = new Script(scenario);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** On a free port of the host's loopback. */
  static async start(scenario: Scenario): Promise<FakeProvider> {
    const provider = new FakeProvider(scenario);
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received: ReceivedRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: await bodyOf(request),
      aborted: false,
    };
    this.requests.push(received);
    response.once("close", () => {
      received.aborted = !response.writableFinished;
    });
    const { apiKey } = this.#scenario;
    const given = request.headers["x-api-key"] ?? request.headers.authorization?.replace(/^Bearer /, "");
    if (apiKey !== undefined && given !== apiKey) {
      const message = `invalid x-api-key: ${given}`;
      return refuse(response, { status: 401, type: "authentication_error", message });
    }
    if (received.method === "GET") return json(response, 200, { data: [], object: "list" });
    await play(received, this.#script.next(received.body), response, `msg_${this.requests.length}`);
  }
}

interface Protocol {
  whole(model: string, id: string, answer: Answer): object;
  events(model: string, id: string, answer: Answer, includeUsage: boolean): Iterable<object>;
  /** What a stream ends with. */
  end?: string;
}

const MESSAGES: Protocol = { whole: wholeMessage, events: messageEvents };
const COMPLETIONS: Protocol = { whole: wholeCompletion, events: completionEvents, end: "data: [DONE]\n\n" };
const RESPONSES: Protocol = { whole: wholeResponse, events: responseEvents };

function protocolOf(path: string): Protocol {
  if (path.endsWith("/chat/completions")) return COMPLETIONS;
  return path.endsWith("/responses") ? RESPONSES : MESSAGES;
}

async function play(
  { path, headers, body }: ReceivedRequest,
  given: Answer,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const { model = "", stream, stream_options } = JSON.parse(body) as ModelRequest;
  const answer = given.echoHeaders ? { ...given, message: [{ text: JSON.stringify(headers) }] } : given;
  if (answer.error) return refuse(response, answer.error);
  if (answer.silent) return;
  const includeUsage = stream_options?.include_usage ?? false;
  const protocol = protocolOf(path);
  if (!stream) return json(response, 200, protocol.whole(model, id, answer));
  const events = protocol.events(model, id, answer, includeUsage);
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  let sent = 0;
  for (const event of events) {
    if (sent++ === answer.cutAfter) return void response.socket?.end();
    const name = "type" in event ? `event: ${event.type}\n` : "";
    response.write(`${name}data: ${JSON.stringify(event)}\n\n`);
    if (answer.delayMs) await sleep(answer.delayMs);
  }
  if (answer.hang) return;
  response.end(protocol.end);
}

function refuse(response: ServerResponse, error: NonNullable<Answer["error"]>): void {
  const { status, type, message, retryAfter } = error;
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  json(response, status, { type: "error", error: { type, message } });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  return body;
}
