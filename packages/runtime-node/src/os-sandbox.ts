// The fourth wall: isolation of a guest process by the host's operating system. The possible ways are tried once, the
// best first, by running node in them; from then on every guest is started in the first that works. Each is a command
// that ends by becoming node or, with a process namespace, by waiting for it.

import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type GuestRoot, makeGuestRoot, NODE_NAME, nodeFiles } from "./guest-root.ts";

export interface OsSandbox {
  /**
   * Whether it separates the guest from the host's files, network and processes. Anything less does not count as a
   * wall.
   */
  readonly isUp: boolean;
  /** What it consists of, or what the host lacks for it. */
  readonly how: string;
  /** Whether node is a child of the started process, and the first process in a process namespace. */
  readonly forks: boolean;
  /** The command that runs node with the given arguments. */
  command(args: readonly string[]): { file: string; args: string[] };
}

let chosen: Promise<OsSandbox> | undefined;

/** The best sandbox that this host allows. */
export function osSandbox(): Promise<OsSandbox> {
  chosen ??= choose();
  return chosen;
}

async function choose(): Promise<OsSandbox> {
  if (process.platform !== "linux") return unprotected(`${process.platform} offers none that is supported`);
  const isRoot = process.geteuid!() === 0;
  const attempts = isRoot ? [namespacesOfRoot, otherUser] : [namespacesOfUser, bubblewrap, noNewPrivileges];
  const failures: string[] = [];
  for (const attempt of attempts) {
    try {
      const sandbox = await attempt();
      await tryOut(sandbox);
      return sandbox.isUp ? sandbox : { ...sandbox, how: `${sandbox.how}; ${advice(isRoot, failures)}` };
    } catch (error) {
      failures.push(firstLine(error));
    }
  }
  return unprotected(advice(isRoot, failures));
}

/** @throws the output of the command, if node does not run in it */
async function tryOut(sandbox: OsSandbox): Promise<void> {
  const { file, args } = sandbox.command(["--version"]);
  const { stdout } = await promisify(execFile)(file, args, { env: {}, timeout: 10_000 });
  if (stdout.trim() !== process.version) throw new Error(`node did not run in it: ${stdout}`);
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split("\n")[0]!;
}

function advice(isRoot: boolean, failures: readonly string[]): string {
  const need = isRoot
    ? "namespaces need CAP_SYS_ADMIN (in a container: --cap-add SYS_ADMIN and a seccomp profile that allows unshare and mount) and util-linux"
    : "namespaces need unprivileged user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns) and util-linux, or bubblewrap";
  return `${need}; tried: ${failures.join("; ")}`;
}

/** No sandbox at all. */
export function unprotected(how: string): OsSandbox {
  return { isUp: false, how, forks: false, command: (args) => ({ file: process.execPath, args: [...args] }) };
}

const NAMESPACES = ["--mount", "--net", "--pid", "--ipc", "--uts"];

/** For root, which needs no user namespace: node enters the prepared root as a user that nobody else is. */
async function namespacesOfRoot(): Promise<OsSandbox> {
  const root = await makeGuestRoot([]);
  return {
    isUp: true,
    forks: true,
    how: "namespaces (mount, network, processes, IPC, host name) by unshare, a root directory with nothing but node, a user id of its own, no new privileges",
    command: (args) => {
      const id = String(unusedId());
      return inRoot(root, ["--setuid", id, "--setgid", id], args);
    },
  };
}

async function namespacesOfUser(): Promise<OsSandbox> {
  const root = await makeGuestRoot(["--user", "--map-root-user"]);
  const ids = ["--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  return {
    isUp: true,
    forks: true,
    how: "namespaces (user, mount, network, processes, IPC, host name) by unshare, a root directory with nothing but node, no new privileges",
    command: (args) => inRoot(root, ids, args),
  };
}

function inRoot(root: GuestRoot, ids: readonly string[], args: readonly string[]) {
  const enter = [...root.enter, "--", "setpriv", "--no-new-privs", "--", "unshare", ...NAMESPACES, ...ids];
  const place = ["--fork", `--root=${root.path}`, "--wd=/empty", "--mount-proc=/proc", "--", NODE_NAME];
  return { file: "nsenter", args: [...enter, ...place, ...args] };
}

async function bubblewrap(): Promise<OsSandbox> {
  const files = nodeFiles().flatMap(({ from, to }) => ["--ro-bind", from, to]);
  const options = ["--unshare-all", "--as-pid-1", "--die-with-parent", "--uid", NOBODY, "--gid", NOBODY];
  const place = ["--proc", "/proc", "--dir", "/empty", "--chdir", "/empty", "--remount-ro", "/"];
  return {
    isUp: true,
    forks: true,
    how: "namespaces (user, mount, network, processes, IPC, host name, cgroup) by bubblewrap, a root directory with nothing but node, no new privileges",
    command: (args) => ({ file: "bwrap", args: [...options, ...files, ...place, "--", NODE_NAME, ...args] }),
  };
}

/** For root in a container that may not create namespaces: another user. */
async function otherUser(): Promise<OsSandbox> {
  return {
    isUp: false,
    forks: false,
    how: "a user id of its own and no new privileges by setpriv, but no namespaces",
    command: (args) => {
      const id = String(unusedId());
      const drop = ["--reuid", id, "--regid", id, "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"];
      return setpriv([...drop, "--no-new-privs"], args);
    },
  };
}

async function noNewPrivileges(): Promise<OsSandbox> {
  return {
    isUp: false,
    forks: false,
    how: "no new privileges by setpriv, but no namespaces",
    command: (args) => setpriv(["--no-new-privs"], args),
  };
}

function setpriv(options: readonly string[], args: readonly string[]) {
  return { file: "setpriv", args: [...options, "--", process.execPath, ...args] };
}

const NOBODY = "65534";
/** Ids that neither systemd nor useradd assigns. */
const FIRST_UNUSED_ID = 0x7000_0000;
const UNUSED_IDS = 0x0fff_ffff;

/** A user that owns nothing; nobody, if a container does not map such ids. */
function unusedId(): number {
  return mapsUnusedIds() ? FIRST_UNUSED_ID + randomInt(UNUSED_IDS) : Number(NOBODY);
}

let mapped: boolean | undefined;

/** Source: user_namespaces(7). */
function mapsUnusedIds(): boolean {
  mapped ??= readFileSync("/proc/self/uid_map", "latin1")
    .trim()
    .split("\n")
    .some((line) => {
      const [first, , count] = line.trim().split(/ +/).map(Number);
      return first! <= FIRST_UNUSED_ID && first! + count! > FIRST_UNUSED_ID + UNUSED_IDS;
    });
  return mapped;
}
