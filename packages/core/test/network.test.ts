import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { AgentOs } from "@agentos/core";
import { describe, expect, it } from "vitest";
import { createVm, MODES } from "../../../tests/support/vm.ts";
import servers from "./server-software.ts";

/** Starts a server and waits until it listens. */
async function serve(vm: AgentOs, name: string, port: number): Promise<void> {
  const { pid } = await vm.spawn(name, [String(port)]);
  await new Promise<void>((resolve) => {
    vm.onProcessOutput(pid, () => resolve());
  });
}

describe.each(MODES)("network (%s)", (mode) => {
  it("connects to a listener in the VM, both ways, with half-close", async () => {
    const vm = await createVm(mode, { software: servers });
    await serve(vm, "echo-server", 7000);
    const connection = vm.connect(7000);
    const sent = "x".repeat(300_000);
    connection.write(sent);
    connection.end("end");
    expect(await text(connection)).toBe(`${sent}end`);
  });

  it("a port where nobody listens refuses", async () => {
    const vm = await createVm(mode, { software: servers });
    const [error] = (await once(vm.connect(7001), "error")) as [Error];
    expect(error).toMatchObject({ code: "ECONNREFUSED", syscall: "connect" });
    await expect(vm.vmFetch(7001, "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(() => vm.connect(0)).toThrow(RangeError);
  });

  it("vmFetch sends a request and answers with the whole response", async () => {
    const vm = await createVm(mode, { software: servers });
    await serve(vm, "http-server", 7002);
    const response = await vm.vmFetch(7002, "/path?q=1", {
      method: "POST",
      headers: { "X-Test": "yes" },
      body: "payload",
    });
    expect([response.status, response.statusText, response.headers.get("x-one")]).toEqual([201, "Made", "1"]);
    const echoed = Buffer.from(response.body).toString();
    expect(echoed).toMatch(/^POST \/path\?q=1 HTTP\/1\.1\r\n/);
    expect(echoed).toMatch(/x-test: yes/i);
    expect(echoed).toMatch(/\r\n\r\npayload$/);
  });

  it("fetch takes a Request and streams a Response", async () => {
    const vm = await createVm(mode, { software: servers });
    await serve(vm, "http-server", 7003);
    const response = await vm.fetch(7003, new Request("http://vm.local/x", { method: "PUT", body: "b" }));
    expect(response.status).toBe(201);
    expect(await response.text()).toMatch(/^PUT \/x HTTP\/1\.1\r\n(.+\r\n)*host: vm\.local\r\n/i);
  });
});
