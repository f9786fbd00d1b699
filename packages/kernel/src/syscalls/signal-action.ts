import { setAction, setBlocked } from "../process/process-signals.ts";
import { syscall } from "./syscall.ts";

export const sigaction = syscall({
  name: "sigaction",
  errors: ["EINVAL"],
  run: (p, signal, action) => setAction(p, signal, action),
});

export const sigprocmask = syscall({
  name: "sigprocmask",
  run: (p, blocked) => (blocked ? setBlocked(p, blocked) : p.blocked),
});
