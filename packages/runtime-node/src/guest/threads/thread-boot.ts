// The first code that runs in a thread: it locks the thread down, then lets Node's own script for workers continue
// with the messages that wait.

import type { MessagePort } from "node:worker_threads";
import { SystemErrors } from "../errors.ts";
import type { BootArguments, Internals, Native } from "../internals.ts";
import { NodeInternals } from "../internals.ts";
import { KernelClient } from "../kernel-client.ts";
import type { KernelLine } from "../kernel-line.ts";
import { preload } from "../program/main-script.ts";
import { type Appearance, cleanGlobals, dress, obeyEnvironment } from "../program/start.ts";
import { virtualize } from "../virtualize.ts";
import { SharedCount } from "./shared-count.ts";
import { useSharedEnvironment } from "./shared-environment.ts";
import { createSwitchboard } from "./switchboard.ts";
import { threadLine } from "./thread-line.ts";
import type { ThreadPorts } from "./thread-ports.ts";
import { Workers } from "./workers.ts";

/** The content of a thread's first message. The switchboard gets only a registry. */
export interface BootMessage extends ThreadPorts {
  code: string;
  changes: SharedArrayBuffer;
  thread: number;
  program: Appearance;
}

export function bootThread(args: BootArguments, message: BootMessage): void {
  const node = new NodeInternals(args);
  const port = stopListening(node);
  if (message.program) bootWorker(node, port, message);
  else bootSwitchboard(node, message);
}

/** Node's handler of the first message must not get a second one from before the lock-down. */
function stopListening(node: NodeInternals): MessagePort {
  const port = (node.binding("worker").getEnvMessagePort as () => MessagePort)();
  port.removeAllListeners("message");
  return port;
}

function bootWorker(node: NodeInternals, port: MessagePort, message: BootMessage): void {
  const { code, thread, program, registry } = message;
  node.binding("worker").threadId = thread;
  const changes = new SharedCount(message.changes);
  const kernel = new KernelClient(node, threadLine(node, thread, message), changes);
  const workers = new Workers(node, kernel, { code, changes, registry });
  virtualize(node, kernel, new SystemErrors(node), workers);
  workers.belongTo(program);
  dress(node, kernel, program);
  if (program.environment !== undefined) useSharedEnvironment(kernel, program.environment);
  obeyEnvironment(node);
  cleanGlobals(node);
  goOn(node, port);
}

/** The switchboard makes no calls: code that somehow reached this thread would find no kernel here. */
function bootSwitchboard(node: NodeInternals, { code, registry, changes }: BootMessage): void {
  const connect = createSwitchboard(node);
  const nowhere = (): never => {
    throw new Error("the switchboard makes no calls");
  };
  const line: KernelLine = {
    calls: { write: nowhere, read: nowhere },
    events: { onread: () => {}, bytesOf: () => undefined, start() {}, ref() {}, unref() {} },
    lost: nowhere,
  };
  const shared = new SharedCount(changes);
  const kernel = new KernelClient(node, line, shared);
  const workers = new Workers(node, kernel, { code, changes: shared, registry });
  virtualize(node, kernel, new SystemErrors(node), workers);
  connect(registry);
}

/** Runs Node's own script for workers (lib/internal/main/worker_thread.js) anew, from its beginning. */
function goOn(node: NodeInternals, port: MessagePort): void {
  announceOnce(node, port);
  // The boot message did not count as a program.
  node.module("internal/modules/helpers").hasStartedUserCJSExecution = () => false;
  const nothing = (): void => {};
  const preparation: Internals = {
    prepareWorkerThreadExecution: nothing,
    initializeModuleLoaders: () => preload(node),
    finishVfsMounts: nothing,
    markBootstrapComplete: nothing,
  };
  const find = (id: string): object =>
    id === "internal/process/pre_execution" ? preparation : node.module(id);
  node.compileScript("internal/main/worker_thread", find)();
}

/** The parent was already told that the thread is running, when the boot message came. */
function announceOnce(node: NodeInternals, port: MessagePort): void {
  const { messageTypes } = node.module("internal/worker/io") as { messageTypes: Record<string, string> };
  const post = port.postMessage as Native;
  const skip = (message: { type: string }, ...rest: unknown[]): void => {
    if (message.type === messageTypes.UP_AND_RUNNING) Reflect.deleteProperty(port, "postMessage");
    else Reflect.apply(post, port, [message, ...rest]);
  };
  Object.defineProperty(port, "postMessage", { value: skip, configurable: true });
}
