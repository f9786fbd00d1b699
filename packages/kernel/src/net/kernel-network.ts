// Puts a VM's network together: UNIX sockets bound to paths in its file tree, and the guarded way out.

import { allows, type Inode, nextDevice, ownershipOf } from "@agentos/vfs";
import { andThen, decode, isSysError, O_RDONLY, S_IFSOCK, sysError, W_OK } from "@agentos/vfs/abi";
import { AnonymousFs } from "../files/anonymous-inode.ts";
import type { Task } from "../files/open-file.ts";
import type { Kernel } from "../kernel.ts";
import { Process } from "../process/process.ts";
import type { EgressExemptions } from "./egress-guard.ts";
import { EgressGuard } from "./egress-guard.ts";
import { Resolver } from "./host-dns.ts";
import { HostEgress } from "./host-egress.ts";
import { Network, type SocketPaths } from "./network.ts";

const HOSTS_FILE_MAX = 1_048_576;

export interface KernelNetwork {
  readonly network: Network;
  readonly resolver: Resolver;
  readonly egress: HostEgress;
}

export function createNetwork(kernel: Kernel, exemptions: EgressExemptions = {}): KernelNetwork {
  const guard = new EgressGuard(kernel.permissions.network, exemptions);
  const egress = new HostEgress(guard);
  const network = new Network({
    sockets: new AnonymousFs("sockfs", nextDevice()),
    paths: socketPaths(kernel),
    quota: kernel.quotas.sockets,
    egress,
  });
  return { network, egress, resolver: new Resolver(guard, () => readHostsFile(kernel)) };
}

function socketPaths({ namespace }: Kernel): SocketPaths {
  const callerOf = (task: Task) => (task instanceof Process ? task.caller : namespace.caller());
  return {
    create: (path, task) => {
      const inUse = (error: unknown): never => {
        throw isSysError(error, "EEXIST") ? sysError("EADDRINUSE") : error;
      };
      try {
        const made = namespace.mknod(callerOf(task), path, S_IFSOCK | 0o777);
        return made instanceof Promise ? made.catch(inUse) : made;
      } catch (error) {
        return inUse(error);
      }
    },
    find: (path, task) => {
      const caller = callerOf(task);
      return andThen(namespace.lookup(caller, path), ({ inode }) => {
        if (inode.type !== S_IFSOCK) throw sysError("ECONNREFUSED");
        return andThen(ownershipOf(inode), (ownership): Inode => {
          if (!allows(caller, ownership, W_OK)) throw sysError("EACCES");
          return inode;
        });
      });
    },
  };
}

async function readHostsFile({ namespace }: Kernel): Promise<string> {
  try {
    const { handle } = await namespace.open(namespace.caller(), "/etc/hosts", O_RDONLY, 0);
    if (handle === undefined) return "";
    const { size } = await handle.inode.getattr();
    const bytes = new Uint8Array(Math.min(size, HOSTS_FILE_MAX));
    const count = await handle.read(bytes, 0);
    await handle.release();
    return decode(bytes, 0, count);
  } catch (error) {
    if (isSysError(error)) return "";
    throw error;
  }
}
