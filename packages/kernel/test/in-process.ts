import type { MaybePromise } from "@agentos/vfs/abi";
import { SIGNALS } from "../src/abi/index.ts";
import type { KernelOptions } from "../src/kernel.ts";
import type { Proc } from "../src/program/index.ts";
import {
  bootTestVm,
  type RunOptions,
  type RunResult,
  type TestCommand,
  testSoftware,
} from "../src/testing/index.ts";

interface Options extends RunOptions {
  commands?: Readonly<Record<string, TestCommand>>;
  kernel?: Partial<KernelOptions>;
}

/** Runs `body` as a process of a fresh VM; answers what it returned and how the process ended. */
export async function inProcess<T>(
  body: (proc: Proc) => MaybePromise<T>,
  { commands = {}, kernel = {}, ...run }: Options = {},
): Promise<RunResult & { value: T | undefined }> {
  let value: T | undefined;
  const main = async (proc: Proc): Promise<number> => {
    try {
      value = await body(proc);
    } finally {
      if (proc.listProcesses().length > 2) proc.kill(-1, SIGNALS.SIGKILL);
    }
    return 0;
  };
  const vm = bootTestVm({ ...kernel, software: [testSoftware({ main, ...commands })] });
  try {
    const result = await vm.run(["main"], run);
    return { ...result, value };
  } finally {
    vm.dispose();
  }
}

/** For bodies whose result is all that counts: a body that throws fails the test. */
export async function resultOf<T>(body: (proc: Proc) => MaybePromise<T>, options: Options = {}): Promise<T> {
  let failure: unknown;
  const { value, stderr } = await inProcess(body, {
    ...options,
    kernel: { ...options.kernel, onProgramFailure: (_process, error) => (failure = error) },
  });
  if (failure) throw failure;
  if (stderr) throw new Error(stderr);
  return value as T;
}

/** The errno code a call fails with. */
export async function errorOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return "none";
}
