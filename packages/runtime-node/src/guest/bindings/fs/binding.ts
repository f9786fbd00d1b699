// Node's fs binding on the kernel's calls.

import type { Value } from "@agentos/kernel/channel/guest";
import type { Failure, SystemErrors } from "../../errors.ts";
import type { Internals, Native, NodeInternals } from "../../internals.ts";
import type { KernelClient } from "../../kernel-client.ts";
import type { NameCache } from "../../modules/name-cache.ts";
import { toKernel } from "../../text.ts";
import { checkMode } from "./arguments.ts";
import { FS_CALLS, type FsCall } from "./calls.ts";
import { createCopying } from "./copy.ts";
import { createJobs } from "./jobs.ts";
import { LastOpened } from "./last-opened.ts";
import { FileReads } from "./pieces.ts";
import { createFileHandleClass, FSReqCallback } from "./requests.ts";
import { StatCache } from "./stat-cache.ts";
import { installStats } from "./stats.ts";
import { installTransfers, type Operation } from "./transfers.ts";

type Arguments = readonly unknown[];

export class FsBinding {
  readonly #kernel: KernelClient;
  readonly #errors: SystemErrors;
  readonly #names: NameCache;
  readonly #opened: LastOpened;
  readonly #binding: Internals;
  readonly #promises: unknown;
  /** @throws TypeError, RangeError */
  readonly #checkFd: (fd: unknown) => void;
  readonly #FileHandle: new (
    fd: number,
  ) => { fd: number };

  constructor(node: NodeInternals, kernel: KernelClient, errors: SystemErrors, names: NameCache) {
    this.#kernel = kernel;
    this.#names = names;
    this.#opened = new LastOpened(kernel);
    this.#errors = errors;
    this.#binding = node.binding("fs");
    this.#promises = this.#binding.kUsePromises;
    this.#checkFd = node.module("internal/fs/utils").getValidatedFd as (fd: unknown) => void;
    this.#FileHandle = createFileHandleClass(kernel, (errno, syscall) => errors.create(errno, { syscall }));
  }

  install(): void {
    const binding = this.#binding;
    for (const [name, call] of Object.entries(FS_CALLS)) {
      if (name in binding) binding[name] = this.#function(name, call);
    }
    this.#installOpening();
    installStats(binding, {
      errors: this.#errors,
      names: this.#names,
      opened: this.#opened,
      stats: new StatCache(this.#kernel),
      checkFd: this.#checkFd,
      answer: (...question) => this.#answer(...question),
    });
    const reads = new FileReads(this.#kernel);
    installTransfers(binding, {
      kernel: this.#kernel,
      errors: this.#errors,
      opened: this.#opened,
      reads,
      settle: (...question) => this.#settle(...question),
    });
    this.#installLoader();
    const { cpSyncCopyDir } = binding;
    Object.assign(binding, createJobs(this.#kernel, this.#errors, reads));
    if (cpSyncCopyDir) Object.assign(binding, createCopying(this.#kernel, this.#errors));
    binding.FSReqCallback = FSReqCallback;
    binding.FileHandle = this.#FileHandle;
  }

  #function(name: string, row: FsCall): Native {
    const self = this;
    return function binding(...a: unknown[]): unknown {
      return self.#run(name, row, a, binding);
    };
  }

  #run(name: string, row: FsCall, a: Arguments, above: Native): unknown {
    if (row.fd) this.#checkFd(a[0]);
    if (row.mode !== undefined) checkMode(a[row.mode]);
    const call = typeof row.call === "function" ? row.call(a) : (row.call ?? name);
    const failure: Failure = { syscall: row.syscall ?? name };
    if (row.path !== undefined) failure.path = row.named ? row.named(a) : a[row.path];
    if (row.dest !== undefined) failure.dest = a[row.dest];
    const finish = row.result ? (value: Value) => row.result!(value, a) : nothing;
    return this.#answer(call, row.args(a), a[row.request], failure, finish, above);
  }

  /** Answers synchronously, by callback or by promise, depending on the request. */
  #answer(
    call: string,
    args: Value[],
    request: unknown,
    failure: Failure,
    finish: (value: Value) => unknown,
    above: Native,
  ): unknown {
    if (request === undefined) {
      const { errno, value } = this.#kernel.call(call, ...args);
      if (errno < 0) throw this.#errors.create(errno, failure, above);
      return finish(value);
    }
    return this.#settle(
      request,
      failure,
      (type, done) => this.#kernel.operate(type, call, args, done),
      finish,
    );
  }

  #settle(request: unknown, failure: Failure, start: Operation, finish: (value: Value) => unknown): unknown {
    if (request === this.#promises) {
      return new Promise((resolve, reject) => {
        start("FSREQPROMISE", (errno, value) => {
          if (errno < 0) reject(this.#errors.create(errno, failure));
          else resolve(finish(value));
        });
      });
    }
    const { oncomplete } = request as FSReqCallback;
    start("FSREQCALLBACK", (errno, value) => {
      const callback = (request as FSReqCallback).oncomplete ?? oncomplete;
      if (errno < 0) callback!.call(request, this.#errors.create(errno, failure));
      else if (finish === nothing) callback!.call(request, null);
      else callback!.call(request, null, finish(value));
    });
    return undefined;
  }

  // ── opening and closing at once ──────────────────────────────────────

  #installOpening(): void {
    const self = this;
    const binding = this.#binding;
    binding.open = function open(...a: unknown[]): unknown {
      const [file, flags, mode, request] = a;
      if (request !== undefined) return self.#run("open", FS_CALLS.open!, a, open);
      const fd = self.#opened.open(toKernel(file), flags as number, (mode ?? 0) as number);
      if (fd < 0) throw self.#errors.create(fd, { syscall: "open", path: file }, open);
      return fd;
    };
    binding.openFileHandle = function openFileHandle(...a: unknown[]): unknown {
      const [file, flags, mode, request] = a;
      const args = [toKernel(file), flags as number, mode as number];
      const wrap = (fd: Value): unknown => new self.#FileHandle(fd as number);
      return self.#answer("open", args, request, { syscall: "open", path: file }, wrap, openFileHandle);
    };
    binding.close = function close(...a: unknown[]): unknown {
      const [fd, request] = a;
      self.#checkFd(fd);
      if (request === undefined && self.#opened.close(fd as number)) return undefined;
      return self.#run("close", FS_CALLS.close!, a, close);
    };
  }

  // ── what the module loader asks ──────────────────────────────────────

  #installLoader(): void {
    const kernel = this.#kernel;
    const binding = this.#binding;
    const errors = this.#errors;
    const names = this.#names;
    binding.existsSync = (file: unknown) => {
      const kind = typeof file === "string" ? names.kindOf(file) : undefined;
      return kind === undefined ? kernel.call("exists", toKernel(file)).value === true : kind >= 0;
    };
    binding.internalModuleStat = (file: unknown) => {
      const kind = typeof file === "string" ? names.moduleKindOf(file) : undefined;
      if (kind !== undefined) return kind;
      const { errno, value } = kernel.call("moduleStat", toKernel(file));
      return errno < 0 ? errno : value;
    };
    binding.getFormatOfExtensionlessFile = (file: unknown) => {
      const { errno, value } = kernel.call("readFile", toKernel(file), 0);
      const isWasm =
        errno >= 0 &&
        Buffer.from(value as Uint8Array)
          .subarray(0, 4)
          .equals(WASM_MAGIC);
      return isWasm ? 1 : 0;
    };
    binding.rmSync = function rmSync(...a: unknown[]): unknown {
      const [file, , recursive] = a;
      const { errno } = kernel.call("rm", toKernel(file), recursive === true);
      if (errno === 0 || errors.code(errno) === "ENOENT") return undefined;
      throw (
        removalError(errors, errno, String(file)) ??
        errors.create(errno, { syscall: "rm", path: file }, rmSync)
      );
    };
    binding.legacyMainResolve = (...a: unknown[]) => this.#legacyMain(a);
  }

  /** The index of the first file that a package's main may mean. Source: Node's lib/internal/modules/esm/resolve.js. */
  #legacyMain([packageUrl, main, base]: Arguments): number {
    const pathOf = (place: unknown): string =>
      String(place).startsWith("file:") ? decodeURIComponent(new URL(String(place)).pathname) : String(place);
    const directory = pathOf(packageUrl);
    const folder = directory.replace(/\/+[^/]*$/, "");
    for (const [i, suffix] of LEGACY_MAINS.entries()) {
      if (i < 7 && !main) continue;
      const start = String(main).startsWith("/") ? String(main) : `${folder}/${String(main)}`;
      const name = i < 7 ? `${start}${suffix}` : `${folder}/${suffix}`;
      const kind = this.#names.moduleKindOf(name) ?? this.#kernel.ask("moduleStat", name);
      if (kind === 0) return i;
    }
    const wanted = main ? `${folder}/${String(main)}` : `${folder}/index.js`;
    const error = new Error(`Cannot find package '${wanted}'${base ? ` imported from ${pathOf(base)}` : ""}`);
    throw Object.assign(error, { code: "ERR_MODULE_NOT_FOUND" });
  }
}

const WASM_MAGIC = Buffer.from([0, 0x61, 0x73, 0x6d]);
const LEGACY_MAINS = [
  "",
  ".js",
  ".json",
  ".node",
  "/index.js",
  "/index.json",
  "/index.node",
  "index.js",
  "index.json",
  "index.node",
];

/** The error of std::filesystem, by which Node's rmSync is implemented. */
function removalError(errors: SystemErrors, errno: number, path: string): Error | undefined {
  const code = errors.code(errno);
  if (code === "EISDIR") {
    return Object.assign(new Error(`Path is a directory: ${path}`), { code: "ERR_FS_EISDIR" });
  }
  const text = REMOVAL_TEXTS[code];
  if (text === undefined) return undefined;
  return Object.assign(new Error(`${code}, ${text}: '${path}'`), {
    errno: -errno,
    code,
    path,
    syscall: "rm",
  });
}

const REMOVAL_TEXTS: Readonly<Record<string, string>> = {
  EACCES: "Permission denied",
  EPERM: "Operation not permitted",
  ENOTEMPTY: "Directory not empty",
};

const nothing = (): undefined => undefined;
