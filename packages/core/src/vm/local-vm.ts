// One VM in this process: a kernel, and the app's calls on it.

import { Kernel } from "@agentos/kernel";
import type { MaybePromise } from "@agentos/kernel/abi";
import type { Software } from "@agentos/kernel/program";
import { MountNamespace, type OverlayFs } from "@agentos/vfs";
import { VmDisposedError } from "../errors.ts";
import type { VmCalls, VmStreams } from "./calls.ts";
import type { Channel } from "./channel.ts";
import type { VmFiles } from "./files/app-file.ts";
import { readWhole } from "./files/file-content.ts";
import { readStream, watchStream, writeStream } from "./files/local-file-streams.ts";
import { fileCalls, userFileCalls } from "./files/local-files.ts";
import { writeMachineFiles } from "./files/machine-files.ts";
import type { VmHost } from "./host.ts";
import { createImage, createRoot, type Image } from "./image.ts";
import { connectionChannel } from "./local-connect.ts";
import { AppServices } from "./local-serve.ts";
import { attachAll, mountCalls } from "./mounts/local-mounts.ts";
import { closeAll } from "./mounts/made-mounts.ts";
import { withNodePackages } from "./mounts/node-packages.ts";
import type { LaunchContext } from "./processes/launch.ts";
import { type Cancellation, runToEnd } from "./processes/local-exec.ts";
import { LocalProcesses } from "./processes/local-processes.ts";
import { killFamily, listFamily } from "./processes/process-family.ts";
import { toolSoftware } from "./processes/tool-commands.ts";
import { describeRuntimes } from "./runtimes.ts";
import type { VmSpec } from "./spec.ts";
import { findUser, type VmUser } from "./users.ts";

/** The default limit on the output that `exec` collects. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Files are kept in the host's memory, which a guest must not be able to fill. */
const MAX_FILESYSTEM_BYTES = 2 * 1024 ** 3;
const MAX_INODES = 2 ** 20;
const DEFAULT_USER = "user";

type AnyCall = (...args: readonly unknown[]) => MaybePromise<unknown>;

export class LocalVm implements VmHost {
  readonly streams: VmStreams;
  readonly #calls: Omit<VmCalls, "snapshot">;
  readonly #kernel: Kernel;
  readonly #root: OverlayFs;
  readonly #software: readonly Software[];
  /** The packages of this VM alone. */
  readonly #own: readonly Software[];
  readonly #context: LaunchContext;
  readonly #maxOutputBytes: number;
  /** Rejects each call that waits, when the VM is disposed. */
  readonly #pending = new Set<(error: Error) => void>();
  readonly #channels = new Set<Channel<unknown, unknown>>();
  #disposed = false;

  private constructor(parts: {
    kernel: Kernel;
    root: OverlayFs;
    software: readonly Software[];
    own: readonly Software[];
    context: LaunchContext;
    files: VmFiles;
    maxOutputBytes: number;
  }) {
    const { kernel, files, context } = parts;
    this.#kernel = kernel;
    this.#root = parts.root;
    this.#software = parts.software;
    this.#own = parts.own;
    this.#context = context;
    this.#maxOutputBytes = parts.maxOutputBytes;
    const processes = new LocalProcesses(context);
    const services = new AppServices(kernel.network);
    this.#calls = {
      ...fileCalls(files),
      ...userFileCalls(files, context.user),
      ...mountCalls(files),
      exec: (request) => runToEnd(context, request, this.#maxOutputBytes),
      spawn: (request) => processes.spawn(request),
      waitProcess: (pid) => processes.wait(pid),
      writeStdin: (pid, data) => processes.write(pid, data),
      closeStdin: (pid) => processes.closeInput(pid),
      signalProcess: (pid, signal) => processes.signal(pid, signal),
      resizePty: (pid, cols, rows) => processes.resize(pid, cols, rows),
      hangUp: (pid) => processes.hangUp(pid),
      listProcesses: () => processes.list(),
      listFamily: (pid) => listFamily(kernel, pid),
      killFamily: (pid, except) => killFamily(kernel, pid, except),
      describeRuntimes: () => describeRuntimes(parts.software),
    };
    this.streams = {
      readStream: (path, start, end) => readStream(files, path, start, end),
      writeStream: (path, append, mode) => writeStream(files, path, append, mode),
      processOutput: (pid) => processes.output(pid),
      watch: (path, recursive) => watchStream(files, path, recursive),
      connect: (port) => connectionChannel(kernel.network.connectFromHost(port)),
      serve: (host, port) => services.serve(host, port),
      accepted: (connection) => services.accepted(connection),
    };
  }

  static async create(spec: VmSpec): Promise<LocalVm> {
    const {
      maxOutputBytes = MAX_OUTPUT_BYTES,
      maxFilesystemBytes = MAX_FILESYSTEM_BYTES,
      maxInodes = MAX_INODES,
      ...limits
    } = spec.limits;
    const own = spec.hostTools ? [toolSoftware(spec.hostTools)] : [];
    const quota = { maxBytes: maxFilesystemBytes, maxInodes };
    const { root, software } = createRoot(spec.root, spec.software.map(withNodePackages), quota, own);
    const namespace = new MountNamespace(root);
    const kernel = new Kernel({
      namespace,
      software: [...software, ...own],
      hostname: spec.hostname,
      policy: spec.policy,
      egress: { loopbackPorts: spec.loopbackExemptPorts },
      limits,
      onLimitWarning: spec.onLimitWarning,
    });
    // The policy does not apply to what the app sets up, only to what comes later.
    const { policy } = namespace;
    namespace.policy = undefined;
    const caller = namespace.caller();
    const passwd = new TextDecoder().decode(
      await readWhole({ kernel, namespace, caller, uid: 0, gid: 0 }, "/etc/passwd"),
    );
    const user = findUser(passwd, spec.user ?? DEFAULT_USER);
    const files: VmFiles = { kernel, namespace, caller, uid: user.uid, gid: user.gid };
    await attachAll(files, spec.mounts);
    await writeMachineFiles(files, spec);
    const home = (await namespace.statIfExists(caller, user.home)) ? user.home : "/";
    namespace.policy = policy;
    const context = {
      kernel,
      user,
      env: initialEnvironment(spec, software, user),
      cwd: spec.cwd ?? home,
    };
    return new LocalVm({ kernel, root, software, own, context, files, maxOutputBytes });
  }

  call(method: keyof VmCalls, args: readonly unknown[], signal?: AbortSignal): Promise<never> {
    return this.#tracked(() => this.invoke(method, args, signal && { signal })) as Promise<never>;
  }

  open(method: keyof VmStreams, args: readonly unknown[]): Promise<never> {
    return this.#tracked(() => this.invokeStream(method, args)) as Promise<never>;
  }

  /** Makes a call by name. Completes at once where the VM does. @throws VmDisposedError */
  invoke(method: string, args: readonly unknown[], cancellation?: Cancellation): MaybePromise<unknown> {
    if (this.#disposed) throw new VmDisposedError();
    const answer =
      method === "exec" && cancellation
        ? runToEnd(this.#context, args[0] as never, this.#maxOutputBytes, cancellation)
        : (this.#calls as unknown as Record<string, AnyCall>)[method]!(...args);
    return answer instanceof Promise ? this.#untilDisposed(answer) : answer;
  }

  async invokeStream(method: string, args: readonly unknown[]): Promise<Channel<unknown, unknown>> {
    if (this.#disposed) throw new VmDisposedError();
    const channel = (await (this.streams as unknown as Record<string, AnyCall>)[method]!(...args)) as Channel<
      unknown,
      unknown
    >;
    if (this.#disposed) {
      channel.close();
      throw new VmDisposedError();
    }
    return this.#trackedChannel(channel);
  }

  /** A channel that is closed with the VM, unless it closes earlier. */
  #trackedChannel(channel: Channel<unknown, unknown>): Channel<unknown, unknown> {
    const tracked: Channel<unknown, unknown> = {
      read: () => channel.read(),
      write: (item) => channel.write(item),
      end: () => channel.end(),
      close: (error) => {
        this.#channels.delete(tracked);
        channel.close(error);
      },
    };
    this.#channels.add(tracked);
    return tracked;
  }

  /** The root file system as it is now. */
  image(): Image {
    if (this.#disposed) throw new VmDisposedError();
    return createImage(this.#root, this.#software, this.#own);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const reject of this.#pending) reject(new VmDisposedError());
    this.#pending.clear();
    for (const channel of this.#channels) channel.close(new VmDisposedError());
    this.#kernel.dispose();
    await closeAll(this.#kernel.namespace);
  }

  /** Turns what may be available at once into a promise. */
  async #tracked(run: () => MaybePromise<unknown>): Promise<unknown> {
    return run();
  }

  /** Rejects as soon as the VM is disposed, whatever becomes of the call. */
  #untilDisposed(answer: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      answer.then(resolve, reject).finally(() => this.#pending.delete(reject));
    });
  }
}

function initialEnvironment(
  spec: VmSpec,
  software: readonly Software[],
  { home, name, shell }: VmUser,
): ReadonlyMap<string, string> {
  const env = new Map([
    ["PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"],
    ["HOME", home],
    ["USER", name],
    ["LOGNAME", name],
    ["SHELL", shell],
    ["LANG", "C.UTF-8"],
  ]);
  for (const { env: added } of software)
    for (const [key, value] of Object.entries(added)) env.set(key, value);
  for (const [key, value] of Object.entries(spec.env)) env.set(key, value);
  return env;
}
