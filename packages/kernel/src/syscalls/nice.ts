import { sysError } from "@agentos/vfs/abi";
import { syscall } from "./syscall.ts";

export const nice = syscall({
  name: "nice",
  errors: ["EPERM"],
  partial: "the value is kept and inherited; scheduling does not use it",
  run: (p, increment) => {
    if (increment < 0 && p.caller.uid !== 0) throw sysError("EPERM");
    p.niceness = Math.max(-20, Math.min(19, p.niceness + increment));
    return p.niceness;
  },
});
