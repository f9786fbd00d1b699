import { type ErrnoCode, sysError } from "@agentos/vfs/abi";

/** How much of each resource one VM may use. Infinity: no limit. */
export interface Limits {
  maxProcesses: number;
  /** Descriptors per process. */
  maxOpenFds: number;
  maxPipes: number;
  maxPtys: number;
  maxSockets: number;
  /** CPU time of one process, in milliseconds. */
  cpuTimeMs: number;
  /** Resident memory of one process whose image runs outside the kernel's own thread, in MiB. */
  maxMemoryMb: number;
  /**
   * CPU time of all processes together, in percent of one core, greater than 0. Processes that use more are slowed down.
   */
  maxCpuPercent: number;
}

export const DEFAULT_LIMITS: Readonly<Limits> = {
  maxProcesses: 1024,
  maxOpenFds: 1024,
  maxPipes: 2048,
  maxPtys: 64,
  maxSockets: 1024,
  cpuTimeMs: Number.POSITIVE_INFINITY,
  maxMemoryMb: Number.POSITIVE_INFINITY,
  maxCpuPercent: Number.POSITIVE_INFINITY,
};

/** A limit that is nearly reached. */
export interface LimitWarning {
  /** Which of the limits. */
  limit: keyof Limits;
  /** How much is in use. */
  used: number;
  /** How much may be. */
  max: number;
}

/** A warning is given when this part of a limit is in use. */
export const WARN_AT = 0.8;

/** One counted resource of a VM. Crossing 80 % warns once, and again only after use has fallen below it. */
export class Quota {
  readonly #limit: keyof Limits;
  readonly #errno: ErrnoCode;
  readonly #warn: (warning: LimitWarning) => void;
  readonly max: number;
  #used = 0;
  #warned = false;

  constructor(limit: keyof Limits, max: number, errno: ErrnoCode, warn: (warning: LimitWarning) => void) {
    this.#limit = limit;
    this.max = max;
    this.#errno = errno;
    this.#warn = warn;
  }

  get used(): number {
    return this.#used;
  }

  /** Counts one more; a caller with a `reserve` may go that far beyond the limit. @throws the errno Linux gives for it */
  take(reserve = 0): void {
    if (this.#used >= this.max + reserve) throw sysError(this.#errno);
    this.#used++;
    if (this.#warned || this.#used < this.max * WARN_AT) return;
    this.#warned = true;
    this.#warn({ limit: this.#limit, used: this.#used, max: this.max });
  }

  give(): void {
    this.#used--;
    if (this.#used < this.max * WARN_AT) this.#warned = false;
  }
}

export interface Quotas {
  processes: Quota;
  pipes: Quota;
  ptys: Quota;
  sockets: Quota;
}

export function createQuotas(limits: Limits, warn: (warning: LimitWarning) => void): Quotas {
  return {
    processes: new Quota("maxProcesses", limits.maxProcesses, "EAGAIN", warn),
    pipes: new Quota("maxPipes", limits.maxPipes, "ENFILE", warn),
    ptys: new Quota("maxPtys", limits.maxPtys, "ENOSPC", warn),
    sockets: new Quota("maxSockets", limits.maxSockets, "ENFILE", warn),
  };
}
