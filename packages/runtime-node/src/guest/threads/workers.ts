// new Worker(): a thread of the guest's process, locked down before it runs any code of the program. Node's own
// classes stay; what they create threads with is replaced. The first message to a new thread carries the boot code.
// The messages of Node's Worker class follow it, to a thread that by then is as virtual as the main one.
// A program can change everything that its thread shares with this code. So between the creation of the native worker
// and that first message, nothing may run that the program could have put there: no getter, no hook, no iterator.

import type { MessagePort } from "node:worker_threads";
import type { Internals, Native, NodeInternals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";
import type { GivenOptions } from "../program/options.ts";
import type { Appearance } from "../program/start.ts";
import type { SharedCount } from "./shared-count.ts";
import { useSharedEnvironment } from "./shared-environment.ts";
import type { BootMessage } from "./thread-boot.ts";
import { type Registration, Reply, type ThreadPorts } from "./thread-ports.ts";

export interface ThreadContext {
  /** The text of the boot code. */
  code: string;
  changes: SharedCount;
  /** Where a thread registers others with the switchboard. The main thread's is opened with the first worker. */
  registry?: MessagePort;
}

/** Reads a thread's first message and runs the boot code in it. */
const BOOTSTRAP = `{
const { emitWarning } = process;
process.emitWarning = () => {};
const { internalBinding, primordials } = require("internal/test/binding");
process.emitWarning = emitWarning;
const builtins = require("internal/modules/helpers").loadBuiltinModule("path").constructor;
const publicWorker = require("worker_threads");
const thread = publicWorker.workerData;
publicWorker.workerData = null;
require("vm").runInThisContext(thread.code, { filename: "node:internal/agentos" })({ internalBinding, primordials, builtins, require, thread });
}`;

/** The flags with which a thread's Node is started. */
const LOCKED_FLAGS = ["--permission", "--allow-worker", "--expose-internals", "--disable-warning=PERM0006"];

/** Native methods that would reveal things about the thread, or write to files of the host. */
const REFUSED = /^(take|start(Cpu|Heap)Profile|stop(Cpu|Heap)Profile)/;

/** Properties that the native constructor sets on its object, as an assignment would. */
const SET_BY_NATIVE = ["messagePort", "threadId", "threadName", "invalidExecArgv", "invalidNodeOptions"];

/** An accessor that turns assignments into own properties of the object, whatever the program does to prototypes. */
function unalterable(name: string): PropertyDescriptor {
  return {
    configurable: false,
    get: () => undefined,
    set(this: object, value: unknown) {
      const own = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
      defineProperty(this, name, own as PropertyDescriptor);
    },
  };
}

interface NativeWorker {
  messagePort: MessagePort;
  threadId: number;
  unref(): void;
}

type Channels = new () => { port1: MessagePort; port2: MessagePort };

interface Prepared {
  registration: Registration;
  ports: MessagePort[];
}

const { apply, construct, defineProperty } = Reflect;

/** A constructor that returns its argument, to which a derived class thereby adds its private fields. */
const Returned = function returned(worker: object): object {
  return worker;
} as unknown as new (
  worker: object,
) => object;

/** Marks native workers whose first message has been sent, without any method that a program could replace. */
class Preparation extends Returned {
  #prepared: Prepared | undefined;

  static put(worker: object, prepared: Prepared): void {
    new Preparation(worker).#prepared = prepared;
  }

  static take(worker: object): Prepared | undefined {
    if (!(#prepared in worker)) return undefined;
    const prepared = worker.#prepared;
    worker.#prepared = undefined;
    return prepared;
  }
}

export class Workers {
  readonly #node: NodeInternals;
  readonly #kernel: KernelClient;
  readonly #context: ThreadContext;
  readonly #native: Native;
  readonly #start: Native;
  readonly #post: Native;
  readonly #MessageChannel: Channels;
  readonly #LOAD_SCRIPT: string;
  #registry: MessagePort | undefined;
  #program: Appearance | undefined;
  #flags: readonly string[] = LOCKED_FLAGS;

  constructor(node: NodeInternals, kernel: KernelClient, context: ThreadContext) {
    this.#node = node;
    this.#kernel = kernel;
    this.#context = context;
    this.#registry = context.registry;
    const io = node.module("internal/worker/io");
    this.#MessageChannel = io.MessageChannel as Channels;
    this.#post = (io.MessagePort as { prototype: Internals }).prototype.postMessage as Native;
    this.#LOAD_SCRIPT = (io.messageTypes as { LOAD_SCRIPT: string }).LOAD_SCRIPT;
    this.#native = node.binding("worker").Worker as Native;
    this.#start = (this.#native.prototype as { startThread: Native }).startThread;
  }

  /** Sets the program that threads belong to. The flags for Node are computed before the program can interfere. */
  belongTo(program: Appearance): void {
    this.#program = program;
    this.#flags = [...LOCKED_FLAGS, ...program.flags];
  }

  /** To be called before the lock-down makes Node's classes take the natives anew. */
  install(deny: (name: string) => Native): void {
    const self = this;
    const binding = this.#node.binding("worker");
    const prototype = this.#native.prototype as Internals;
    const Worker = function Worker(...given: unknown[]): object {
      return self.#create(given[1], given[2], given[3], given[5], given[6]);
    };
    Worker.prototype = prototype;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (REFUSED.test(name)) prototype[name] = deny(`worker.${name}`);
    }
    prototype.constructor = Worker;
    prototype.startThread = function startThread(this: object) {
      self.#startThread(this);
    };
    for (const name of SET_BY_NATIVE) defineProperty(prototype, name, unalterable(name));
    binding.Worker = Worker;
    this.#node.recompile("internal/worker/messaging");
    this.#node.recompile("internal/worker");
    this.#node.recompile("worker_threads");
  }

  /** Replaces the native constructor. */
  #create(env: unknown, execArgv: unknown, limits: unknown, isInternal: unknown, name: unknown): object {
    const program = this.#programFor(env, execArgv);
    if (!program) return { invalidExecArgv: execArgv };
    this.#openRegistry();
    const thread = this.#context.changes.nextThread();
    const ports = this.#openPorts(thread);
    const start = { thread, program, ...ports.own };
    const worker = this.#construct(limits, isInternal === true, String(name), start, [
      ports.own.parcels,
      ports.own.events,
      ports.own.registry,
    ]);
    worker.threadId = thread;
    Preparation.put(worker, ports.prepared);
    return worker;
  }

  /** Creates a thread that runs the boot code before anything else. */
  #construct(
    limits: unknown,
    isInternal: boolean,
    name: string,
    start: Partial<BootMessage>,
    ports: MessagePort[],
  ): NativeWorker {
    // Node's handler of the first message requires a port.
    const { port1 } = new this.#MessageChannel();
    const { code, changes } = this.#context;
    const message = {
      type: this.#LOAD_SCRIPT,
      doEval: "classic",
      filename: BOOTSTRAP,
      cwdCounter: new Int32Array(new SharedArrayBuffer(4)),
      hasStdin: true,
      mainThreadPort: port1,
      workerData: { code, changes: changes.memory, ...start },
    };
    const transfer = [port1, ...ports];
    const args = [null, { __proto__: null }, this.#flags, limits, false, isInternal, name];
    const worker = construct(this.#native, args) as NativeWorker;
    apply(this.#post, worker.messagePort, [message, transfer]);
    return worker;
  }

  #openPorts(thread: number): { own: ThreadPorts; prepared: Prepared } {
    const reply = new SharedArrayBuffer(Reply.headBytes + Reply.size);
    const parcels = new this.#MessageChannel();
    const events = new this.#MessageChannel();
    const registry = new this.#MessageChannel();
    const ports = [parcels.port1, events.port1, registry.port1];
    return {
      own: { reply, parcels: parcels.port2, events: events.port2, registry: registry.port2 },
      prepared: {
        registration: { thread, reply, parcels: ports[0]!, events: ports[1]!, registry: ports[2]! },
        ports,
      },
    };
  }

  /** The first worker of a guest also starts the switchboard. */
  #openRegistry(): void {
    if (this.#registry) return;
    this.#context.changes.isShared = true;
    const { port1, port2 } = new this.#MessageChannel();
    const limits = new Float64Array(this.#node.binding("worker").kTotalResourceLimitCount as number).fill(-1);
    const start = { registry: port2 };
    const worker = this.#construct(limits, false, "switchboard", start, [port2]);
    apply(this.#start, worker, []);
    worker.unref();
    this.#registry = port1;
  }

  #startThread(worker: object): void {
    const prepared = Preparation.take(worker);
    if (!prepared) throw this.#error("ERR_WORKER_NOT_RUNNING");
    const { registration, ports } = prepared;
    const { errno } = this.#kernel.call("startThread", registration.thread);
    if (errno < 0) throw this.#error("ERR_WORKER_INIT_FAILED", this.#code(errno));
    apply(this.#post, this.#registry, [registration, ports]);
    apply(this.#start, worker, []);
  }

  /** @returns undefined if the options are not allowed for a worker */
  #programFor(env: unknown, execArgv: unknown): Appearance | undefined {
    const program = this.#program!;
    const variables = (env ?? process.env) as Record<string, string>;
    const pairs = Object.entries(variables).flat();
    const environment = env === undefined ? this.#shareEnvironment(pairs) : undefined;
    const own = { ...program, args: [], env: pairs, environment };
    if (!env && !execArgv) return own;
    const words = (execArgv as unknown[] | undefined)?.map(String) ?? program.execArgv;
    const { value } = this.#kernel.call("readOptions", words, env ? (variables.NODE_OPTIONS ?? "") : "");
    if (!value) return undefined;
    return { ...own, execArgv: words, options: value as unknown as GivenOptions };
  }

  /** Makes this thread's environment one that other threads may share. @returns its number */
  #shareEnvironment(pairs: string[]): number {
    const program = this.#program!;
    if (program.environment === undefined) {
      const { errno, value } = this.#kernel.call("shareEnvironment", pairs);
      if (errno < 0) throw this.#error("ERR_WORKER_INIT_FAILED", this.#code(errno));
      program.environment = value as number;
      useSharedEnvironment(this.#kernel, program.environment);
    }
    return program.environment;
  }

  #code(errno: number): string {
    const { getErrorMap } = this.#node.binding("uv") as { getErrorMap(): Map<number, [string]> };
    return getErrorMap().get(errno)?.[0] ?? String(errno);
  }

  #error(code: string, ...args: unknown[]): Error {
    const { codes } = this.#node.module("internal/errors") as {
      codes: Record<string, new (...args: unknown[]) => Error>;
    };
    return new codes[code]!(...args);
  }
}
