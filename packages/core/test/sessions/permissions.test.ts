import type { SessionEvent, SessionRef } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { agentVm, eventOf, kinds, steps } from "./agent-vm.ts";

describe.each(MODES)("permissions, %s", (mode) => {
  it.each([
    ["once", "allow"],
    ["always", "allow-always"],
    ["reject", "reject"],
  ] as const)("a policy answers %s", async (reply, option) => {
    const vm = await agentVm(mode, { onPermissionRequest: () => reply });
    const session = await vm.createSession("test");
    expect((await vm.sendPrompt(session, steps({ ask: "rm" }))).text).toBe(`permission: ${option}`);
    expect(kinds(await vm.getSessionEvents(session))).toEqual([
      "prompt",
      "permission_request",
      "permission_reply",
      "agent_message_chunk",
      "turn_end",
    ]);
  });

  it("the session's own policy comes before that of all, and may leave it to others", async () => {
    const vm = await agentVm(mode, { onPermissionRequest: () => "reject" });
    const [one, other] = [await vm.createSession("test"), await vm.createSession("test")];
    vm.onPermissionRequest(one, async ({ toolCall }) => (toolCall.title === "ls" ? "once" : undefined));
    const ask = async (session: SessionRef, title: string) =>
      (await vm.sendPrompt(session, steps({ ask: title }))).text;
    expect(await ask(one, "ls")).toBe("permission: allow");
    expect(await ask(one, "rm")).toBe("permission: reject");
    expect(await ask(other, "ls")).toBe("permission: reject");
  });

  it("refuses where nobody is who could answer", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    expect((await vm.sendPrompt(session, steps({ ask: "rm" }))).text).toBe("permission: reject");
  });

  it("an answer to an unknown request, a second answer and an unknown option are errors", async () => {
    const vm = await agentVm(mode);
    const session = await vm.createSession("test");
    const asked = eventOf(vm, session, ({ type }) => type === "permission_request");
    const turn = vm.sendPrompt(session, steps({ ask: "rm" }));
    const { permissionId } = (await asked) as SessionEvent & { permissionId: string };
    const respond = (id: string, reply: "once" | { optionId: string }) =>
      vm.respondPermission(session, id, reply);
    await expect(respond("perm-99", "once")).rejects.toMatchObject({
      code: "ERR_AGENTOS_PERMISSION",
      reason: "unknown",
    });
    await expect(respond(permissionId, { optionId: "maybe" })).rejects.toMatchObject({ reason: "option" });
    await respond(permissionId, { optionId: "allow-always" });
    await expect(respond(permissionId, "once")).rejects.toMatchObject({ reason: "answered" });
    expect((await turn).text).toBe("permission: allow-always");
  });
});
