import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { COMMAND } from "./agentos.ts";

/** util-linux's script(1) gives a process a terminal. */
const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

describe.runIf(hasScript)("agentos shell", () => {
  it("is an interactive shell on the user's terminal, which it gives back as it was", async () => {
    const command = `stty -a > /dev/stderr; ${COMMAND.map((word) => `'${word}'`).join(" ")} shell; code=$?; stty -a > /dev/stderr; exit $code`;
    const terminal = spawn("script", ["-qefc", command, "/dev/null"], {
      env: { ...process.env, SHELL: "/bin/sh" },
    });
    let screen = "";
    terminal.stdout.on("data", (data) => (screen += data));
    await expect.poll(() => screen, { timeout: 10_000 }).toContain("user@agentos:~$ ");
    terminal.stdin.write("echo $((6*7)) $-\r");
    await expect.poll(() => screen).toMatch(/42 .*i/);
    terminal.stdin.write("cat\r");
    await expect.poll(() => screen).toMatch(/cat\s+\x1b\[\?2004l/);
    terminal.stdin.write("ping\r");
    await expect.poll(() => screen).toMatch(/ping\s+ping/);
    terminal.stdin.write("\u0003");
    terminal.stdin.write("echo status=$?\r");
    await expect.poll(() => screen).toContain("status=130");
    terminal.stdin.write("exit 3\r");
    expect(await once(terminal, "exit")).toEqual([3, null]);
    const settings = screen.match(/^.*\bicanon\b.*$/gm) ?? [];
    expect(settings).toHaveLength(2);
    expect(settings[1]).toBe(settings[0]);
  });
});
