// Sockets as a guest's event loop uses them: connections and datagrams come as notices, addressed by the number that
// the guest has given to its handle.

import type { Process } from "@agentos/kernel";
import { ERRNO, isSysError, type MaybePromise, SO_LINGER, SOCK_STREAM, sysError } from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { AcceptFlow } from "./accept-flow.ts";
import { addressFields, addressOf } from "./address-fields.ts";
import { bytes, integer, offset, text } from "./arguments.ts";
import { DatagramFlow } from "./datagram-flow.ts";
import { Flow, type Notify } from "./flow.ts";

/** The most handles of each kind in one guest. */
const MOST_HANDLES = 1 << 16;

export function socketCalls(proc: Proc, process: Process, notify: Notify): Record<string, GuestCall> {
  return {
    socket: (family, type) => proc.socket(integer(family), integer(type)),
    bind: (fd, family, host, port) => proc.bind(integer(fd), addressOf(family, host, port)),
    listen: (fd, backlog) => proc.listen(integer(fd), integer(backlog)),
    socketName: (fd) => addressFields(proc.getsockname(integer(fd))),
    peerName: (fd) => addressFields(proc.getpeername(integer(fd))),
    setSocketOption: (fd, option, value) => proc.setsockopt(integer(fd), integer(option), integer(value)),
    resolve: (host) => proc.resolve(text(host)) as MaybePromise<Value>,
    /** Answers with JSON, as records have many shapes. */
    resolveRecords: async (host, type) =>
      JSON.stringify(await process.kernel.resolver.resolveRecords(text(host), text(type))),
    ...listeningCalls(proc, process, notify),
    ...flowCalls(proc, process, notify),
    ...datagramCalls(proc, process, notify),
  };
}

function listeningCalls(proc: Proc, process: Process, notify: Notify): Record<string, GuestCall> {
  const listening = new Map<number, { flow: AcceptFlow; fd: number }>();
  return {
    acceptStart: (handle, descriptor) => {
      const [id, fd] = [integer(handle), integer(descriptor)];
      if (listening.size >= MOST_HANDLES) throw sysError("EMFILE");
      listening.set(id, { flow: new AcceptFlow(proc, process, fd, id, notify), fd });
    },
    acceptStop: (handle) => {
      const found = listening.get(integer(handle));
      if (!found) throw sysError("EBADF");
      listening.delete(integer(handle));
      found.flow.close();
      return proc.close(found.fd);
    },
  };
}

function flowCalls(proc: Proc, process: Process, notify: Notify): Record<string, GuestCall> {
  const flows = new Map<number, { flow: Flow; fd: number }>();

  const open = (id: number, fd: number): void => {
    if (flows.size >= MOST_HANDLES) throw sysError("EMFILE");
    flows.set(id, { flow: new Flow(process, fd, id, notify), fd });
  };
  const find = (handle: Value): { flow: Flow; fd: number } => {
    const found = flows.get(integer(handle));
    if (!found) throw sysError("EBADF");
    return found;
  };
  const take = (handle: Value): { flow: Flow; fd: number } => {
    const found = find(handle);
    flows.delete(integer(handle));
    return found;
  };

  return {
    /** Connects a descriptor, or a new one if it is negative. Answers with the descriptor and its local address. */
    connect: (handle, descriptor, family, host, port) => {
      const id = integer(handle);
      const address = addressOf(family, host, port);
      const fd = integer(descriptor) < 0 ? proc.socket(address.family, SOCK_STREAM) : integer(descriptor);
      const connected = (): Value => {
        open(id, fd);
        return [fd, ...addressFields(proc.getsockname(fd))];
      };
      const failed = (error: unknown): never => {
        if (fd !== descriptor && isSysError(error)) void proc.close(fd);
        throw error;
      };
      try {
        const connecting = proc.connect(fd, address);
        if (connecting instanceof Promise) return connecting.then(connected, failed);
        // Deferred: a listener in the same guest learns of the connection first, as with epoll.
        return Promise.resolve(connected());
      } catch (error) {
        return failed(error);
      }
    },
    /** The local address of a connected socket, by the number of its handle. */
    flowName: (handle) => addressFields(proc.getsockname(find(handle).fd)),
    /** Nobody waits for the answer, so an error is reported as the end of the stream. */
    flowOpen: (handle, fd) => {
      try {
        open(integer(handle), integer(fd));
      } catch (error) {
        if (!isSysError(error)) throw error;
        notify("flowEnd", integer(handle), -ERRNO[error.code]);
      }
    },
    flowRead: (handle) => find(handle).flow.read(),
    flowPause: (handle) => find(handle).flow.pause(),
    flowTaken: (handle, count) => find(handle).flow.taken(offset(count)),
    flowWrite: (handle, data) => find(handle).flow.write(bytes(data)),
    flowEnd: (handle) => find(handle).flow.end(),
    flowReset: (handle) => {
      const { flow, fd } = take(handle);
      flow.abandon();
      proc.setsockopt(fd, SO_LINGER, 0);
      return proc.close(fd);
    },
    flowClose: (handle) => {
      const { flow, fd } = take(handle);
      flow.close();
      return proc.close(fd);
    },
  };
}

function datagramCalls(proc: Proc, process: Process, notify: Notify): Record<string, GuestCall> {
  const flows = new Map<number, DatagramFlow>();
  return {
    connectDatagrams: (fd, family, host, port) => proc.connect(integer(fd), addressOf(family, host, port)),
    disconnectDatagrams: (fd) => {
      const { socket } = process.fds.get(integer(fd));
      if (!socket?.disconnect) throw sysError("ENOTSOCK");
      return socket.disconnect();
    },
    datagramsStart: (handle, descriptor) => {
      const [id, fd] = [integer(handle), integer(descriptor)];
      if (flows.size >= MOST_HANDLES) throw sysError("EMFILE");
      if (!flows.has(id)) flows.set(id, new DatagramFlow(process, fd, id, notify));
    },
    datagramsTaken: (handle, count) => flows.get(integer(handle))?.taken(offset(count)),
    datagramsStop: (handle) => {
      flows.get(integer(handle))?.close();
      flows.delete(integer(handle));
    },
    /** Not metered: that the datagram was sent must be reported before its arrival is. */
    datagramSend: (fd, data, family, host, port) => {
      const { socket } = process.fds.get(integer(fd));
      if (!socket) throw sysError("ENOTSOCK");
      const address = family === undefined ? undefined : addressOf(family, host, port);
      return socket.sendTo(bytes(data), address, process);
    },
  };
}
