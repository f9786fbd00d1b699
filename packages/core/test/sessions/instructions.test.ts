import { describe, expect, it } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { agentVm, steps } from "./agent-vm.ts";

describe.each(MODES)("instructions, %s", (mode) => {
  it("a file describes the machine, with what the app adds", async () => {
    const vm = await agentVm(mode, { additionalInstructions: "Never push.", limits: { maxProcesses: 50 } });
    const text = await vm.readFile("/etc/agentos/instructions.md", "utf8");
    expect(text).toMatch(/virtual Linux machine/);
    expect(text).toMatch(/## Installed commands\n\n.*\bawk\b/s);
    expect(text).toContain("- at most 50 processes");
    expect(text).toMatch(/## Instructions\n\nNever push\.\n$/);
    expect((await vm.exec("cat /etc/agentos/instructions.md")).stdout).toBe(text);
    expect((await vm.exec("echo x >> /etc/agentos/instructions.md")).exitCode).not.toBe(0);
  });

  it("each agent is given them in its own way", async () => {
    const vm = await agentVm(mode, { additionalInstructions: "Never push." });
    const ask = async (type: string, what: string) =>
      (await vm.sendPrompt(await vm.createSession(type), steps({ tell: what }))).text;
    const file = "/etc/agentos/instructions.md";
    expect(await ask("test", "AGENTOS_INSTRUCTIONS_FILE")).toBe(file);
    expect(await ask("test-env", "AGENTOS_INSTRUCTIONS")).toContain("Never push.");
    expect(JSON.parse(await ask("test-args", "argv"))).toEqual([
      "test-agent",
      "--quiet",
      "--system-prompt-file",
      file,
    ]);
    const meta = JSON.parse(await ask("test-meta", "meta")) as { systemPrompt: { append: string } };
    expect(meta.systemPrompt.append).toContain("Never push.");
    const said = (await vm.sendPrompt(await vm.createSession("test-prompt"), "hi")).text;
    expect(said).toMatch(/^you said: # This machine.*Never push\.\nhi$/s);
  });

  it("a session can do without them", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test", { skipOsInstructions: true });
    expect((await vm.sendPrompt(session, steps({ tell: "AGENTOS_INSTRUCTIONS_FILE" }))).text).toBe("unset");
  });
});
