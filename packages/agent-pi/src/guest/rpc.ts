// JSON-RPC on standard input and output, one message per line: the transport of the Agent Client Protocol.

import { createInterface } from "node:readline";

export type Params = Record<string, unknown>;

export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;
export const RESOURCE_NOT_FOUND = -32002;

export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Message {
  id?: number | string;
  method?: string;
  params?: Params;
  result?: unknown;
  error?: { code: number; message: string };
}

/** Answers a request. The answer to a notification is dropped. */
export type Handler = (method: string, params: Params) => Promise<unknown>;

export class Rpc {
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  /** Resolves at the end of the input. */
  async serve(handler: Handler): Promise<void> {
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() !== "") void this.#receive(JSON.parse(line) as Message, handler);
    }
  }

  notify(method: string, params: object): void {
    this.#send({ method, params });
  }

  request<T>(method: string, params: object): Promise<T> {
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#pending.set(id, answer);
    this.#send({ id, method, params });
    return answer.promise as Promise<T>;
  }

  async #receive({ id, method, params = {}, result, error }: Message, handler: Handler): Promise<void> {
    if (method === undefined) {
      const answer = this.#pending.get(id as number);
      this.#pending.delete(id as number);
      if (error) answer?.reject(new RpcError(error.code, error.message));
      else answer?.resolve(result);
      return;
    }
    try {
      const answer = await handler(method, params);
      if (id !== undefined) this.#send({ id, result: answer ?? {} });
    } catch (failure) {
      const code = failure instanceof RpcError ? failure.code : INTERNAL_ERROR;
      const message = failure instanceof Error ? failure.message : String(failure);
      if (id !== undefined) this.#send({ id, error: { code, message } });
    }
  }

  #send(message: object): void {
    process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }
}
