// The app's end of a TCP connection to a listener in the VM.

import type { OutsideStream } from "@agentos/kernel";
import { SHUT_WR } from "@agentos/kernel/abi";
import type { Channel } from "./channel.ts";

export function connectionChannel(stream: OutsideStream): Channel {
  return {
    read: async () => stream.read(),
    write: (chunk) => stream.write(chunk),
    end: () => stream.file.socket?.shutdown(SHUT_WR),
    close: () => void stream.close(),
  };
}
