import type { Value } from "@agentos/kernel/channel/guest";
import type { Internals, NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";

/** The machine as the VM shows it: the VM's names, and as much of the hardware as the guest may use. */
export function installOs(node: NodeInternals, kernel: KernelClient): void {
  const binding = node.binding("os");
  const uname = (): readonly string[] => kernel.ask<readonly Value[]>("uname") as readonly string[];
  const readFile = (path: string): string => {
    const { errno, value } = kernel.call("readFile", path, 0);
    return errno < 0 ? "" : Buffer.from(value as Uint8Array).toString("utf8");
  };
  const memory = (name: string): number => {
    const line = readFile("/proc/meminfo")
      .split("\n")
      .find((text) => text.startsWith(`${name}:`));
    return Number.parseInt(line?.slice(name.length + 1) ?? "0", 10) * 1024;
  };
  const home = (uid: number): string[] =>
    readFile("/etc/passwd")
      .split("\n")
      .map((line) => line.split(":"))
      .find((fields) => Number(fields[2]) === uid) ?? [];
  const ids = (): readonly Value[] => kernel.ask<readonly Value[]>("ids");

  const replacements: Internals = {
    getHostname: () => uname()[1],
    getOSInformation: () => {
      const [sysname, , release, version, machine] = uname();
      return [sysname, version, release, machine];
    },
    getHomeDirectory: () => process.env.HOME ?? home(ids()[0] as number)[5] ?? "/",
    getUptime: () => Number.parseFloat(readFile("/proc/uptime")) || 0,
    getLoadAvg: (into: Float64Array) => {
      const [one, five, fifteen] = readFile("/proc/loadavg").split(" ").map(Number);
      into.set([one || 0, five || 0, fifteen || 0]);
    },
    getTotalMem: () => memory("MemTotal"),
    getFreeMem: () => memory("MemAvailable"),
    getAvailableParallelism: () => 1,
    getCPUs: () => ["AgentOS virtual CPU", 0, 0, 0, 0, 0, 0],
    getInterfaceAddresses: () => ["lo", "127.0.0.1", "255.0.0.0", "IPv4", "00:00:00:00:00:00", true, -1],
    getUserInfo: (options: { encoding?: string } | undefined) => {
      const [uid, , gid] = ids() as readonly number[];
      const entry = home(uid!);
      const encode = (text: string): unknown => (options?.encoding === "buffer" ? Buffer.from(text) : text);
      return {
        uid,
        gid,
        username: encode(entry[0] ?? String(uid)),
        homedir: encode(entry[5] ?? "/"),
        shell: encode(entry[6] ?? "/bin/sh"),
      };
    },
    setPriority: (pid: number, priority: number, context: Record<string, unknown>) => {
      const { errno } = kernel.call("setPriority", pid, priority);
      if (errno < 0) Object.assign(context, { errno, code: "EACCES", syscall: "uv_os_setpriority" });
      return errno;
    },
    getPriority: (pid: number, context: Record<string, unknown>) => {
      const { errno, value } = kernel.call("getPriority", pid);
      if (errno === 0) return value;
      return void Object.assign(context, {
        errno,
        code: "ESRCH",
        message: "no such process",
        syscall: "uv_os_getpriority",
      });
    },
  };
  for (const [name, value] of Object.entries(replacements)) if (name in binding) binding[name] = value;
  Object.assign(process, {
    availableMemory: () => memory("MemAvailable"),
    constrainedMemory: () => memory("MemTotal"),
  });
}
