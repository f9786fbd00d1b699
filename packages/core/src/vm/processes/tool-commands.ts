// Host tools inside the VM: commands whose work the app does. Arguments and input go out; output and exit status come
// back.
// The app's process, environment and files stay out of reach.

import type { Image, Process } from "@agentos/kernel";
import {
  isFifo,
  isRegular,
  isSocket,
  isSysError,
  type MaybePromise,
  POLLIN,
  sysError,
} from "@agentos/kernel/abi";
import {
  type CommandSource,
  defineSoftware,
  type Proc,
  Reader,
  type Software,
  warn,
} from "@agentos/kernel/program";
import { ByteCollector } from "../byte-collector.ts";
import type { Channel } from "../channel.ts";

/** A command in /usr/bin that is answered by the app. */
export interface ToolCommand {
  name: string;
  /** The subcommands that take an input, which they read from standard input if they are given no arguments. */
  inputs: Readonly<Record<string, "needed" | "optional">>;
}

export interface ToolCall {
  command: string;
  args: readonly string[];
  /** Standard input, if it was read. */
  stdin?: Uint8Array;
  /** The calling process and its ancestors, the nearest first. */
  pids: readonly number[];
}

/** Output in chunks, and finally the exit status. */
export type ToolOutput = Uint8Array | number;

export interface HostTools {
  commands: readonly ToolCommand[];
  /** Makes a call. Closing the channel aborts it. */
  call(call: ToolCall): MaybePromise<Channel<ToolOutput, never>>;
}

/** The package's name in stubs and messages. */
const PACKAGE = "@agentos/host-tools";
const MOST_INPUT_BYTES = 16 * 1024 * 1024;
/** How long to wait for optional input: many programs leave their children a standard input that never ends. */
const OPTIONAL_INPUT_MS = 100;

/** The commands as a package for one VM, which no other VM can load. */
export function toolSoftware(tools: HostTools): Software {
  const sources = tools.commands.map((command): [string, CommandSource] => {
    const loader = { load: () => toolImage(tools, command) };
    return [command.name, { image: async () => ({ default: loader }) }];
  });
  return defineSoftware({
    name: PACKAGE,
    version: "0.1.0",
    from: import.meta.url,
    commands: Object.fromEntries(sources),
  });
}

function toolImage(tools: HostTools, command: ToolCommand): Image {
  let channel: Channel<ToolOutput, never> | undefined;
  let killed = false;
  return {
    async run(process) {
      const proc = process.kernel.procOf(process);
      try {
        channel = await tools.call(await describeCall(command, process, proc));
        if (killed) channel.close();
        return await printAll(channel, proc);
      } catch (error) {
        if (!isSysError(error)) throw error;
        await warn(proc, error.message);
        return 1;
      } finally {
        channel?.close();
      }
    },
    kill() {
      killed = true;
      channel?.close();
    },
  };
}

async function describeCall(command: ToolCommand, process: Process, proc: Proc): Promise<ToolCall> {
  const pids: number[] = [];
  for (let at: Process | undefined = process; at !== undefined; at = at.parent) pids.push(at.pid);
  const args = proc.argv.slice(1);
  const stdin = (await wantsStdin(command, args, proc)) ? await readAll(proc) : undefined;
  return { command: command.name, args, stdin, pids };
}

/** A terminal, or a device such as /dev/null, is not read unless asked for. */
async function wantsStdin({ inputs }: ToolCommand, args: readonly string[], proc: Proc): Promise<boolean> {
  if (args.includes("--json=-") || args[args.indexOf("--json") + 1] === "-") return true;
  const [tool = ""] = args;
  if (args.length !== 1 || !Object.hasOwn(inputs, tool)) return false;
  try {
    const { mode } = await proc.fstat(0);
    if (!isFifo(mode) && !isRegular(mode) && !isSocket(mode)) return false;
    if (inputs[tool] === "needed") return true;
    const [ready] = await proc.poll([{ fd: 0, events: POLLIN }], OPTIONAL_INPUT_MS);
    return ready !== 0;
  } catch (error) {
    if (isSysError(error, "EBADF")) return false;
    throw error;
  }
}

/** @throws EFBIG the input is longer than a call may have */
async function readAll(proc: Proc): Promise<Uint8Array> {
  const reader = new Reader(proc, 0);
  const input = new ByteCollector();
  let length = 0;
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
    length += chunk.length;
    if (length > MOST_INPUT_BYTES) throw sysError("EFBIG");
    input.add(chunk.slice());
    const pause = proc.yield();
    if (pause) await pause;
  }
  return input.take();
}

/** @returns the exit status */
async function printAll(channel: Channel<ToolOutput, never>, proc: Proc): Promise<number> {
  for (let item = await channel.read(); item !== undefined; item = await channel.read()) {
    if (typeof item === "number") return item;
    await proc.write(1, item);
  }
  return 1;
}
