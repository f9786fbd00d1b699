import { exitStatus } from "../abi/wait.ts";
import { endProcess } from "../process/process-exit.ts";
import { syscall } from "./syscall.ts";

export const exit = syscall({
  name: "exit",
  run: (p, code) => {
    endProcess(p, exitStatus(code));
    throw p.exit;
  },
});
