// The command-line options that Node's library reads: the guest's, with which the real process was not started.

import type { NodeInternals } from "../internals.ts";

/** Options of the real process that say nothing about the guest. */
const OWN: Readonly<Record<string, unknown>> = {
  "--eval": undefined,
  "--expose-internals": false,
  "--permission": false,
  "--zero-fill-buffers": false,
  "[has_eval_string]": false,
};

export type GivenOptions = readonly (readonly [name: string, value: unknown])[];

/** @param flags options with which the real process was started for this program */
export function installOptions(node: NodeInternals, given: GivenOptions, flags: readonly string[]): void {
  const options = node.module("internal/options");
  const native = options.getOptionValue as (name: string) => unknown;
  const values: Record<string, unknown> = Object.assign(Object.create(null), OWN);
  for (const [name, value] of given) values[name] = value;
  values["[has_eval_string]"] = values["--eval"] !== undefined;
  options.getOptionValue = (name: string) => (name in values ? values[name] : native(name));
  options.getOptionsAsFlagsFromBinding = () => [...flags, ...given.flatMap(asFlags)];
  // This module took the reader of options before, and asks whether -e may turn out to be a module.
  if ("--input-type" in values) node.recompile("internal/process/execution");
  if ("--import" in values || "--experimental-loader" in values) reloadEntry(node);
}

/** This module took the reader of options before the program was known. */
function reloadEntry(node: NodeInternals): void {
  const id = "internal/modules/run_main";
  node.recompile(id);
  const { Module } = node.module("internal/modules/cjs/loader") as { Module: { runMain: unknown } };
  Module.runMain = node.module(id).executeUserEntryPoint;
}

function asFlags([name, value]: readonly [string, unknown]): string[] {
  if (name.startsWith("[")) return [];
  if (Array.isArray(value)) return value.map((item) => `${name}=${String(item)}`);
  if (value === false) return [`--no-${name.slice(2)}`];
  return value === true ? [name] : [`${name}=${String(value)}`];
}
