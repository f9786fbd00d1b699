// The identity of the process: process.getuid() and its kin. Source: node's src/node_credentials.cc.

import type { Value } from "@agentos/kernel/channel/guest";
import type { SystemErrors } from "../../errors.ts";
import type { Internals, NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";

/** The result of the native functions for an unknown name. */
const UNKNOWN = 1;
const NOT_PERMITTED = -1;

/** The messages of strerror(3) for errors of these calls. */
const TEXTS: Readonly<Record<string, string>> = {
  EINVAL: "Invalid argument",
  EPERM: "Operation not permitted",
};

export function installCredentials(node: NodeInternals, kernel: KernelClient, errors: SystemErrors): void {
  const credentials = node.binding("credentials");
  const ids = (index: number) => (): unknown => kernel.ask<readonly Value[]>("ids")[index];
  const fail = (errno: number, syscall: string): void => {
    if (errno >= 0) return;
    const code = errors.code(errno);
    throw Object.assign(new Error(`${code}, ${TEXTS[code] ?? code}`), { errno: -errno, code, syscall });
  };
  const setter = (call: string, name: string, file: string) => (who: number | string) => {
    const id = typeof who === "number" ? who : idOf(kernel, file, who);
    if (id === undefined) return UNKNOWN;
    fail(kernel.call(call, id).errno, name);
    return 0;
  };
  const readers = { getuid: ids(0), geteuid: ids(1), getgid: ids(2), getegid: ids(3), getgroups: ids(4) };
  Object.assign(process, readers);
  Object.assign(credentials, readers, {
    setuid: setter("setuid", "setuid", PASSWD),
    seteuid: setter("setuid", "seteuid", PASSWD),
    setgid: setter("setgid", "setgid", GROUP),
    setegid: setter("setgid", "setegid", GROUP),
    setgroups: (groups: readonly (number | string)[]) => {
      const found = groups.map((group) => (typeof group === "number" ? group : idOf(kernel, GROUP, group)));
      const unknown = found.indexOf(undefined);
      if (unknown >= 0) return unknown + 1;
      fail(kernel.call("setgroups", found as number[]).errno, "setgroups");
      return 0;
    },
    initgroups: () => fail(NOT_PERMITTED, "initgroups"),
    safeGetenv: (name: string) => process.env[name],
    getTempDir: () =>
      (process.env.TMPDIR || process.env.TMP || process.env.TEMP || "/tmp").replace(/(?<=.)\/$/, ""),
  });
  // In workers Node refuses these calls, and that stays so.
  if (node.isMainThread) wrapSetters(node);
}

const PASSWD = "/etc/passwd";
const GROUP = "/etc/group";

/** The id of a user or group: the third field in either file. */
function idOf(kernel: KernelClient, file: string, name: string): number | undefined {
  const { errno, value } = kernel.call("readFile", file, 0);
  if (errno < 0) return undefined;
  const lines = Buffer.from(value as Uint8Array)
    .toString("utf8")
    .split("\n");
  const found = lines.map((line) => line.split(":")).find((fields) => fields[0] === name);
  return found && Number(found[2]);
}

/** Node checks arguments before it calls the natives, which it took when it started; here it gets the replaced ones. */
function wrapSetters(node: NodeInternals): void {
  const target = process as unknown as Internals;
  const { abort, chdir, cwd, umask } = target;
  node.compileScript("internal/bootstrap/switches/does_own_process_state", (id) => node.module(id))();
  Object.assign(target, { abort, chdir, cwd, umask });
}
