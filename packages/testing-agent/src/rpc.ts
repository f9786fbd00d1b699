// JSON-RPC on a process's standard input and output, one message a line.

import { bytesFromLatin1, encode } from "@agentos/kernel/abi";
import { LineReader, type Proc, ProcessExit } from "@agentos/kernel/program";

export type Params = Record<string, unknown>;

export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Handlers {
  request(method: string, params: Params): Promise<unknown>;
  notification(method: string, params: Params): void;
}

interface Message {
  id?: number | string;
  method?: string;
  params?: Params;
  result?: unknown;
  error?: { code: number; message: string };
}

export class Rpc {
  readonly #proc: Proc;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(proc: Proc) {
    this.#proc = proc;
  }

  /** Resolves when the input has ended, or with what a handler ended the process with. */
  async serve(handlers: Handlers): Promise<void> {
    const died = Promise.withResolvers<void>();
    const reading = this.#readAll(handlers, died.reject);
    await Promise.race([reading, died.promise]);
  }

  async #readAll(handlers: Handlers, onDeath: (error: unknown) => void): Promise<void> {
    const lines = new LineReader(this.#proc, 0);
    for (let batch = await lines.next(); batch !== undefined; batch = await lines.next()) {
      for (const line of batch) {
        const message = JSON.parse(new TextDecoder().decode(bytesFromLatin1(line))) as Message;
        this.#receive(message, handlers).catch(onDeath);
      }
    }
  }

  async #receive({ id, method, params = {}, result, error }: Message, handlers: Handlers): Promise<void> {
    if (method === undefined) {
      const pending = this.#pending.get(id as number);
      if (error) pending?.reject(new RpcError(error.code, error.message));
      else pending?.resolve(result);
    } else if (id === undefined) handlers.notification(method, params);
    else await this.#answer(id, () => handlers.request(method, params));
  }

  async #answer(id: number | string, run: () => Promise<unknown>): Promise<void> {
    let answer: object;
    try {
      answer = { result: (await run()) ?? null };
    } catch (error) {
      if (error instanceof ProcessExit) throw error;
      const { code, message } = error as RpcError;
      answer = { error: { code: typeof code === "number" ? code : -32603, message } };
    }
    await this.send({ jsonrpc: "2.0", id, ...answer });
  }

  request<T>(method: string, params: Params): Promise<T> {
    const id = ++this.#lastId;
    const pending = Promise.withResolvers<unknown>();
    this.#pending.set(id, pending);
    // What a dying process leaves unanswered is nobody's failure.
    pending.promise.catch(() => {});
    return this.send({ jsonrpc: "2.0", id, method, params }).then(() => pending.promise) as Promise<T>;
  }

  notify(method: string, params: Params): Promise<void> {
    return this.send({ jsonrpc: "2.0", method, params });
  }

  send(message: object): Promise<void> {
    return this.write(`${JSON.stringify(message)}\n`);
  }

  write(text: string): Promise<void> {
    const written = this.#written.then(async () => {
      await this.#proc.write(1, encode(text));
    });
    this.#written = written.catch(() => {});
    return written;
  }
}
