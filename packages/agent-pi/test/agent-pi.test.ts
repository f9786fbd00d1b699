import { expect, it } from "vitest";
import { MODEL, piVm, updates } from "./pi-vm.ts";

it("writes a file and runs a command in the VM", { timeout: 60_000 }, async () => {
  const { vm, provider } = await piVm([
    { message: [{ tool: "write", input: { path: "poem.txt", content: "roses\n" } }] },
    { message: [{ tool: "bash", input: { command: "tr a-z A-Z < poem.txt > loud.txt; uname -n" } }] },
    { message: [{ text: "It is written." }] },
  ]);
  await vm.writeFile("/home/user/AGENTS.md", "Only ever write about roses.\n");
  const session = await vm.createSession("pi", MODEL);
  const { text, response } = await vm.sendPrompt(session, "Write a poem");
  expect(text).toBe("It is written.");
  expect(response).toEqual({ stopReason: "end_turn" });
  expect(new TextDecoder().decode(await vm.readFile("/home/user/loud.txt"))).toBe("ROSES\n");
  expect(provider.requests[0]!.body).toContain("Only ever write about roses.");
  const told = updates(await vm.getSessionEvents(session));
  expect(told).toContainEqual(
    expect.objectContaining({
      sessionUpdate: "tool_call",
      kind: "edit",
      locations: [{ path: "/home/user/poem.txt" }],
      content: [{ type: "diff", path: "/home/user/poem.txt", oldText: null, newText: "roses\n" }],
    }),
  );
  expect(told.map(({ sessionUpdate }) => sessionUpdate)).toContain("usage_update");
});

it("takes its extensions from the VM", { timeout: 60_000 }, async () => {
  const { vm, provider } = await piVm([
    { message: [{ tool: "greet", input: { name: "Ada" } }] },
    { message: [{ text: "Greeted." }] },
  ]);
  await vm.mkdir("/home/user/.pi/agent/extensions", { recursive: true });
  await vm.writeFile(
    "/home/user/.pi/agent/extensions/greet.ts",
    `import { StringEnum, Type } from "@earendil-works/pi-ai";
    import { Text } from "@earendil-works/pi-tui";
    import { createBashTool } from "@earendil-works/pi-coding-agent";
    export default (pi: any) => pi.registerTool({
      name: "greet", label: "Greet", description: "Greets", parameters: Type.Object({ name: Type.String() }),
      execute: async (_id: string, { name }: { name: string }) => (StringEnum(["a"]), new Text("a"), createBashTool("/tmp")) && 
        ({ content: [{ type: "text", text: \`Good day, \${name}\` }], details: {} }),
    });`,
  );
  const session = await vm.createSession("pi", MODEL);
  expect((await vm.sendPrompt(session, "Greet Ada")).text).toBe("Greeted.");
  expect(provider.requests[1]!.body).toContain("Good day, Ada");
});

it("ends a cancelled turn and what its tools had started", { timeout: 60_000 }, async () => {
  const { vm } = await piVm([
    { message: [{ tool: "bash", input: { command: "echo started; sleep 1000" } }] },
    { message: [{ text: "Still here." }] },
  ]);
  const session = await vm.createSession("pi", MODEL);
  const started = new Promise<void>((resolve) => {
    vm.onSessionEvent(session, (event) => {
      const isIt = event.type === "update" && event.update.sessionUpdate === "tool_call_update";
      if (isIt && JSON.stringify(event.update).includes('"text":"started')) resolve();
    });
  });
  const turn = vm.sendPrompt(session, "Wait");
  await started;
  await vm.cancelPrompt(session);
  expect((await turn).response).toEqual({ stopReason: "cancelled" });
  const commands = (await vm.listProcesses())
    .filter(({ state }) => state !== "Z")
    .map(({ command }) => command);
  expect(commands.filter((command) => command.includes("sleep"))).toEqual([]);
  expect((await vm.sendPrompt(session, "Are you there?")).text).toBe("Still here.");
});

it("remembers a closed session in the VM's home", { timeout: 60_000 }, async () => {
  const { vm, provider } = await piVm([
    { message: [{ text: "Hello, Ada." }] },
    { message: [{ text: "Ada." }] },
  ]);
  const session = await vm.createSession("pi", MODEL);
  await vm.sendPrompt(session, "I am Ada");
  await vm.closeSession(session);
  await vm.resumeSession(session.sessionId);
  expect((await vm.sendPrompt(session, "Who am I?")).text).toBe("Ada.");
  const { messages } = JSON.parse(provider.requests[1]!.body) as { messages: { role: string }[] };
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  expect(await vm.exists("/home/user/.pi/agent/sessions")).toBe(true);
});

it("brings Pi's command, and of the host's packages Pi's alone", { timeout: 60_000 }, async () => {
  const { vm } = await piVm([]);
  expect((await vm.exec("pi --version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { stdout } = await vm.exec("cd /usr/lib/agent-pi/node_modules && ls -d * @*/*");
  expect(stdout).toContain("@earendil-works/pi-coding-agent\n");
  expect(stdout).not.toMatch(/vitest|agentos|\.pnpm|new/);
  expect((await vm.exec("touch /usr/lib/agent-pi/node_modules/typebox/new")).exitCode).not.toBe(0);
});
