// Servers of the app inside the VM: programs connect to an address in the VM, and the app gets the connections.

import type { Network, OutsideStream } from "@agentos/kernel";
import { sysError } from "@agentos/kernel/abi";
import type { Channel } from "./channel.ts";
import { ItemQueue } from "./item-queue.ts";
import { connectionChannel } from "./local-connect.ts";

/** The most connections announced to the app but not yet taken; the VM's limit on sockets keeps them far below it. */
const MOST_WAITING = 65_536;

interface Waiting {
  stream: OutsideStream;
  /** The connections of its listener that have not been taken. */
  own: Set<number>;
}

export class AppServices {
  readonly #network: Network;
  readonly #waiting = new Map<number, Waiting>();
  #nextConnection = 1;

  constructor(network: Network) {
    this.#network = network;
  }

  /** @throws EADDRINUSE */
  serve(host: string, port: number): Channel<number, never> {
    const listener = this.#network.serveFromHost(host, port);
    const own = new Set<number>();
    const queue = new ItemQueue<number>(MOST_WAITING, () => {
      stop();
      listener.close();
      for (const connection of own) this.#drop(connection);
    });
    const stop = listener.changed(() => {
      for (let stream = listener.take(); stream !== undefined; stream = listener.take()) {
        const connection = this.#nextConnection++;
        this.#waiting.set(connection, { stream, own });
        own.add(connection);
        queue.push(connection);
      }
    });
    return queue;
  }

  /** @throws EBADF there is no such connection, or it has been taken */
  accepted(connection: number): Channel {
    const waiting = this.#waiting.get(connection);
    if (waiting === undefined) throw sysError("EBADF");
    this.#waiting.delete(connection);
    waiting.own.delete(connection);
    return connectionChannel(waiting.stream);
  }

  #drop(connection: number): void {
    void this.#waiting.get(connection)?.stream.close();
    this.#waiting.delete(connection);
  }
}
