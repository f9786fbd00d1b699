import { O_RDWR } from "@agentos/vfs/abi";
import { TtySlave } from "../tty-slave.ts";
import { syscall } from "./syscall.ts";

export const openpty = syscall({
  name: "openpty",
  errors: ["EMFILE", "ENOSPC"],
  run: (p, size) => {
    const { ptys, devPts } = p.kernel.devices;
    const master = ptys.create(O_RDWR, devPts.ptmx, p.caller, size);
    return p.fds.addPair(master, new TtySlave(master.pty, O_RDWR, devPts.nodeOf(master.pty)));
  },
});
