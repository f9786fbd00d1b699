// Turns --mount, --env, --cwd and --user into options for AgentOs.create().

import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { AgentOsOptions, MountOptions } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";
import { UsageError } from "./usage-error.ts";

export interface VmFlags {
  mount?: readonly string[];
  env?: readonly string[];
  cwd?: string;
  user?: string;
}

/** @throws UsageError */
export function vmOptions(command: string, { mount = [], env = [], cwd, user }: VmFlags): AgentOsOptions {
  if (cwd !== undefined && !cwd.startsWith("/")) {
    throw new UsageError(`--cwd must be an absolute path in the VM: ${cwd}`, command);
  }
  return {
    // The command serves a single VM, which needs no second process.
    sidecar: { kind: "inline" },
    software: [common, node],
    mounts: mount.map((text) => parseMount(command, text)),
    env: Object.fromEntries(env.map((text) => parseVariable(command, text))),
    ...(cwd === undefined ? {} : { cwd }),
    ...(user === undefined ? {} : { user }),
  };
}

function parseMount(command: string, text: string): MountOptions {
  const [, hostPath, path, mode] = /^(.+?):(\/[^:]*)(?::(ro|rw))?$/.exec(text) ?? [];
  if (hostPath === undefined || path === undefined) {
    throw new UsageError(`--mount wants HOST:GUEST[:ro], GUEST an absolute path: ${text}`, command);
  }
  if (!statSync(hostPath, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--mount: not a directory: ${hostPath}`, command);
  }
  return {
    path,
    plugin: { id: "host_dir", config: { hostPath: resolve(hostPath) } },
    readOnly: mode === "ro",
  };
}

/** NAME=VALUE; NAME alone takes the value of the host's variable, as in docker run. */
function parseVariable(command: string, text: string): [string, string] {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? process.env[name] : text.slice(equals + 1);
  if (name === "" || value === undefined) throw new UsageError(`--env wants NAME=VALUE: ${text}`, command);
  return [name, value];
}
