// What `AgentOs.create()` accepts. The schema is strict: an unknown or wrong option is a ConfigError that names it.

import type { LimitWarning } from "@agentos/kernel";
import type { Software } from "@agentos/kernel/program";
import { z } from "zod";
import type { ScheduleDriver } from "./cron/schedule-driver.ts";
import { ConfigError } from "./errors.ts";
import type { ToolKit } from "./host-tools/host-tool.ts";
import { ToolHost } from "./host-tools/tool-host.ts";
import { nameKits, toolKitsSchema } from "./host-tools/tool-kits.ts";
import { type IsolationOption, isolationSchema } from "./isolation.ts";
import { GATEWAY } from "./llm/gateway-address.ts";
import { type MountOptions, mountSchema, mountSpec } from "./mounts.ts";
import { absolutePath, environment } from "./option-schemas.ts";
import { parseOptions } from "./options-check.ts";
import { type Permissions, permissionsSchema } from "./permissions.ts";
import { INSTRUCTIONS_FILE, type Machine, machineInstructions } from "./sessions/instructions.ts";
import { type SessionsOptions, sessionsShape } from "./sessions/session-options.ts";
import { SidecarHandle } from "./sidecar/handle.ts";
import { FileSystemSnapshot } from "./snapshot.ts";
import type { VmLimits, VmSpec } from "./vm/spec.ts";

/** A software package, or a list of such, nested or not. */
export type SoftwareOption = Software | readonly SoftwareOption[];

/** Where the kernel of a VM runs. */
export type SidecarOption =
  /** One process for all VMs of the app whose pool has the same name. The default. */
  | { kind: "shared"; pool?: string }
  /** A process of its own, made by `AgentOs.createSidecar()`. */
  | { kind: "explicit"; handle: SidecarHandle }
  /** No process: the kernel runs in the app's own. */
  | { kind: "inline" };

/** What `AgentOs.create()` accepts. */
export interface AgentOsOptions extends SessionsOptions {
  /** Packages to install; nested arrays are flattened. @default none: a VM without commands */
  software?: SoftwareOption;
  /** File systems to show in the VM: host directories, databases, buckets, drivers of your own. */
  mounts?: readonly MountOptions[];
  /** The file system to start with. @default the base system */
  root?: FileSystemSnapshot;
  /** What programs in the VM may do. Whatever reaches the host is denied unless it is allowed here. */
  permissions?: Permissions;
  /** How much of what the VM may use. Those not given have their defaults. */
  limits?: Partial<VmLimits>;
  /** The walls that must stand between guests and the host. `describe()` tells which do. */
  isolation?: IsolationOption;
  /** Ports of the host's own loopback that programs may connect to when nothing in the VM listens on them. */
  loopbackExemptPorts?: readonly number[];
  /** Functions of the app that programs in the VM call as commands: `agentos-<kit> <tool> --flag value`. */
  toolKits?: readonly ToolKit[];
  /** Another name of `toolKits`. */
  toolkits?: readonly ToolKit[];
  /** Environment variables for every process that the app starts. */
  env?: Readonly<Record<string, string>>;
  /** The working directory of processes that the app starts. @default the user's home */
  cwd?: string;
  /** The user that runs processes started by the app: a name or number in /etc/passwd. @default "user" (uid 1000) */
  user?: string;
  /** @default "agentos" */
  hostname?: string;
  /** Where the kernel runs. @default { kind: "shared" } */
  sidecar?: SidecarOption;
  /** What wakes scheduled jobs. @default timerDriver() */
  scheduleDriver?: ScheduleDriver;
  /** Called when the use of a resource crosses 80 % of its limit. */
  onLimitWarning?: (warning: LimitWarning) => void;
}

const NO_SOFTWARE =
  "must be a software package (what defineSoftware() returns, the default export of modules such as @agentos/software-common) or a list of them";
const softwarePackage = z.custom<Software>((value) => {
  const { name, version, from, commands } = (value ?? {}) as Partial<Software>;
  return [name, version, from].every((field) => typeof field === "string") && typeof commands === "object";
}, "must be a software package: what defineSoftware() returns, the default export of modules such as @agentos/software-common");
const software: z.ZodType<SoftwareOption> = z.lazy(() =>
  z.union([z.array(software), softwarePackage], NO_SOFTWARE),
);

const limit = z.number().nonnegative("must not be negative");
const limits = z
  .strictObject({
    maxProcesses: limit,
    maxOpenFds: limit,
    maxPipes: limit,
    maxPtys: limit,
    maxSockets: limit,
    cpuTimeMs: limit,
    maxMemoryMb: limit,
    maxCpuPercent: z.number().positive("must be more than 0"),
    maxOutputBytes: limit.max(256 * 1024 * 1024),
    maxFilesystemBytes: limit,
    maxInodes: limit,
  } satisfies Record<keyof VmLimits, z.ZodType>)
  .partial();

const sidecar = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("shared"), pool: z.string().optional() }),
  z.strictObject({
    kind: z.literal("explicit"),
    handle: z.instanceof(SidecarHandle, { error: "must be what AgentOs.createSidecar() returned" }),
  }),
  z.strictObject({ kind: z.literal("inline") }),
]);

const optionsSchema = z.strictObject({
  software: software.optional(),
  mounts: z.array(mountSchema).optional(),
  root: z.instanceof(FileSystemSnapshot, { error: "must be what vm.snapshot() returned" }).optional(),
  permissions: permissionsSchema.optional(),
  limits: limits.optional(),
  isolation: isolationSchema.optional(),
  loopbackExemptPorts: z.array(z.int().min(1).max(65_535)).optional(),
  toolKits: toolKitsSchema.optional(),
  toolkits: toolKitsSchema.optional(),
  env: environment.optional(),
  cwd: absolutePath.optional(),
  user: z.string().min(1).optional(),
  hostname: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/, "must be a host name of at most 64 characters")
    .optional(),
  sidecar: sidecar.optional(),
  scheduleDriver: z
    .custom<ScheduleDriver>((value) => {
      const { now, wakeAt } = (value ?? {}) as Partial<ScheduleDriver>;
      return typeof now === "function" && typeof wakeAt === "function";
    }, "must have the methods now() and wakeAt()")
    .optional(),
  ...sessionsShape,
  onLimitWarning: z
    .custom<AgentOsOptions["onLimitWarning"]>((value) => typeof value === "function", "must be a function")
    .optional(),
});

/** The validated options. `root` is only looked up when the VM is opened. */
export interface CheckedOptions {
  spec: Omit<VmSpec, "root">;
  root: FileSystemSnapshot | undefined;
  tools: ToolHost | undefined;
  scheduleDriver: ScheduleDriver | undefined;
  sessions: SessionsOptions;
  sidecar: SidecarOption;
  isolation: IsolationOption;
}

/** @throws ConfigError */
export function checkOptions(options: AgentOsOptions): CheckedOptions {
  const parsed = parseOptions(optionsSchema, options, "AgentOs.create");
  const { root, onLimitWarning, mounts = [], limits = {}, env = {}, cwd, user, hostname } = parsed;
  const { tools: toolScope, ...policy } = (parsed.permissions ?? {}) as Permissions;
  const tools = toolHost(parsed, toolScope);
  const software = flatten(parsed.software ?? []);
  const sessions = sessionsOptions(parsed as SessionsOptions);
  return {
    spec: {
      software,
      mounts: mounts.map(mountSpec),
      policy,
      limits,
      loopbackExemptPorts: parsed.loopbackExemptPorts,
      env,
      cwd,
      user,
      hostname,
      hostTools: tools,
      files: machineFiles({ software, limits, user, hostname, hostTools: tools?.reference() }, sessions),
      hosts: sessions.llm && { [GATEWAY.name]: GATEWAY.host },
      onLimitWarning,
    },
    root,
    tools,
    scheduleDriver: parsed.scheduleDriver,
    sessions,
    sidecar: (parsed.sidecar as SidecarOption | undefined) ?? { kind: "shared" },
    isolation: parsed.isolation ?? {},
  };
}

function sessionsOptions(parsed: SessionsOptions): SessionsOptions {
  const names = Object.keys(sessionsShape) as (keyof SessionsOptions)[];
  return Object.fromEntries(names.map((name) => [name, parsed[name]]));
}

/** A machine without agents, and without anything particular to say of it, gets no description. */
function machineFiles(
  machine: Machine,
  { additionalInstructions }: SessionsOptions,
): Record<string, string> | undefined {
  const described =
    machine.hostTools || additionalInstructions || machine.software.some(({ agent }) => agent);
  return described
    ? { [INSTRUCTIONS_FILE]: machineInstructions({ ...machine, additionalInstructions }) }
    : undefined;
}

/** @throws ConfigError */
function toolHost(
  { toolKits, toolkits }: { toolKits?: unknown; toolkits?: unknown },
  permission: Permissions["tools"] = "allow",
): ToolHost | undefined {
  if (toolKits !== undefined && toolkits !== undefined) {
    throw new ConfigError(
      "toolkits",
      "AgentOs.create: option `toolkits`: is another name of `toolKits`; give one of them",
    );
  }
  const kits = nameKits((toolKits ?? toolkits ?? []) as readonly ToolKit[]);
  return kits.length === 0 ? undefined : new ToolHost(kits, permission);
}

function flatten(option: SoftwareOption): Software[] {
  return Array.isArray(option) ? option.flatMap(flatten) : [option as Software];
}
