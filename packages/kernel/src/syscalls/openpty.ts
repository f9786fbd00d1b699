import { syscall } from "./syscall.ts";

export const openpty = syscall({
  name: "openpty",
  errors: ["EMFILE", "ENOSPC"],
  run: (p, size) => {
    const { master, slave } = p.kernel.devices.openTerminal(p.caller, size);
    return p.fds.addPair(master, slave);
  },
});
