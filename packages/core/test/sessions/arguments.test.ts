import type { AgentOs } from "@agentos/core";
import { expect, it } from "vitest";
import { agentVm, eventOf, steps } from "./agent-vm.ts";

const never = undefined as never;

async function idleSession() {
  const vm = await agentVm("inline");
  return { vm, session: await vm.createSession("test") };
}

/** What a caller without types may get wrong, and the name that the error gives it. */
const MISTAKES: [option: string, call: (vm: AgentOs, session: string) => unknown][] = [
  ["session", (vm) => vm.sendPrompt(never, "x")],
  ["session", (vm) => vm.closeSession({} as never)],
  ["session", (vm) => vm.onSessionEvent(never, () => {})],
  ["listener", (vm, session) => vm.onSessionEvent(session as never)],
  ["listener", (vm, session) => vm.onSessionEvent(session, never)],
  ["handler", (vm) => vm.onPermissionRequest("once" as never)],
  ["listener", (vm) => vm.onCronEvent(never)],
  ["listener", (vm) => vm.onProcessOutput(1, never)],
  ["listener", (vm) => vm.onProcessExit(1, never)],
  ["prompt", (vm, session) => vm.sendPrompt(session, never)],
  ["prompt", (vm, session) => vm.sendPrompt(session, { type: "text", text: "x" } as never)],
  ["prompt[0]", (vm, session) => vm.sendPrompt(session, ["x"] as never)],
  ["prompt[0].text", (vm, session) => vm.sendPrompt(session, [{ type: "text", text: never }])],
  ["timeout", (vm, session) => vm.sendPrompt(session, "x", { timeout: 5 } as never)],
  ["timeoutMs", (vm, session) => vm.sendPrompt(session, "x", { timeoutMs: Number.POSITIVE_INFINITY })],
  ["timeoutMs", (vm, session) => vm.sendPrompt(session, "x", { timeoutMs: 0 })],
  ["signal", (vm, session) => vm.sendPrompt(session, "x", { signal: {} as never })],
  ["after", (vm, session) => vm.getSessionEvents(session, { after: -1 })],
  ["limit", (vm, session) => vm.getSessionEvents(session, { limit: Number.POSITIVE_INFINITY })],
  ["before", (vm, session) => vm.getSessionEvents(session, { before: 1 } as never)],
  ["envv", (vm, session) => vm.resumeSession(session, { envv: {} } as never)],
  ["timeoutMs", (vm) => vm.exec("true", { timeoutMs: 2 ** 31 })],
];

it("what is wrong in a call is named by a ConfigError", async () => {
  const { vm, session } = await idleSession();
  for (const [option, call] of MISTAKES) {
    await expect((async () => call(vm, session.sessionId))(), `${option} in ${call}`).rejects.toMatchObject({
      code: "ERR_AGENTOS_CONFIG",
      option,
    });
  }
  expect((await vm.sendPrompt(session, "unharmed")).text).toBe("you said: unharmed");
});

it("blocks of every kind are passed on", async () => {
  const { vm, session } = await idleSession();
  const { text } = await vm.sendPrompt(session, [
    { type: "text", text: "look: ", annotations: { priority: 1 } },
    { type: "image", data: "AAAA", mimeType: "image/png" },
    { type: "resource_link", uri: "file:///etc/hosts", name: "hosts" },
    { type: "resource", resource: { uri: "file:///x", text: "x" } },
  ]);
  expect(text).toBe("you said: look: ");
});

it("no answer at all to a permission request is none of its options", async () => {
  const { vm, session } = await idleSession();
  const asked = eventOf(vm, session, ({ type }) => type === "permission_request");
  const turn = vm.sendPrompt(session, steps({ ask: "rm" }));
  const event = await asked;
  const permissionId = event.type === "permission_request" ? event.permissionId : "";
  await expect(vm.respondPermission(session, permissionId, null as never)).rejects.toMatchObject({
    code: "ERR_AGENTOS_PERMISSION",
    reason: "option",
  });
  await vm.respondPermission(session, permissionId, "reject");
  expect((await turn).text).toBe("permission: reject");
});
