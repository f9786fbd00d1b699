// The root directory of sandboxed guests: node, the libraries it is linked with, /proc and nothing else. It is mounted
// in a namespace that only this process and its guests can enter, and that disappears with them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { emptyDirectory } from "./empty-directory.ts";

/** node's name in the guest's PATH. */
export const NODE_NAME = "node";
const NODE_PATH = "/usr/bin/node";

export interface GuestRoot {
  /** The path of the directory for a process in the namespace. */
  readonly path: string;
  /** The options of nsenter(1) that enter the namespace. */
  readonly enter: readonly string[];
}

interface NodeFile {
  from: string;
  to: string;
}

/** The files that node needs to start. */
export function nodeFiles(): NodeFile[] {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean };
  const { excludeNetwork } = report;
  report.excludeNetwork = true;
  const { sharedObjects } = report.getReport() as { sharedObjects: string[] };
  report.excludeNetwork = excludeNetwork;
  const libraries = sharedObjects.filter((path) => path.startsWith("/") && path !== process.execPath);
  return [{ from: process.execPath, to: NODE_PATH }, ...libraries.map((path) => ({ from: path, to: path }))];
}

/** $1 is the directory; then come pairs: a file of the host and where to show it. */
const SCRIPT = `set -e
root=$1; shift
mount -t tmpfs -o mode=755,size=1m,nosuid,nodev none "$root"
mkdir "$root/proc" "$root/empty"
while [ $# -gt 0 ]; do
  mkdir -p "$root\${2%/*}"
  : > "$root$2"
  mount --bind "$1" "$root$2"
  mount -o remount,bind,ro "$root$2"
  shift 2
done
mount -o remount,bind,ro "$root"
echo ready
read -r _
`;

/** @param user options of unshare(1) for a user namespace @throws the output of the failed commands */
export async function makeGuestRoot(user: readonly string[]): Promise<GuestRoot> {
  const path = emptyDirectory();
  const files = nodeFiles().flatMap(({ from, to }) => [from, to]);
  const shell = spawn("unshare", ["--mount", ...user, "--", "/bin/sh", "-c", SCRIPT, "sh", path, ...files], {
    env: {},
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaint = "";
  shell.stderr.on("data", (text) => (complaint += text));
  const ended = Promise.race([once(shell, "close"), once(shell, "error")]);
  const [said] = await Promise.race([once(shell.stdout, "data"), ended]);
  if (String(said) !== "ready\n") {
    const error = said instanceof Error ? said : new Error(complaint || "no guest root");
    throw error;
  }
  // The namespaces live as long as these descriptors, which no child inherits.
  const kinds = user.length > 0 ? ["user", "mnt"] : ["mnt"];
  const held = kinds.map((kind) => openSync(`/proc/${shell.pid}/ns/${kind}`, "r"));
  shell.stdin.end();
  const names = { user: "--user", mnt: "--mount" } as Readonly<Record<string, string>>;
  const enter = kinds.map((kind, i) => `${names[kind]}=/proc/${process.pid}/fd/${held[i]}`);
  return { path, enter: user.length > 0 ? ["--preserve-credentials", ...enter] : enter };
}
