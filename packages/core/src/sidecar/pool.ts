import { SidecarHandle } from "./handle.ts";

/** How long a shared sidecar without VMs is kept. */
const IDLE_MS = 30_000;

const shared = new Map<string, SidecarHandle>();

/** The app's shared sidecar of that name. It is started at first use. */
export function sharedSidecar(pool: string): SidecarHandle {
  let handle = shared.get(pool);
  if (handle === undefined) {
    handle = new SidecarHandle("shared", IDLE_MS);
    shared.set(pool, handle);
  }
  return handle;
}
