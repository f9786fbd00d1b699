// Sockets as a guest's event loop uses them: connections and datagrams come by notices, each to the number that the
// guest has given its handle.

import type { Process } from "@agentos/kernel";
import {
  AF_UNIX,
  ERRNO,
  isSysError,
  type MaybePromise,
  SO_LINGER,
  SOCK_STREAM,
  type SocketAddress,
  sysError,
} from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import type { Proc } from "@agentos/kernel/program";
import { bytes, integer, offset, text } from "./arguments.ts";
import { DatagramFlow } from "./datagram-flow.ts";
import { Flow, type Notify } from "./flow.ts";

/** Accepting goes on after these; the connection is lost. libuv: uv__emfile_trick(). */
const CONNECTION_LOST = new Set(["EMFILE", "ENFILE"]);

/** [family, host or path, port] */
function addressOf(family: Value, host: Value, port: Value): SocketAddress {
  const number = integer(family);
  if (number === AF_UNIX) return { family: AF_UNIX, path: text(host) };
  return { family: number, host: text(host), port: integer(port) } as SocketAddress;
}

export function addressFields(address: SocketAddress | undefined): Value[] {
  if (!address) return [];
  return address.family === AF_UNIX
    ? [address.family, address.path, 0]
    : [address.family, address.host, address.port];
}

export function socketCalls(proc: Proc, process: Process, notify: Notify): Record<string, GuestCall> {
  return {
    socket: (family, type) => proc.socket(integer(family), integer(type)),
    bind: (fd, family, host, port) => proc.bind(integer(fd), addressOf(family, host, port)),
    listen: (fd, backlog) => proc.listen(integer(fd), integer(backlog)),
    socketName: (fd) => addressFields(proc.getsockname(integer(fd))),
    peerName: (fd) => addressFields(proc.getpeername(integer(fd))),
    setSocketOption: (fd, option, value) => proc.setsockopt(integer(fd), integer(option), integer(value)),
    resolve: (host) => proc.resolve(text(host)) as MaybePromise<Value>,
    ...listeningCalls(proc, notify),
    ...flowCalls(proc, process, notify),
    ...datagramCalls(proc, process, notify),
  };
}

function listeningCalls(proc: Proc, notify: Notify): Record<string, GuestCall> {
  /** Listening descriptors by their handle's number. */
  const listening = new Map<number, number>();

  const acceptAll = async (id: number, fd: number): Promise<void> => {
    while (listening.get(id) === fd) {
      try {
        const { fd: accepted, address } = await proc.accept(fd);
        if (listening.get(id) !== fd) return void proc.close(accepted);
        notify(
          "connection",
          id,
          accepted,
          ...addressFields(address),
          ...addressFields(proc.getsockname(accepted)),
        );
      } catch (error) {
        if (!isSysError(error)) throw error;
        if (listening.get(id) !== fd) return;
        if (CONNECTION_LOST.has(error.code)) notify("connection", id, -ERRNO[error.code]);
        else if (error.code !== "EINTR") return;
      }
    }
  };

  return {
    acceptStart: (handle, descriptor) => {
      const [id, fd] = [integer(handle), integer(descriptor)];
      listening.set(id, fd);
      void acceptAll(id, fd).catch(ignore);
    },
    acceptStop: (handle) => {
      const fd = listening.get(integer(handle));
      if (fd === undefined) return undefined;
      listening.delete(integer(handle));
      return proc.close(fd);
    },
  };
}

/** The process has died. */
const ignore = (): void => {};

function flowCalls(proc: Proc, process: Process, notify: Notify): Record<string, GuestCall> {
  const flows = new Map<number, { flow: Flow; fd: number }>();

  const open = (id: number, fd: number): void => {
    flows.set(id, { flow: new Flow(process, fd, id, notify), fd });
  };
  const find = (handle: Value): Flow => {
    const found = flows.get(integer(handle));
    if (!found) throw sysError("EBADF");
    return found.flow;
  };

  return {
    /** Connects a descriptor, or a new one if it is negative. Answers the descriptor and its own address. */
    connect: async (handle, descriptor, family, host, port) => {
      const id = integer(handle);
      const address = addressOf(family, host, port);
      const fd = integer(descriptor) < 0 ? proc.socket(address.family, SOCK_STREAM) : integer(descriptor);
      try {
        await proc.connect(fd, address);
      } catch (error) {
        if (fd !== descriptor && isSysError(error)) await proc.close(fd);
        throw error;
      }
      open(id, fd);
      return [fd, ...addressFields(proc.getsockname(fd))];
    },
    flowOpen: (handle, fd) => open(integer(handle), integer(fd)),
    flowRead: (handle) => find(handle).read(),
    flowTaken: (handle, count) => find(handle).taken(offset(count)),
    flowWrite: (handle, data) => find(handle).write(bytes(data)),
    flowEnd: (handle) => find(handle).end(),
    flowReset: (handle) => {
      const id = integer(handle);
      const found = flows.get(id);
      if (!found) throw sysError("EBADF");
      flows.delete(id);
      found.flow.abandon();
      proc.setsockopt(found.fd, SO_LINGER, 0);
      return proc.close(found.fd);
    },
    flowClose: (handle) => {
      const id = integer(handle);
      const found = flows.get(id);
      if (!found) throw sysError("EBADF");
      flows.delete(id);
      return found.flow.close().then(() => proc.close(found.fd));
    },
  };
}

function datagramCalls(proc: Proc, process: Process, notify: Notify): Record<string, GuestCall> {
  const flows = new Map<number, DatagramFlow>();
  return {
    connectDatagrams: (fd, family, host, port) => proc.connect(integer(fd), addressOf(family, host, port)),
    datagramsStart: (handle, descriptor) => {
      const [id, fd] = [integer(handle), integer(descriptor)];
      if (!flows.has(id)) flows.set(id, new DatagramFlow(process, fd, id, notify));
    },
    datagramsTaken: (handle, count) => flows.get(integer(handle))?.taken(offset(count)),
    datagramsStop: (handle) => {
      flows.get(integer(handle))?.close();
      flows.delete(integer(handle));
    },
    /** Not metered: sending is told before the datagram's arrival is. */
    datagramSend: (fd, data, family, host, port) => {
      const { socket } = process.fds.get(integer(fd));
      if (!socket) throw sysError("ENOTSOCK");
      const address = family === undefined ? undefined : addressOf(family, host, port);
      return socket.sendTo(bytes(data), address, process);
    },
  };
}
