import { syscall } from "./syscall.ts";

export const pipe = syscall({
  name: "pipe",
  errors: ["EMFILE", "ENFILE"],
  run: (p, cloexec = false) => {
    const [reader, writer] = p.kernel.devices.pipes.create(p.caller);
    return p.fds.addPair(reader, writer, cloexec);
  },
});
