import { sysError } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

export const truncate = syscall({
  name: "truncate",
  errors: ["ENOENT", "EISDIR", "EACCES", "EINVAL", "EFBIG", "EROFS"],
  metered: true,
  run: (p, path, size) => {
    if (!Number.isSafeInteger(size) || size < 0) throw sysError("EINVAL");
    return p.kernel.namespace.truncate(p.caller, path, size);
  },
});
