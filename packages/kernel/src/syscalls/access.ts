import { isSysError } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

function refused(error: unknown): false {
  if (isSysError(error)) return false;
  throw error;
}

export const access = syscall({
  name: "access",
  metered: true,
  run: (p, path, mode) => {
    try {
      const allowed = p.kernel.namespace.access(p.caller, path, mode);
      return allowed instanceof Promise ? allowed.then(() => true, refused) : true;
    } catch (error) {
      return refused(error);
    }
  },
});
