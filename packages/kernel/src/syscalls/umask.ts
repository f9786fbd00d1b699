import { syscall } from "./syscall.ts";

export const umask = syscall({
  name: "umask",
  run: (p, mask) => {
    const old = p.caller.umask;
    if (mask !== undefined) p.caller = { ...p.caller, umask: mask & 0o777 };
    return old;
  },
});
