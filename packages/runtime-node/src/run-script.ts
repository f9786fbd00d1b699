// node --run: a script of the nearest package.json, in the VM's shell. Source: node's src/node_task_runner.cc.

import { encode, exitCodeOf, exited, isSysError, X_OK } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import { readWhole } from "./calls/descriptor-calls.ts";

/** A larger file is not parsed, as that would block the kernel's thread. */
const LARGEST_PACKAGE = 1 << 20;

interface Package {
  file: string;
  directory: string;
  scripts: ReadonlyMap<string, string>;
}

/** @returns node's exit code, which only tells whether the script failed */
export async function runScript(proc: Proc, name: string, args: readonly string[]): Promise<number> {
  const complain = async (text: string): Promise<number> => {
    await proc.write(2, encode(text));
    return 1;
  };
  const found = await findPackage(proc);
  if (!found) return complain(`Can't find package.json for directory ${proc.cwd}\n`);
  const script = found.scripts.get(name);
  if (script === undefined) return complain(missing(name, found));
  const command = [script, ...args.map(quote)].join(" ");
  const env = new Map(proc.env);
  env.set("PATH", `${(await binDirectories(proc, found.directory)).join(":")}:${proc.env.get("PATH") ?? ""}`);
  env.set("NODE_RUN_SCRIPT_NAME", name);
  env.set("NODE_RUN_PACKAGE_JSON_PATH", found.file);
  const options = { env, cwd: found.directory };
  const pid = await proc.spawn("/bin/sh", ["sh", "-c", command], options);
  const { status } = (await proc.wait(pid))!;
  return exited(status) && exitCodeOf(status) === 0 ? 0 : 1;
}

function missing(name: string, { file, scripts }: Package): string {
  const list = [...scripts].map(([script, command]) => `  ${script}: ${command}\n`).join("");
  return `Missing script: "${name}" for ${file}\n\nAvailable scripts are:\n${list}`;
}

/** Looks for package.json in the working directory and those above it. */
async function findPackage(proc: Proc): Promise<Package | undefined> {
  for (const directory of ancestors(proc.cwd)) {
    const file = `${directory}/package.json`;
    let text: string;
    try {
      if ((await proc.stat(file)).size > LARGEST_PACKAGE) continue;
      text = Buffer.from(await readWhole(proc, file, 0)).toString("utf8");
    } catch (error) {
      if (!isSysError(error)) throw error;
      continue;
    }
    return { file, directory: directory || "/", scripts: scriptsOf(text) };
  }
  return undefined;
}

function scriptsOf(text: string): Map<string, string> {
  let scripts: unknown;
  try {
    scripts = (JSON.parse(text) as { scripts?: unknown } | null)?.scripts;
  } catch {
    return new Map();
  }
  const entries = Object.entries((scripts ?? {}) as Record<string, unknown>);
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

async function binDirectories(proc: Proc, directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const parent of ancestors(directory)) {
    const bin = `${parent}/node_modules/.bin`;
    if (await proc.access(bin, X_OK)) found.push(bin);
  }
  return found;
}

/** The directory and all above it, without trailing slashes. */
function ancestors(directory: string): string[] {
  const parts = directory.split("/").filter(Boolean);
  return Array.from({ length: parts.length + 1 }, (_, i) =>
    parts
      .slice(0, parts.length - i)
      .map((part) => `/${part}`)
      .join(""),
  );
}

/** Quotes what is appended to a script, as node does: only where the shell would not see a single plain word. */
function quote(word: string): string {
  if (word === "") return "''";
  return /[[\]~#$&*(){}|;<>?!'"`\s\\]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : word;
}
