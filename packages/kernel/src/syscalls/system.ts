import { sysError } from "@agentos/vfs/abi";
import { fillRandom } from "../host-random.ts";
import { syscall } from "./syscall.ts";

export const uname = syscall({
  name: "uname",
  run: (p) => p.kernel.systemName,
});

export const sethostname = syscall({
  name: "sethostname",
  errors: ["EPERM", "EINVAL"],
  run: (p, name) => {
    if (p.caller.uid !== 0) throw sysError("EPERM");
    if (name.length > 64) throw sysError("EINVAL");
    p.kernel.setHostname(name);
  },
});

export const random = syscall({ name: "random", run: (_p, into) => fillRandom(into) });

export const sync = syscall({
  name: "sync",
  run: (p) => {
    const pending = p.kernel.namespace.listMounts().map(({ fs }) => fs.sync?.());
    if (pending.some((wait) => wait instanceof Promise)) return Promise.all(pending).then(() => {});
  },
});

export const mounts = syscall({
  name: "mounts",
  run: (p) =>
    p.kernel.namespace.listMounts().map(({ path, fs, source, readOnly }) => ({
      source,
      target: path,
      type: fs.type,
      options: readOnly ? "ro,relatime" : "rw,relatime",
    })),
});
