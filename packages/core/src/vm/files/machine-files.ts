// What a machine knows about itself when it starts: text files and host names, written before any program runs.

import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import type { VmSpec } from "../spec.ts";
import { openAppFile, using, type VmFiles } from "./app-file.ts";
import { readWhole } from "./file-content.ts";
import { makeDirectories } from "./file-trees.ts";

const HOSTS = "/etc/hosts";
const encoder = new TextEncoder();

export async function writeMachineFiles(vm: VmFiles, { files = {}, hosts = {} }: VmSpec): Promise<void> {
  const root = { ...vm, uid: 0, gid: 0 };
  for (const [path, text] of Object.entries(files)) {
    await makeDirectories(root, path.slice(0, path.lastIndexOf("/")) || "/");
    await write(root, path, O_TRUNC, text);
  }
  const known = Object.keys(hosts).length > 0 ? await hostsFile(root) : "";
  for (const [name, address] of Object.entries(hosts)) {
    if (!known.includes(`\t${name}\n`)) await write(root, HOSTS, O_APPEND, `${address}\t${name}\n`);
  }
}

/** Empty if the root file system has none, as an image of the app's may. */
async function hostsFile(vm: VmFiles): Promise<string> {
  if (!(await vm.namespace.statIfExists(vm.caller, HOSTS))) return "";
  return new TextDecoder().decode(await readWhole(vm, HOSTS));
}

async function write(vm: VmFiles, path: string, how: number, text: string): Promise<void> {
  const file = await openAppFile(vm, path, O_WRONLY | O_CREAT | how, 0o644);
  await using(file, () => file.write(encoder.encode(text)));
}
