import { scheduler } from "../scheduler.ts";
import { syscall } from "./syscall.ts";

export const yieldSlice = syscall({
  name: "yield",
  run: (p) => {
    if (!p.suspended) {
      if (!scheduler.isExpired()) return undefined;
      p.charge();
      p.chargeMemory();
    }
    return p.pause();
  },
});
