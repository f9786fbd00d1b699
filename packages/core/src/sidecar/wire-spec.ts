// A VmSpec as plain data: software by reference, snapshots and objects of the app by number.

import type { Channel } from "../vm/channel.ts";
import type { HostTools, ToolCall, ToolCommand, ToolOutput } from "../vm/processes/tool-commands.ts";
import type { MountSpec, VmSpec } from "../vm/spec.ts";
import type { VmObjects } from "./app-objects.ts";
import type { ImageStore } from "./image-store.ts";
import { loadSoftware, referenceTo, type SoftwareReference } from "./load-software.ts";
import type { Peer } from "./peer.ts";
import { RemoteFileSystem } from "./remote-file-system.ts";
import { policyFromWire, policyToWire, type WirePolicy } from "./wire-policy.ts";

type WireSource =
  | Exclude<MountSpec["source"], { kind: "driver" }>
  | { kind: "remote"; id: number; type: string; readOnly: boolean };

export interface WireMount extends Omit<MountSpec, "source"> {
  source: WireSource;
}

/** `call` is the number of a function of the app. */
interface WireTools {
  commands: readonly ToolCommand[];
  call: number;
}

type AppSide = "software" | "mounts" | "root" | "policy" | "hostTools" | "onLimitWarning";

export interface WireSpec extends Omit<VmSpec, AppSide> {
  software: SoftwareReference[];
  mounts: WireMount[];
  root?: number;
  policy: WirePolicy;
  hostTools?: WireTools;
}

/** Where the sidecar finds what a spec refers to. */
export interface Sidecar {
  peer: Peer;
  images: ImageStore;
}

export function specToWire(spec: VmSpec, objects: VmObjects, root: number | undefined): WireSpec {
  const { onLimitWarning: _, ...data } = spec;
  return {
    ...data,
    software: spec.software.map(referenceTo),
    mounts: spec.mounts.map((mount) => mountToWire(mount, objects)),
    root,
    policy: policyToWire(spec.policy, objects),
    hostTools: spec.hostTools && toolsToWire(spec.hostTools, objects),
  };
}

export function mountToWire(mount: MountSpec, objects: VmObjects): WireMount {
  const { source } = mount;
  if (source.kind !== "driver") return { ...mount, source };
  const { fileSystem } = source;
  const id = objects.add(fileSystem);
  return { ...mount, source: { kind: "remote", id, type: fileSystem.type, readOnly: fileSystem.readOnly } };
}

/** @param vm the VM's number, which its warnings carry */
export async function loadSpec(vm: number, wire: WireSpec, { peer, images }: Sidecar): Promise<VmSpec> {
  return {
    ...wire,
    onLimitWarning: (warning) => peer.notify("limitWarning", [vm, warning]),
    software: await Promise.all(wire.software.map(loadSoftware)),
    mounts: wire.mounts.map((mount) => mountFromWire(mount, peer)),
    policy: policyFromWire(wire.policy, peer),
    hostTools: wire.hostTools && toolsFromWire(wire.hostTools, peer),
    root: wire.root === undefined ? undefined : images.get(wire.root),
  };
}

export function mountFromWire(wire: WireMount, peer: Peer): MountSpec {
  const { source } = wire;
  if (source.kind !== "remote") return { ...wire, source };
  return { ...wire, source: { kind: "driver", fileSystem: new RemoteFileSystem(peer, source) } };
}

function toolsToWire(tools: HostTools, objects: VmObjects): WireTools {
  return { commands: tools.commands, call: objects.add((call: ToolCall) => tools.call(call)) };
}

function toolsFromWire({ commands, call: id }: WireTools, peer: Peer): HostTools {
  return {
    commands,
    call: async (call) =>
      (await peer.open("openChannel", [id, call])) as Channel<unknown, unknown> as Channel<ToolOutput, never>,
  };
}
