import type { Value } from "@agentos/kernel/channel/guest";
import type { SystemErrors } from "../../errors.ts";
import type { NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { fromKernel, toKernel } from "../../text.ts";
import type { FSReqCallback } from "./requests.ts";

/** Answers by callback if there is a request, otherwise at once. */
function deliver(kernel: KernelClient, request: FSReqCallback | undefined, value: unknown): unknown {
  if (request === undefined) return value;
  kernel.operate("FSREQCALLBACK", "umask", [], () => request.oncomplete!(null, value));
  return undefined;
}

/** fs.opendir: all names are read when the directory is opened. */
export function installFsDir(node: NodeInternals, kernel: KernelClient, errors: SystemErrors): void {
  class DirHandle {
    readonly #entries: [name: Value, type: number][];

    constructor([names, types]: [Value[], Uint8Array]) {
      this.#entries = names.map((name, i) => [name, types[i]!]);
    }

    getAsyncId(): number {
      return 0;
    }

    read(encoding: unknown, count: number, request?: FSReqCallback): unknown {
      const next = this.#entries.splice(0, count);
      const flat = next.flatMap(([name, type]) => [fromKernel(name, encoding), type]);
      return deliver(kernel, request, next.length > 0 ? flat : null);
    }

    close(request?: FSReqCallback): unknown {
      this.#entries.length = 0;
      return deliver(kernel, request, undefined);
    }
  }

  const binding = node.binding("fs_dir");
  binding.opendirSync = function opendirSync(path: unknown) {
    const { errno, value } = kernel.call("readdir", toKernel(path));
    if (errno < 0) throw errors.create(errno, { syscall: "opendir" }, opendirSync);
    return new DirHandle(copyListing(value));
  };
  binding.opendir = function opendir(path: unknown, _encoding: unknown, request?: FSReqCallback) {
    if (request === undefined) return (binding.opendirSync as (path: unknown) => unknown)(path);
    kernel.operate("FSREQCALLBACK", "readdir", [toKernel(path)], (errno, value) => {
      if (errno < 0) request.oncomplete!(errors.create(errno, { syscall: "opendir", path }));
      else request.oncomplete!(null, new DirHandle(copyListing(value)));
    });
    return undefined;
  };
}

const copyListing = (value: Value): [Value[], Uint8Array] => {
  const [names, types] = value as [Value[], Uint8Array];
  return [names, types.slice()];
};
