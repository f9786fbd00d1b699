import type { AgentOs } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../tests/support/vm.ts";

/** A shell whose screen is collected, without what only a terminal understands. */
async function openShell(vm: AgentOs, options: Parameters<AgentOs["openShell"]>[0] = {}) {
  const { shellId } = await vm.openShell({ env: { PS1: "$ " }, ...options });
  let screen = "";
  const { ended } = vm.onShellData(shellId, (data) => {
    screen += Buffer.from(data).toString();
  });
  return {
    shellId,
    ended,
    screen: () => screen.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, ""),
    type: (text: string) => vm.writeShell(shellId, text),
  };
}

describe.each(MODES)("shells (%s)", (mode) => {
  it("an interactive shell runs what is typed and ends with exit", async () => {
    const vm = await createVm(mode);
    const shell = await openShell(vm);
    await shell.type("echo $((6*7)) $-\r");
    await expect.poll(shell.screen).toMatch(/42 .*i/);
    await shell.type("exit 3\r");
    expect(await vm.waitShell(shell.shellId)).toMatchObject({ exitCode: 3, signal: null });
    await shell.ended;
  });

  it("Ctrl-C ends the command and not the shell", async () => {
    const vm = await createVm(mode);
    const shell = await openShell(vm);
    await shell.type("sleep 1000\r");
    await expect
      .poll(async () => (await vm.listProcesses()).map(({ command }) => command))
      .toContain("sleep");
    await shell.type("\u0003");
    await shell.type("echo status=$?\r");
    await expect.poll(shell.screen).toContain("status=130");
  });

  it("knows its size, and is told of a new one", async () => {
    const vm = await createVm(mode);
    const shell = await openShell(vm, { cols: 100, rows: 40 });
    await shell.type("trap 'echo told' WINCH; echo $LINES $COLUMNS\r");
    await expect.poll(shell.screen).toContain("40 100");
    await vm.resizeShell(shell.shellId, 120, 50);
    await shell.type("echo $LINES $COLUMNS\r");
    await expect.poll(shell.screen).toContain("50 120");
    expect(shell.screen()).toContain("told");
  });

  it("closing a shell hangs up what runs on its terminal", async () => {
    const vm = await createVm(mode);
    const shell = await openShell(vm);
    await shell.type("sleep 1000\r");
    await expect.poll(async () => (await vm.listProcesses()).length).toBe(3);
    await vm.closeShell(shell.shellId);
    expect(await vm.waitShell(shell.shellId)).toMatchObject({ signal: "SIGHUP" });
    await expect.poll(async () => (await vm.listProcesses()).length).toBe(1);
  });

  it("runs a command line in place of a shell", async () => {
    const vm = await createVm(mode);
    const shell = await openShell(vm, { command: "tty; echo $TERM", cwd: "/tmp" });
    expect(await vm.waitShell(shell.shellId)).toMatchObject({ exitCode: 0 });
    await shell.ended;
    expect(shell.screen()).toBe("/dev/pts/0\r\nxterm-256color\r\n");
    await expect(vm.writeShell("shell-99", "x")).rejects.toThrow(/no shell "shell-99"/);
  });
});
