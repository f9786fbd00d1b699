import { AgentOs, type ToolContext } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { answer, create, kitOf } from "./kits.ts";

describe.each(MODES)("host tools (%s)", (mode) => {
  it("fail and are aborted when their time is up", async () => {
    const aborted = Promise.withResolvers<unknown>();
    const never = ({ signal }: ToolContext) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
      return new Promise(() => {});
    };
    const vm = await create(mode, [kitOf(never, { timeoutMs: 30 })]);
    expect(await answer(vm, "agentos-test run")).toEqual({
      ok: false,
      error: "run: no result within 30 ms",
      code: "timed-out",
      exitCode: 1,
    });
    expect(await aborted.promise).toMatchObject({ code: "timed-out" });
  });

  it("have timed out also when they heed their signal", async () => {
    const heeding = ({ signal }: ToolContext) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
    const vm = await create(mode, [kitOf(heeding, { timeoutMs: 30 })]);
    expect(await answer(vm, "agentos-test run")).toMatchObject({ code: "timed-out" });
  });

  it("are aborted when their process is killed, when their reader goes, and when the VM is disposed", async () => {
    const calls: { started: PromiseWithResolvers<void>; aborted: PromiseWithResolvers<unknown> }[] = [];
    const expectCall = () => {
      const call = { started: Promise.withResolvers<void>(), aborted: Promise.withResolvers<unknown>() };
      calls.push(call);
      return call;
    };
    const vm = await create(mode, [
      kitOf(({ signal }) => {
        const call = calls.at(-1)!;
        signal.addEventListener("abort", () => call.aborted.resolve(signal.reason));
        call.started.resolve();
        return new Promise(() => {});
      }),
    ]);
    const killed = expectCall();
    const { pid } = await vm.spawn("agentos-test", ["run", "--text", "x"]);
    await killed.started.promise;
    await vm.stopProcess(pid);
    expect(await vm.waitProcess(pid)).toEqual({ exitCode: null, signal: "SIGTERM" });
    await killed.aborted.promise;

    const timedOut = expectCall();
    expect(await vm.exec("agentos-test run", { timeoutMs: 50 })).toMatchObject({ timedOut: true });
    await timedOut.aborted.promise;

    const disposed = expectCall();
    const pending = vm.exec("agentos-test run").catch((error: unknown) => error);
    await disposed.started.promise;
    await vm.dispose();
    expect(await pending).toMatchObject({ code: "ERR_AGENTOS_VM_DISPOSED" });
    expect(await disposed.aborted.promise).toMatchObject({ code: "ERR_AGENTOS_VM_DISPOSED" });
  });

  it.runIf(mode === "sidecar")("are aborted when the sidecar dies", async () => {
    await using handle = AgentOs.createSidecar();
    const started = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<unknown>();
    const never = ({ signal }: ToolContext) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
      started.resolve();
      return new Promise(() => {});
    };
    const vm = await create(mode, [kitOf(never)], { sidecar: { kind: "explicit", handle } });
    const pending = vm.exec("agentos-test run").catch((error: unknown) => error);
    await started.promise;
    process.kill(handle.describe().pid!, "SIGKILL");
    expect(await pending).toMatchObject({ code: "ERR_AGENTOS_SIDECAR_EXIT" });
    expect(await aborted.promise).toMatchObject({ code: "ERR_AGENTOS_SIDECAR_EXIT" });
  });
});
