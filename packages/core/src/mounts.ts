// Turns mounts as users describe them into those that a VM takes. Host paths are made absolute here, in the app, since
// they are relative to its working directory.

import { resolve } from "node:path";
import { type FileSystem, NodeFsAdapter, type NodeFsLike } from "@agentos/vfs";
import { z } from "zod";
import { absolutePath } from "./option-schemas.ts";
import { parseOptions } from "./options-check.ts";
import { type S3Config, s3Schema, withEnvironment } from "./s3-config.ts";
import type { MountInfo, MountSource, MountSpec } from "./vm/spec.ts";
import type { VmLink } from "./vm-link.ts";

/** A file system: an implementation of the vfs driver interface, or an object shaped like node:fs (memfs, unionfs). */
export type MountDriver = FileSystem | NodeFsLike;

/** A kind of mount by its name, with its configuration. */
export type MountPlugin =
  | { id: "host_dir"; config: { hostPath: string; readOnly?: boolean } }
  | { id: "memory"; config?: { maxBytes?: number } }
  | { id: "sqlite"; config: { path: string; maxBytes?: number; readOnly?: boolean } }
  | { id: "s3"; config: S3Config };

/** A file system to show at `path`: a plugin, or a driver of your own. */
export type MountOptions = { path: string; readOnly?: boolean } & (
  | { driver: MountDriver; plugin?: undefined }
  | { plugin: MountPlugin; driver?: undefined }
);

const driverSchema = z.custom<MountDriver>(
  (value) => isFileSystem(value) || isNodeFsLike(value),
  "must be a file-system driver or an object shaped like node:fs",
);
const pluginSchema = z.discriminatedUnion("id", [
  z.strictObject({
    id: z.literal("host_dir"),
    config: z.strictObject({ hostPath: z.string().min(1), readOnly: z.boolean().optional() }),
  }),
  z.strictObject({
    id: z.literal("memory"),
    config: z.strictObject({ maxBytes: z.number().int().nonnegative().optional() }).optional(),
  }),
  z.strictObject({
    id: z.literal("sqlite"),
    config: z.strictObject({
      path: z.string().min(1),
      maxBytes: z.number().int().positive().optional(),
      readOnly: z.boolean().optional(),
    }),
  }),
  z.strictObject({ id: z.literal("s3"), config: s3Schema }),
]);

export const mountSchema = z
  .strictObject({
    path: absolutePath,
    readOnly: z.boolean().optional(),
    driver: driverSchema.optional(),
    plugin: pluginSchema.optional(),
  })
  .refine((mount) => (mount.driver === undefined) !== (mount.plugin === undefined), {
    message: "must have either a driver or a plugin",
  });

/**
 * Mounts a host's node_modules read-only at /root/node_modules; /node_modules links to it, so that it is found from every
 * path.
 * For a package in a pnpm workspace, the workspace's store, to which its links lead, is mounted too.
 */
export function nodeModulesMount(dir: string): MountOptions {
  return {
    path: "/root/node_modules",
    plugin: { id: "host_dir", config: { hostPath: dir } },
    readOnly: true,
  };
}

export function mountSpec(options: z.infer<typeof mountSchema>): MountSpec {
  const { path, driver, plugin, readOnly = false } = options;
  if (plugin === undefined) return { path, readOnly, source: driverSource(driver!) };
  const only = plugin.config && "readOnly" in plugin.config && plugin.config.readOnly;
  return { path, readOnly: readOnly || only === true, source: pluginSource(plugin) };
}

function pluginSource(plugin: MountPlugin): MountSource {
  switch (plugin.id) {
    case "memory":
      return { kind: "memory", ...plugin.config };
    case "host_dir":
      return { kind: "host_dir", hostPath: resolve(plugin.config.hostPath) };
    case "sqlite":
      return { kind: "sqlite", path: resolve(plugin.config.path), maxBytes: plugin.config.maxBytes };
    case "s3":
      return { kind: "s3", config: withEnvironment(plugin.config, process.env) };
  }
}

function driverSource(driver: MountDriver): MountSource {
  return { kind: "driver", fileSystem: isFileSystem(driver) ? driver : new NodeFsAdapter(driver) };
}

function isFileSystem(value: unknown): value is FileSystem {
  const candidate = value as Partial<FileSystem> | null | undefined;
  return typeof candidate?.root === "function" && typeof candidate.type === "string";
}

function isNodeFsLike(value: unknown): value is NodeFsLike {
  const candidate = value as
    | { promises?: unknown; readFileSync?: unknown; stat?: unknown }
    | null
    | undefined;
  return (
    typeof candidate === "object" &&
    candidate !== null &&
    (typeof candidate.promises === "object" ||
      typeof candidate.readFileSync === "function" ||
      typeof candidate.stat === "function")
  );
}

export class Mounts {
  readonly #vm: VmLink;

  constructor(vm: VmLink) {
    this.#vm = vm;
  }

  async mount(options: MountOptions): Promise<void> {
    const spec = mountSpec(parseOptions(mountSchema, options, "mount"));
    return this.#vm.call({ syscall: "mount", path: spec.path }, "mount", [spec]);
  }

  unmount(path: string): Promise<void> {
    return this.#vm.call({ syscall: "umount", path }, "unmount", [path]);
  }

  list(): Promise<MountInfo[]> {
    return this.#vm.call({ syscall: "listMounts" }, "listMounts", []);
  }
}
