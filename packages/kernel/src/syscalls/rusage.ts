import { syscall } from "./syscall.ts";

export const rusage = syscall({
  name: "rusage",
  partial: "CPU time is measured in slices and all of it counts as user time; memory is not measured",
  run: (p) => {
    p.charge();
    return {
      userMs: p.cpuMs,
      systemMs: 0,
      childrenUserMs: p.childrenCpuMs,
      childrenSystemMs: 0,
      maxResidentKb: 0,
    };
  },
});
