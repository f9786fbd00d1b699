// Asks name servers of the program's choice over the VM's sockets. Source: RFC 1035, 4.2; c-ares' ares_process.c.

import type { NodeInternals } from "../internals.ts";
import { type Answer, answers, decodeAnswer, encodeQuery } from "./message.ts";

export type Server = readonly [address: string, port: number];

export interface Patience {
  /** The timeout of the first attempt; each further one waits twice as long. */
  timeoutMs: number;
  attempts: number;
  /** Holds the function that cancels the query while it is in progress. */
  pending: Set<() => void>;
}

/** After these failures of a server the next one is asked. */
const TRY_NEXT = new Set(["ESERVFAIL", "EREFUSED", "ENOTIMP", "ETIMEOUT", "ECONNREFUSED", "EBADRESP"]);

interface Wait {
  ms: number;
  pending: Set<() => void>;
}

type Done = (answer: Answer) => void;

interface Emitter {
  on(event: string, run: (...args: never[]) => void): this;
}

interface DatagramSocket extends Emitter {
  connect(port: number, address: string, done: () => void): void;
  send(message: Uint8Array): void;
  close(): void;
}

interface Connection extends Emitter {
  write(message: Uint8Array): void;
  destroy(): void;
}

interface Modules {
  createSocket(type: string): DatagramSocket;
  connect(port: number, address: string): Connection;
}

export class NameServers {
  readonly #modules: () => Modules;
  readonly #setTimeout = setTimeout;
  readonly #clearTimeout = clearTimeout;
  readonly #random = Math.random;

  constructor(node: NodeInternals) {
    this.#modules = () => ({
      createSocket: node.module<Modules>("dgram").createSocket,
      connect: node.module<Modules>("net").connect,
    });
  }

  /** @returns the answer of one of them; "EACCES" if the policy denies all of them */
  async ask(servers: readonly Server[], name: string, type: string, patience: Patience): Promise<Answer> {
    const query = encodeQuery(Math.trunc(this.#random() * 0x10000), name, type);
    if (!query) return { error: "EBADNAME" };
    let last: Answer = { error: "ETIMEOUT" };
    for (let attempt = 0; attempt < patience.attempts; attempt++) {
      const wait = { ms: patience.timeoutMs * 2 ** attempt, pending: patience.pending };
      for (const server of servers) {
        let answer = await this.#byDatagram(server, query, type, wait);
        if (answer.isTruncated) answer = await this.#byStream(server, query, type, wait);
        if (!answer.error || !TRY_NEXT.has(answer.error)) return answer;
        last = answer;
      }
    }
    return last;
  }

  #byDatagram([address, port]: Server, query: Uint8Array, type: string, wait: Wait): Promise<Answer> {
    const socket = this.#modules().createSocket(address.includes(":") ? "udp6" : "udp4");
    return this.#within(
      wait,
      () => socket.close(),
      (done) => {
        socket.on("error", (error: NodeJS.ErrnoException) => done({ error: codeOf(error) }));
        socket.on("message", (message: Uint8Array) => {
          if (answers(message, query)) done(decodeAnswer(message, type));
        });
        socket.connect(port, address, () => socket.send(query));
      },
    );
  }

  #byStream([address, port]: Server, query: Uint8Array, type: string, wait: Wait): Promise<Answer> {
    const socket = this.#modules().connect(port, address);
    let received = Buffer.alloc(0);
    return this.#within(
      wait,
      () => socket.destroy(),
      (done) => {
        socket.on("error", (error: NodeJS.ErrnoException) => done({ error: codeOf(error) }));
        socket.on("close", () => done({ error: "ECONNREFUSED" }));
        socket.on("data", (chunk: Buffer) => {
          received = Buffer.concat([received, chunk]);
          if (received.length < 2) return;
          const end = 2 + (received[0]! << 8) + received[1]!;
          if (received.length >= end) done(decodeAnswer(received.subarray(2, end), type));
        });
        const length = Uint8Array.of(query.length >> 8, query.length & 0xff);
        socket.write(Buffer.concat([length, query]));
      },
    );
  }

  #within({ ms, pending }: Wait, close: () => void, begin: (done: Done) => void): Promise<Answer> {
    return new Promise((resolve) => {
      let isDone = false;
      const done = (answer: Answer): void => {
        if (isDone) return;
        isDone = true;
        this.#clearTimeout(timer);
        pending.delete(cancel);
        close();
        resolve(answer);
      };
      const cancel = (): void => done({ error: "ECANCELLED" });
      pending.add(cancel);
      const timer = this.#setTimeout(() => done({ error: "ETIMEOUT" }), ms);
      begin(done);
    });
  }
}

const codeOf = ({ code }: NodeJS.ErrnoException): string =>
  code === "EACCES" || code === "EPERM" ? "EACCES" : "ECONNREFUSED";
