// Servers and clients of HTTP and WebSocket, in the VM and across its border.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { AgentOs } from "@agentos/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { packagesVm } from "./packages-vm.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let host: Server;
let vm: AgentOs;
beforeAll(async () => {
  const { app } = await import(new URL("../fixtures/servers/express.mjs", import.meta.url).href);
  host = createServer(app).listen(0, "127.0.0.1");
  await once(host, "listening");
  vm = await packagesVm({ loopbackExemptPorts: [hostPort()] });
  await Promise.all([serve("express.mjs", 3000), serve("fastify.mjs", 3001)]);
});
afterAll(async () => {
  await vm.dispose();
  host.closeAllConnections();
  host.close();
});

const hostPort = () => (host.address() as AddressInfo).port;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** Resolves when the server says that it listens. */
async function serve(server: string, port: number): Promise<void> {
  const { pid } = await vm.spawn("node", [`fixtures/servers/${server}`, String(port)]);
  await new Promise<void>((resolve) => {
    vm.onProcessOutput(pid, () => resolve());
  });
}

describe("fastify", () => {
  it("validates, and answers on a connection that it keeps", async () => {
    const connection = vm.connect(3001);
    let received = "";
    connection.on("data", (chunk) => (received += String(chunk)));
    for (const [i, body] of ['{"amount":2}', '{"amount":0}', '{"amount":3}'].entries()) {
      connection.write(
        `POST /orders HTTP/1.1\r\nHost: vm\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      while ((received.match(/HTTP\/1\.1/g) ?? []).length <= i || !received.endsWith("}")) {
        await once(connection, "data");
      }
    }
    connection.destroy();
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 201", "HTTP/1.1 400", "HTTP/1.1 201"]);
    expect(received).toContain('{"amount":2,"id":1,"from":"127.0.0.1"}');
    expect(received).toContain('{"message":"body/amount must be >= 1"}');
  });

  it("streams through gzip", async () => {
    const { headers, body } = await vm.vmFetch(3001, "/lines/2000", {
      headers: { "accept-encoding": "gzip" },
    });
    expect(headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(body).toString().split("\n")).toHaveLength(2001);
  });
});

it("express streams through gzip and reports errors", async () => {
  const { body } = await vm.vmFetch(3000, "/lines/2000", { headers: { "accept-encoding": "gzip" } });
  expect(gunzipSync(body).toString().split("\n")).toHaveLength(2001);
  const broken = await vm.vmFetch(3000, "/broken");
  expect([broken.status, text(broken.body)]).toEqual([503, '{"error":"of the server"}']);
});

it("two clients of ws talk through a server of ws", async () => {
  const { stdout, stderr } = await vm.execFile("node", ["fixtures/servers/ws.mjs"]);
  expect({ stdout, stderr }).toEqual({
    stdout: [
      "welcome ada permessage-deflate",
      "welcome bob permessage-deflate",
      "hello",
      "300000 true",
      "are you there?",
      "[ 4001, 'enough' ]",
      "Unexpected server response: 400",
      "",
    ].join("\n"),
    stderr: "",
  });
});

const PRINTED = {
  axios: [
    "{ query: { 'a[]': [ '1', '2' ], b: 'ü' }, agent: 'axios', seen: true }",
    "201",
    "{ form: 'data' }",
    "?moved=yes { query: { moved: 'yes' }, agent: 'axios', seen: true }",
    "8890 text/plain; charset=utf-8",
    "ERR_BAD_RESPONSE 503 { error: 'of the server' }",
    "ECONNABORTED",
    "true",
    "ECONNREFUSED",
  ],
  "node-fetch": [
    "200 br { query: { a: '1' }, agent: 'node-fetch' }",
    "{ a: [ 1 ] }",
    "true 302",
    "1000",
    "[ 'line 0\\nline 1\\nline 2\\n' ]",
    "503",
    "true",
    "true ECONNREFUSED",
  ],
  undici: [
    "[ '1', '2', '3' ]",
    "5895",
    "200 { size: 1000000 }",
    "200 { query: { moved: 'yes' } }",
    "gzip 11",
    "UND_ERR_HEADERS_TIMEOUT",
    "TimeoutError",
    "ECONNREFUSED",
  ],
};

describe.each(Object.entries(PRINTED))("%s", (client, printed) => {
  it.each(["in the VM", "on an exempted port of the host"])("asks a server %s", async (where) => {
    const url = `http://127.0.0.1:${where === "in the VM" ? 3000 : hostPort()}`;
    const { stdout, stderr, exitCode } = await vm.execFile("node", [`fixtures/clients/${client}.mjs`, url]);
    expect({ stdout: stdout.split("\n"), stderr, exitCode }).toEqual({
      stdout: [...printed, ""],
      stderr: "",
      exitCode: 0,
    });
  });
});
