import { epochNs, monotonicMs as hostMonotonicMs } from "../host-clock.ts";
import { syscall } from "./syscall.ts";

export const now = syscall({ name: "now", run: () => epochNs() });

export const monotonicMs = syscall({ name: "monotonicMs", run: () => hostMonotonicMs() });
