// process.cwd, chdir, umask, kill, exit, and the identity of the process.

import type { SystemErrors } from "../../errors.ts";
import type { Internals, Native, NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import { fromKernel, toKernel } from "../../text.ts";

/** Node's process object, whose properties the boot code replaces. */
const target = process as unknown as Internals;

export function installProcessMethods(node: NodeInternals, kernel: KernelClient, errors: SystemErrors): void {
  const methods = node.binding("process_methods");
  if (node.isMainThread) forgetDirectory(methods);
  methods.cwd = () => fromKernel(kernel.ask("cwd"), "utf8");
  methods.chdir = function chdir(directory: unknown): void {
    // Like a C string, it ends at the first NUL.
    const { errno } = kernel.call("chdir", toKernel(String(directory).replace(/\0.*/s, "")));
    if (errno >= 0) return;
    const from = String((methods.cwd as Native)());
    throw errors.create(errno, { syscall: "chdir", path: from, dest: directory }, chdir);
  };
  methods.umask = (mask: number | undefined) => kernel.ask("umask", mask);
  methods._rawDebug = (text: unknown) => {
    kernel.call("complain", Buffer.from(`${String(text)}\n`));
  };
  methods._kill = target._kill = (pid: number, signal: number) => kernel.call("kill", pid, signal).errno;
  if (node.isMainThread) installEnds(methods, kernel);
  else target.cwd = methods.cwd;
  const parseEnv = node.binding("util").parseEnv as (text: string) => Record<string, string>;
  const { getValidatedPath } = node.module("internal/fs/utils") as {
    getValidatedPath(path: unknown): unknown;
  };
  target.loadEnvFile = function loadEnvFile(path?: unknown): void {
    const file = path === undefined || path === null ? ".env" : getValidatedPath(path);
    const { errno, value } = kernel.call("readFile", toKernel(file), 0);
    if (errno < 0) throw errors.create(errno, { syscall: "open", path: file }, loadEnvFile);
    const found = parseEnv(Buffer.from(value as Uint8Array).toString("utf8"));
    for (const [name, text] of Object.entries(found)) process.env[name] ??= text;
  };
}

/** Workers only end themselves, and cannot abort the process. */
function installEnds(methods: Internals, kernel: KernelClient): void {
  const exit = (code: unknown): void => {
    kernel.call("exit", Number(code ?? 0) & 0xff);
  };
  // The kernel ends this process as soon as it knows the code.
  methods.reallyExit = target.reallyExit = exit;
  methods.abort = target.abort = () => {
    kernel.call("kill", target.pid as number, SIGABRT);
  };
}

/** Node caches the working directory until the next chdir(); what it has cached is the host's. */
function forgetDirectory(methods: Internals): void {
  methods.chdir = () => {};
  (target.chdir as Native)(".");
}

const SIGABRT = 6;
