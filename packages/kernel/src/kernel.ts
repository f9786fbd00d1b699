// One virtual machine: its process table, file tree, limits and policy. Several kernels may share a host process and know
// nothing of each other.

import type { MountNamespace } from "@agentos/vfs";
import { sysError } from "@agentos/vfs/abi";
import { SIGNALS } from "./abi/signals.ts";
import { signalStatus } from "./abi/wait.ts";
import { mountDirectories } from "./base-system.ts";
import { type BinaryFormat, formatsOf } from "./binfmt/binfmt.ts";
import { CpuBudget } from "./cpu-budget.ts";
import { Devices } from "./devices.ts";
import { createProc, type Trace } from "./dispatch.ts";
import { FileLocks } from "./files/file-locks.ts";
import type { Terminal } from "./files/open-file.ts";
import { epochMs, monotonicMs } from "./host-clock.ts";
import { createQuotas, DEFAULT_LIMITS, type Limits, type LimitWarning, type Quotas } from "./limits.ts";
import type { EgressExemptions } from "./net/egress-guard.ts";
import type { Resolver } from "./net/host-dns.ts";
import type { HostEgress } from "./net/host-egress.ts";
import { createNetwork } from "./net/kernel-network.ts";
import type { Network } from "./net/network.ts";
import { compilePolicy, type Permissions, type Policy } from "./policy.ts";
import { procSource } from "./proc-fs/kernel-source.ts";
import { Process } from "./process/process.ts";
import { endProcess } from "./process/process-exit.ts";
import { type ProcessGroup, signalGroup } from "./process/process-groups.ts";
import { sendSignal } from "./process/process-signals.ts";
import { type Spawned, type SpawnRequest, spawnFromHost } from "./process/spawn-from-host.ts";
import type { Proc, SystemName } from "./program/proc.ts";
import type { Software } from "./program/software.ts";
import { RunQueue, scheduler } from "./scheduler.ts";

export interface KernelOptions {
  /** The VM's file tree, with all its initial mounts. */
  namespace: MountNamespace;
  /** The packages whose commands can be run. */
  software?: readonly Software[];
  /** Further formats that exec can run, contributed by runtimes. */
  formats?: readonly BinaryFormat[];
  /** @default "agentos" */
  hostname?: string;
  limits?: Partial<Limits>;
  policy?: Policy;
  /** Private addresses and ports of the host that the network policy may nevertheless let guests reach. */
  egress?: EgressExemptions;
  /** Called when the use of a resource crosses 80 % of its limit. */
  onLimitWarning?: (warning: LimitWarning) => void;
  /** Called when a Program throws something unexpected: a defect of the Program, not of the guest. */
  onProgramFailure?: (process: Process | undefined, error: unknown) => void;
  /** Called for each system call. */
  trace?: Trace;
}

/** Linux: the default of kernel.pid_max on 64 bits. */
const LARGEST_PID = 4_194_303;

/** One virtual machine: its processes, file tree, devices and network. `spawn` runs a program, `dispose` ends them all. */
export class Kernel {
  readonly namespace: MountNamespace;
  readonly processes = new Map<number, Process>();
  readonly groups = new Map<number, ProcessGroup>();
  readonly init: Process;
  readonly software: ReadonlyMap<string, Software>;
  readonly formats: BinaryFormat[];
  readonly limits: Limits;
  readonly quotas: Quotas;
  readonly warnOfFds: (used: number, max: number) => void;
  readonly permissions: Permissions;
  readonly devices: Devices;
  readonly network: Network;
  readonly resolver: Resolver;
  readonly #egress: HostEgress;
  readonly cpuBudget: CpuBudget;
  readonly runQueue: RunQueue;
  readonly locks = new FileLocks();
  readonly bootTimeMs = epochMs();
  readonly bootMonotonicMs = monotonicMs();
  hostname: string;
  trace: Trace | undefined;
  readonly onProgramFailure: KernelOptions["onProgramFailure"];
  #lastPid = 0;
  #disposed = false;

  constructor(options: KernelOptions) {
    this.namespace = options.namespace;
    this.software = new Map((options.software ?? []).map((software) => [software.name, software]));
    mountDirectories(this.namespace, this.software.values());
    this.formats = [...(options.formats ?? [])];
    for (const software of this.software.values()) this.formats.push(...formatsOf(this, software));
    this.hostname = options.hostname ?? "agentos";
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.cpuBudget = new CpuBudget(this.limits.maxCpuPercent);
    this.runQueue = new RunQueue(scheduler, this.cpuBudget);
    const warn = options.onLimitWarning ?? (() => {});
    this.quotas = createQuotas(this.limits, warn);
    this.warnOfFds = (used, max) => warn({ limit: "maxOpenFds", used, max });
    this.permissions = compilePolicy(options.policy);
    this.#guardFiles();
    this.onProgramFailure = options.onProgramFailure;
    this.trace = options.trace;
    this.init = this.#startInit();
    this.devices = new Devices({
      quotas: this.quotas,
      signals: {
        signalGroup: (pgid, signal) => this.#signalGroup(pgid, signal),
        hangUpSession: (sid) => this.#hangUpSession(sid),
      },
      control: (task, pty) => this.giveTerminal(task as Process, pty),
    });
    const { network, resolver, egress } = createNetwork(this, options.egress);
    this.network = network;
    this.resolver = resolver;
    this.#egress = egress;
    this.devices.mount(this.namespace, procSource(this));
  }

  #signalGroup(pgid: number, signal: number): void {
    const group = this.groups.get(pgid);
    if (group) signalGroup(group, signal);
  }

  /** The session's terminal is gone: its leader gets SIGHUP. Source: POSIX.1-2024 XBD 11.1.11. */
  #hangUpSession(sid: number): void {
    for (const { group } of this.processes.values()) {
      if (group.session.id === sid) group.session.terminal = undefined;
    }
    const leader = this.processes.get(sid);
    if (!leader) return;
    sendSignal(leader, SIGNALS.SIGHUP);
    sendSignal(leader, SIGNALS.SIGCONT);
  }

  #guardFiles(): void {
    const { fs } = this.permissions;
    if (!fs) return;
    this.namespace.policy = (access, path) => {
      if (!fs({ access, path })) throw sysError("EACCES");
    };
  }

  /** Process 1 has no image: its one duty, reaping orphans, is done by the kernel. */
  #startInit(): Process {
    this.quotas.processes.take();
    const init = new Process(this, this.allocatePid(), undefined, this.namespace.caller());
    init.argv = ["init"];
    this.processes.set(init.pid, init);
    this.groups.set(init.group.id, init.group);
    return init;
  }

  get systemName(): SystemName {
    return { ...SYSTEM, nodename: this.hostname };
  }

  setHostname(name: string): void {
    this.hostname = name;
  }

  /** The next free process id. */
  allocatePid(): number {
    do this.#lastPid = this.#lastPid >= LARGEST_PID ? 2 : this.#lastPid + 1;
    while (this.processes.has(this.#lastPid) || this.groups.has(this.#lastPid));
    return this.#lastPid;
  }

  /** The system calls for the image that runs in the process. */
  procOf(process: Process): Proc {
    return createProc(process);
  }

  /** Starts a program from outside the VM, as a child of init in a session of its own. @throws ENOENT EACCES EAGAIN … */
  async spawn(request: SpawnRequest): Promise<Spawned> {
    if (this.#disposed) throw sysError("ESRCH");
    return spawnFromHost(this, request);
  }

  /** TIOCSCTTY. @throws EPERM not a session leader, or the terminal belongs to another session */
  giveTerminal(p: Process, terminal: Terminal): void {
    const { session } = p.group;
    if (session.terminal === terminal) return;
    if (session.id !== p.pid || session.terminal || terminal.session !== 0) throw sysError("EPERM");
    session.terminal = terminal;
    terminal.session = session.id;
    terminal.foreground = p.group.id;
  }

  /** Ends every process. Idempotent. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const process of [...this.processes.values()]) endProcess(process, signalStatus(SIGNALS.SIGKILL));
    this.processes.clear();
    this.groups.clear();
    this.#egress.dispose();
    this.cpuBudget.dispose();
  }
}

const SYSTEM: Omit<SystemName, "nodename"> = {
  sysname: "Linux",
  release: "6.1.0-agentos",
  version: "#1 SMP AgentOS 0.1",
  machine: "x86_64",
};
