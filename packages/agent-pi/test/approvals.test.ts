import { expect, it } from "vitest";
import { MODEL, piVm, updates } from "./pi-vm.ts";

it("runs nothing that was refused", { timeout: 60_000 }, async () => {
  const { vm, provider } = await piVm(
    [
      { message: [{ tool: "bash", input: { command: "touch made" } }] },
      { message: [{ text: "As you wish." }] },
    ],
    { onPermissionRequest: ({ toolCall }) => (toolCall.kind === "execute" ? "reject" : "once") },
  );
  const session = await vm.createSession("pi", MODEL);
  expect((await vm.sendPrompt(session, "Make a file")).text).toBe("As you wish.");
  expect(provider.requests[1]!.body).toContain("The user refused bash.");
  expect(await vm.exists("/home/user/made")).toBe(false);
  const told = updates(await vm.getSessionEvents(session));
  expect(told).toContainEqual(
    expect.objectContaining({ sessionUpdate: "tool_call_update", status: "failed" }),
  );
});

it("asks only about the tools it is told to ask about", { timeout: 60_000 }, async () => {
  const { vm } = await piVm(
    [{ message: [{ tool: "bash", input: { command: "touch made" } }] }, { message: [{ text: "Done." }] }],
    { onPermissionRequest: () => "reject" },
  );
  const session = await vm.createSession("pi", { env: { ...MODEL.env, AGENTOS_PI_ASK: "write" } });
  await vm.sendPrompt(session, "Make a file");
  expect(await vm.exists("/home/user/made")).toBe(true);
});

it("asks no more about a tool that is always allowed, in this session", { timeout: 60_000 }, async () => {
  const asked: (string | undefined)[] = [];
  const bash = (command: string) => ({ message: [{ tool: "bash", input: { command } }] });
  const done = { message: [{ text: "Done." }] };
  const { vm } = await piVm([bash("touch one"), bash("touch two"), done, bash("touch three"), done], {
    onPermissionRequest: ({ toolCall }) => {
      asked.push(toolCall.title ?? "");
      return "always";
    },
  });
  const session = await vm.createSession("pi", MODEL);
  await vm.sendPrompt(session, "Make files");
  expect(asked).toEqual(["touch one"]);
  expect(await vm.exists("/home/user/two")).toBe(true);
  await vm.sendPrompt(await vm.createSession("pi", MODEL), "Make files");
  expect(asked).toEqual(["touch one", "touch three"]);
});

it("shows what an edit will change before it is allowed, and what it has changed", {
  timeout: 60_000,
}, async () => {
  const edits = [{ oldText: "blue", newText: "red" }];
  const diff = { type: "diff", path: "/home/user/poem.txt", oldText: "blue", newText: "red" };
  const asked: unknown[] = [];
  const { vm } = await piVm(
    [{ message: [{ tool: "edit", input: { path: "poem.txt", edits } }] }, { message: [{ text: "Red." }] }],
    {
      onPermissionRequest: ({ toolCall }) => {
        asked.push(toolCall.content);
        return "once";
      },
    },
  );
  await vm.writeFile("/home/user/poem.txt", "roses are blue\n");
  await vm.exec("chown user poem.txt");
  const session = await vm.createSession("pi", MODEL);
  await vm.sendPrompt(session, "Correct it");
  expect(asked).toEqual([[diff]]);
  expect(await vm.readFile("/home/user/poem.txt", "utf8")).toBe("roses are red\n");
  const done = updates(await vm.getSessionEvents(session)).findLast(
    ({ sessionUpdate }) => sessionUpdate === "tool_call_update",
  );
  expect(done).toMatchObject({ status: "completed", content: expect.arrayContaining([diff]) });
});
