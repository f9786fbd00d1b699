// Runs commands on a tree of files in a VM and on the host, both as root and at the same path. For differential tests.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDirectory, isRegular, isSymlink, O_RDONLY, type Stat } from "@agentos/kernel/abi";
import type { Proc } from "@agentos/kernel/program";
import { bootTestVm, testSoftware } from "@agentos/kernel/testing";
import { expect, it } from "vitest";
import { tools } from "../index.ts";

/** Text; a directory ("name/": its mode); or a link ("name@": its target). */
export type Tree = Readonly<Record<string, string | number>>;

export interface TreeCase {
  /** Commands, one after another: words between spaces; '…' and "…" keep spaces, $'…' knows escapes. */
  run: string | readonly string[];
  files?: Tree;
  stdin?: string;
  env?: Readonly<Record<string, string>>;
  /** The order of output lines is not defined. */
  unordered?: boolean;
  /** Compares only exit codes and the tree: GNU's words are of no use here. */
  quiet?: boolean;
}

interface Outcome {
  steps: { stdout: string; stderr: string; status: number }[];
  tree: string[];
}

const MTIME_SECONDS = 1_700_000_000;
const MTIME_NS = BigInt(MTIME_SECONDS) * 1_000_000_000n;
const ENVIRONMENT = { LC_ALL: "C.UTF-8", TZ: "UTC0", HOME: "/root" };

/** One test per case: the command of the VM does what GNU's does. Skipped without the host's tool. */
export function differential(files: Tree, cases: readonly (string | readonly string[] | TreeCase)[]): void {
  for (const entry of cases) {
    const test: TreeCase = typeof entry === "string" || !("run" in entry) ? { run: entry } : entry;
    const commands = typeof test.run === "string" ? [test.run] : test.run;
    const whole = { ...test, files: { ...files, ...test.files } };
    const missing = spawnSync(wordsOf(commands[0]!)[0]!, ["--version"]).status !== 0;
    it.skipIf(missing)(`agrees with GNU: ${commands.join("; ")}`, async () => {
      const cwd = mkdtempSync(join(tmpdir(), "tree-"));
      try {
        const host = onHost(cwd, whole, commands);
        expect(await inVm(cwd, whole, commands)).toEqual(host);
      } finally {
        rmSync(cwd, { recursive: true, force: true });
      }
    });
  }
}

/** The words of a command line of this oracle. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:\$'(?:[^'\\]|\\.)*'|'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    words.push(
      match[0].replace(/(\$?)'((?:[^'\\]|\\.)*)'|"([^"]*)"/g, (_, escapes, single, double) =>
        escapes ? JSON.parse(`"${single}"`) : (single ?? double),
      ),
    );
  }
  return words;
}

function outcome(stdout: string, stderr: string, status: number, { unordered, quiet }: TreeCase) {
  const order = (text: string) => (unordered ? text.split("\n").sort().join("\n") : text);
  return quiet
    ? { stdout: "", stderr: "", status }
    : { stdout: order(stdout), stderr: order(stderr), status };
}

function onHost(cwd: string, test: TreeCase, commands: readonly string[]): Outcome {
  chmodSync(cwd, 0o755);
  const directories = new Map([[cwd, 0o755]]);
  for (const [name, content] of Object.entries(test.files ?? {})) {
    const path = join(cwd, name.replace(/[/@]$/, ""));
    mkdirSync(name.endsWith("/") ? path : dirname(path), { recursive: true, mode: 0o755 });
    if (typeof content === "number") directories.set(path, content);
    else if (name.endsWith("@")) symlinkSync(content, path);
    else writeFileSync(path, content, { mode: 0o644 });
  }
  for (const name of [".", ...namesBelow(cwd)]) lutimesSync(join(cwd, name), MTIME_SECONDS, MTIME_SECONDS);
  for (const [path, mode] of directories) chmodSync(path, mode);
  const { PATH = "" } = process.env;
  const env = { PATH, ...ENVIRONMENT, ...test.env };
  const steps = commands.map((line) => {
    const [command, ...words] = wordsOf(line);
    const run = spawnSync(command!, words, { cwd, input: test.stdin ?? "", env });
    return outcome(run.stdout.toString("latin1"), run.stderr.toString(), run.status ?? -1, test);
  });
  return { steps, tree: hostTree(cwd) };
}

function namesBelow(root: string, prefix = ""): string[] {
  return readdirSync(join(root, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = prefix + entry.name;
    return entry.isDirectory() ? [name, ...namesBelow(root, `${name}/`)] : [name];
  });
}

function hostTree(root: string): string[] {
  return namesBelow(root)
    .map((name) => {
      const path = join(root, name);
      const stat = lstatSync(path);
      const text = stat.isSymbolicLink()
        ? readlinkSync(path)
        : stat.isFile()
          ? readFileSync(path, "latin1")
          : "";
      return treeLine(name, stat, text, stat.mtimeMs);
    })
    .sort();
}

type Entry = Pick<Stat, "mode" | "nlink" | "uid" | "gid">;

/** Times only where a command set one: those of the run itself differ. */
function treeLine(name: string, { mode, nlink, uid, gid }: Entry, text: string, mtimeMs: number): string {
  const links = isDirectory(mode) ? "" : ` ${nlink}`;
  const time = mtimeMs < Date.now() - 86_400_000 ? Math.floor(mtimeMs / 1000) : "now";
  return `${name} ${mode.toString(8)}${links} ${uid}:${gid} ${time} ${JSON.stringify(text)}`;
}

const recorder = testSoftware({
  "age-tree": async (proc) => {
    await age(proc, proc.cwd);
    return 0;
  },
  "record-tree": async (proc) => {
    const lines: string[] = [];
    await record(proc, proc.cwd, "", lines);
    const text = new TextEncoder().encode(JSON.stringify(lines.sort()));
    await proc.write(1, text);
    return 0;
  },
});

async function age(proc: Proc, path: string): Promise<void> {
  const { mode } = await proc.lstat(path);
  if (isDirectory(mode)) for (const { name } of await proc.readdir(path)) await age(proc, `${path}/${name}`);
  await proc.utimes(path, MTIME_NS, MTIME_NS, false);
}

async function record(proc: Proc, directory: string, prefix: string, lines: string[]): Promise<void> {
  for (const { name, stat } of await proc.readdirStat(directory)) {
    const path = `${directory}/${name}`;
    let text = "";
    if (isSymlink(stat.mode)) text = await proc.readlink(path);
    else if (isRegular(stat.mode)) text = await contentOf(proc, path, stat.size);
    lines.push(treeLine(prefix + name, stat, text, Number(stat.mtimeNs / 1_000_000n)));
    if (isDirectory(stat.mode)) await record(proc, path, `${prefix}${name}/`, lines);
  }
}

async function contentOf(proc: Proc, path: string, size: number): Promise<string> {
  const fd = await proc.open(path, O_RDONLY);
  const bytes = new Uint8Array(size);
  await proc.read(fd, bytes);
  await proc.close(fd);
  return Buffer.from(bytes).toString("latin1");
}

async function inVm(cwd: string, test: TreeCase, commands: readonly string[]): Promise<Outcome> {
  const owner = { uid: 0, gid: 0 };
  const placed: Record<string, object> = { [`${cwd}/`]: { ...owner, mode: 0o755 } };
  for (const [name, content] of Object.entries(test.files ?? {})) {
    const path = `${cwd}/${name.replace(/[/@]$/, "")}`;
    for (let parent = dirname(path); parent.length > cwd.length; parent = dirname(parent)) {
      placed[`${parent}/`] ??= owner;
    }
    if (typeof content === "number") placed[`${path}/`] = { ...owner, mode: content };
    else placed[path] = { ...owner, ...(name.endsWith("@") ? { symlink: content } : { content }) };
  }
  const vm = bootTestVm({ software: [tools, recorder], files: placed });
  try {
    await vm.run(["age-tree"], { cwd, uid: 0 });
    const env = { ...ENVIRONMENT, ...test.env };
    const steps = [];
    for (const line of commands) {
      const run = await vm.run(wordsOf(line), { cwd, uid: 0, env, stdin: test.stdin ?? "" });
      const stdout = Buffer.from(run.stdoutBytes).toString("latin1");
      steps.push(outcome(stdout, run.stderr, run.exitCode, test));
    }
    const tree = await vm.run(["record-tree"], { cwd, uid: 0 });
    return { steps, tree: JSON.parse(tree.stdout) };
  } finally {
    vm.dispose();
  }
}
