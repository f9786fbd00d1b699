import { limitOf, resourceNamed, setLimit } from "../process/resource-limits.ts";
import { syscall } from "./syscall.ts";

const ENFORCED = "NOFILE, CPU and FSIZE are enforced per process; the others are kept and inherited";

export const getrlimit = syscall({
  name: "getrlimit",
  errors: ["EINVAL"],
  partial: ENFORCED,
  run: (p, resource) => limitOf(p, resourceNamed(resource)),
});

export const setrlimit = syscall({
  name: "setrlimit",
  errors: ["EINVAL", "EPERM"],
  partial: ENFORCED,
  run: (p, resource, soft, hard) => setLimit(p, resourceNamed(resource), { soft, hard }),
});
