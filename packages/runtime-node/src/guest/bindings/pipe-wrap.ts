import type { NodeInternals } from "../internals.ts";
import type { createStreamClass } from "./stream-handle.ts";

/** Pipes: net.Socket on a descriptor. */
export function installPipe(node: NodeInternals, Stream: ReturnType<typeof createStreamClass>): void {
  class Pipe extends Stream {
    readonly type: number;

    constructor(type: number) {
      super();
      this.type = type;
    }
  }
  node.binding("pipe_wrap").Pipe = Pipe;
}
