// What a VM is made from, after validation; the same for a VM in this process and for one in a sidecar.

import type { Limits, LimitWarning, Policy } from "@agentos/kernel";
import type { Software } from "@agentos/kernel/program";
import type { FileSystem } from "@agentos/vfs";
import type { S3Config } from "../s3-config.ts";
import type { Image } from "./image.ts";
import type { HostTools } from "./processes/tool-commands.ts";

export type MountSource =
  | { kind: "host_dir"; hostPath: string }
  | { kind: "memory"; maxBytes?: number }
  | { kind: "sqlite"; path: string; maxBytes?: number }
  | { kind: "s3"; config: S3Config }
  | { kind: "driver"; fileSystem: FileSystem };

export interface MountSpec {
  path: string;
  readOnly: boolean;
  source: MountSource;
}

/** A mount as `listMounts` shows it. */
export interface MountInfo {
  /** Where it is in the VM. */
  path: string;
  /** The type in /proc/mounts: "overlay", "proc", "host" … */
  type: string;
  /** What is shown: a directory or a file of the host, or the source in /proc/mounts. */
  source: string;
  /** Whether it refuses changes. */
  readOnly: boolean;
}

/** The kernel's limits, and those of core. */
export interface VmLimits extends Limits {
  /** The limit on stdout and stderr of one `exec` together. */
  maxOutputBytes: number;
  /** How much the writable part of the root file system may hold. @default 2 GiB in 2^20 files */
  maxFilesystemBytes: number;
  /** How many files the writable part of the root file system may hold. */
  maxInodes: number;
}

export interface VmSpec {
  software: readonly Software[];
  mounts: readonly MountSpec[];
  /** The file system to start with; absent: the base system. */
  root?: Image;
  policy: Policy;
  /** Ports of the host's loopback that programs may connect to. */
  loopbackExemptPorts?: readonly number[];
  limits: Partial<VmLimits>;
  env: Readonly<Record<string, string>>;
  cwd?: string;
  user?: string;
  hostname?: string;
  /** Text files, owned by root, that are added to the root file system at the start. */
  files?: Readonly<Record<string, string>>;
  /** Entries of /etc/hosts: name → address. */
  hosts?: Readonly<Record<string, string>>;
  hostTools?: HostTools;
  onLimitWarning?: (warning: LimitWarning) => void;
}
