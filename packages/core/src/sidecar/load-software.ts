// Software crosses the process wall by name: the sidecar imports the module that the package says it comes from.

import type { Software } from "@agentos/kernel/program";
import { ConfigError } from "../errors.ts";

export interface SoftwareReference {
  name: string;
  version: string;
  /** The URL of a module whose default export, when flattened, contains the package. */
  from: string;
}

const modules = new Map<string, Promise<Software[]>>();

export function referenceTo({ name, version, from }: Software): SoftwareReference {
  return { name, version, from };
}

/** Modules are loaded once per process. A load that failed is tried again. */
export async function loadSoftware(reference: SoftwareReference): Promise<Software> {
  const { name, version, from } = reference;
  let loading = modules.get(from);
  if (loading === undefined) {
    loading = importPackages(reference);
    modules.set(from, loading);
    loading.catch(() => modules.delete(from));
  }
  const packages = await loading;
  const found = packages.find((candidate) => candidate.name === name);
  if (found === undefined) {
    throw new ConfigError("software", `software: ${from} does not export the package ${name}`);
  }
  if (found.version !== version) {
    throw new ConfigError(
      "software",
      `software: ${name} is ${version} in the app, but ${from} exports ${found.version}`,
    );
  }
  return found;
}

async function importPackages({ name, from }: SoftwareReference): Promise<Software[]> {
  try {
    const module = (await import(from)) as { default?: unknown };
    return [module.default].flat(Number.POSITIVE_INFINITY).filter((item) => item !== undefined) as Software[];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      "software",
      `software: ${name} cannot be loaded in the sidecar: the module in its \`from\`, ${from}, failed: ${why}`,
    );
  }
}
