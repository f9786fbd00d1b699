// Sockets passed from one guest to another over the channel of fork(). Linux: SCM_RIGHTS, unix(7).

import type { Process } from "@agentos/kernel";
import { AF_UNIX, isSysError, sysError } from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import { addressFields } from "./address-fields.ts";
import { integer } from "./arguments.ts";

type Description = ReturnType<Process["fds"]["description"]>;

export function handleCalls(process: Process): Record<string, GuestCall> {
  const { fds } = process;

  return {
    /** Sends a socket along with the next byte written. */
    passHandle: (channel, handle) => {
      const description = fds.description(integer(handle));
      if (!description.file.socket) throw sysError("ENOTSOCK");
      const { socket } = fds.get(integer(channel));
      if (!socket?.pass) throw sysError("ENOTSOCK");
      socket.pass(description);
    },
    /** What came along with the bytes read: [descriptor, kind, local address, peer's address]; null: nothing. */
    takeHandle: (channel) => {
      const taken = fds.get(integer(channel)).socket?.takePassed?.() as Description | undefined;
      if (!taken) return null;
      try {
        return describe(fds.addDescription(taken, true), taken);
      } finally {
        void taken.release();
      }
    },
  };
}

function describe(fd: number, { file }: Description): Value {
  const socket = file.socket!;
  const own = socket.localAddress();
  const kind = socket.pass ? (own.family === AF_UNIX ? "Pipe" : "TCP") : "UDP";
  return [fd, kind, addressFields(own), peerFields(socket)];
}

/** Empty if it is not connected. */
function peerFields(socket: NonNullable<Description["file"]["socket"]>): Value[] {
  try {
    return addressFields(socket.remoteAddress());
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}
