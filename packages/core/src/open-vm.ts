// Starts a VM where the options say: in this process or in a sidecar.

import type { ScheduleDriver } from "./cron/schedule-driver.ts";
import { ConfigError, SidecarExitError } from "./errors.ts";
import type { ToolHost } from "./host-tools/tool-host.ts";
import { insistOn } from "./isolation.ts";
import { type AgentOsOptions, type CheckedOptions, checkOptions, type SidecarOption } from "./options.ts";
import { INSTRUCTIONS_FILE } from "./sessions/instructions.ts";
import type { SessionsParts } from "./sessions/sessions.ts";
import type { SidecarConnection } from "./sidecar/client.ts";
import type { SidecarHandle } from "./sidecar/handle.ts";
import { sharedSidecar } from "./sidecar/pool.ts";
import { guardRegExps } from "./sidecar/regexp-flags.ts";
import { type FileSystemSnapshot, type ImagePlace, placeOf, snapshotAt } from "./snapshot.ts";
import type { VmHost } from "./vm/host.ts";
import { LocalVm } from "./vm/local-vm.ts";
import type { VmLink } from "./vm-link.ts";

export interface OpenVm {
  host: VmHost;
  tools: ToolHost | undefined;
  scheduleDriver: ScheduleDriver | undefined;
  /** What is needed to create its sessions. */
  sessions: Omit<SessionsParts, "vm">;
  snapshot(link: VmLink): Promise<FileSystemSnapshot>;
}

const SHARED_POOL = "default";

/** @throws ConfigError, IsolationError, SidecarExitError */
export async function openVm(options: AgentOsOptions): Promise<OpenVm> {
  const checked = checkOptions(options);
  const { sidecar, tools, scheduleDriver } = checked;
  const opened = await (sidecar.kind === "inline"
    ? openInline(checked)
    : openRemote(checked, handleOf(sidecar)));
  await insistOn(opened.host, checked.isolation);
  return { ...opened, tools, scheduleDriver, sessions: sessionsParts(checked) };
}

type Opened = Pick<OpenVm, "host" | "snapshot">;

function sessionsParts({ spec, tools, sessions }: CheckedOptions): OpenVm["sessions"] {
  const { software, cwd, user, files } = spec;
  return {
    software,
    cwd,
    user,
    instructions: files?.[INSTRUCTIONS_FILE] ?? "",
    agentPids: tools?.sessions,
    options: sessions,
  };
}

function handleOf(sidecar: Exclude<SidecarOption, { kind: "inline" }>): SidecarHandle {
  return sidecar.kind === "explicit" ? sidecar.handle : sharedSidecar(sidecar.pool ?? SHARED_POOL);
}

async function openInline({ spec, root }: CheckedOptions): Promise<Opened> {
  guardRegExps();
  const vm = await LocalVm.create({ ...spec, root: root && localImage(placeOf(root)) });
  return { host: vm, snapshot: async () => snapshotAt({ local: vm.image() }) };
}

function localImage(place: ImagePlace) {
  if ("local" in place) return place.local;
  throw wrongPlace("it was made in a sidecar, the VM is inline");
}

async function openRemote(checked: CheckedOptions, handle: SidecarHandle): Promise<Opened> {
  const connection = handle.connect();
  const host = await createIn(connection, checked).catch((error: unknown) => {
    // If the process ended before any of this VM was in it, nothing is lost: a fresh process is tried.
    const fresh = error instanceof SidecarExitError ? handle.connect() : connection;
    if (fresh === connection || checked.root) throw error;
    return createIn(fresh, checked);
  });
  return {
    host,
    async snapshot(link) {
      const id = await link.call({ syscall: "snapshot" }, "snapshot", []);
      return snapshotAt({ remote: { connection: host.connection, id } });
    },
  };
}

function createIn(connection: SidecarConnection, { spec, root }: CheckedOptions) {
  return connection.createVm(spec, root && remoteImage(placeOf(root), connection));
}

function remoteImage(place: ImagePlace, connection: SidecarConnection) {
  if ("local" in place) throw wrongPlace("it was made by an inline VM, the VM is in a sidecar");
  if (place.remote.connection !== connection) throw wrongPlace("it was made in another sidecar");
  return place.remote;
}

function wrongPlace(why: string): ConfigError {
  return new ConfigError("root", `AgentOs.create: option \`root\`: the snapshot cannot be used here: ${why}`);
}
