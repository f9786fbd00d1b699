// HTTP into a VM and within it, with packages from npm as they are.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { AgentOs } from "@agentos/core";
import common from "@agentos/software-common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import node from "../src/index.ts";

const hostPath = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where the packages are installed, with the store that their links lead to. */
const PACKAGES = [
  { path: "/repo/node_modules", hostPath: hostPath("../../../node_modules") },
  { path: "/repo/packages/app/node_modules", hostPath: hostPath("../node_modules") },
];

describe.each(["inline", "shared"] as const)("http (%s sidecar)", (kind) => {
  let vm: AgentOs;
  beforeAll(async () => {
    vm = await AgentOs.create({
      software: [common, node],
      sidecar: { kind },
      mounts: PACKAGES.map(({ path, hostPath: dir }) => ({
        path,
        plugin: { id: "host_dir", config: { hostPath: dir } },
        readOnly: true,
      })),
    });
  });
  afterAll(() => vm.dispose());

  let lastPort = 3000;

  /** Starts a server that listens on `port` and says so. */
  async function serve(code: (port: number) => string): Promise<number> {
    const port = ++lastPort;
    const file = `/repo/packages/app/server-${port}.js`;
    await vm.writeFile(file, code(port));
    const { pid } = await vm.spawn("node", [file]);
    await new Promise<void>((resolve) => {
      vm.onProcessOutput(pid, () => resolve());
    });
    return port;
  }

  it("vmFetch and fetch reach a guest's server, and stream both ways", async () => {
    const port = await serve(
      (p) => `require("node:http").createServer((q, r) => { r.setHeader("x-method", q.method); q.pipe(r); })
        .listen(${p}, () => console.log("listening"))`,
    );
    const response = await vm.vmFetch(port, "/echo", { method: "POST", body: "body" });
    expect([response.status, response.headers.get("x-method")]).toEqual([200, "POST"]);
    expect(Buffer.from(response.body).toString()).toBe("body");

    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const request = new Request("http://vm/", {
      method: "POST",
      body: readable,
      duplex: "half",
    } as RequestInit);
    const answer = vm.fetch(port, request);
    await writer.write(Buffer.from("first"));
    const reader = (await answer).body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe("first");
    await writer.write(Buffer.from("second"));
    expect(Buffer.from((await reader.read()).value!).toString()).toBe("second");
    await writer.close();
    expect((await reader.read()).done).toBe(true);
  });

  it("express answers with keep-alive, streams and compresses", async () => {
    const port = await serve(
      (p) => `const express = require("express"), app = express();
        app.use(require("compression")({ threshold: 0 }));
        app.use(express.json());
        app.get("/hello/:name", (q, r) => r.json({ hello: q.params.name, query: q.query.a, ip: q.ip }));
        app.post("/sum", (q, r) => r.send(String(q.body.a + q.body.b)));
        app.get("/stream", async (q, r) => { r.type("text"); for (let i = 0; i < 3; i++) { r.write("part " + i + "\\n"); r.flush(); await new Promise((d) => setTimeout(d, 1)); } r.end(); });
        app.get("/fail", () => { throw new Error("no"); });
        app.listen(${p}, () => console.log("listening"));`,
    );
    const hello = await vm.vmFetch(port, "/hello/vm?a=1");
    expect(hello.headers.get("x-powered-by")).toBe("Express");
    expect(JSON.parse(Buffer.from(hello.body).toString())).toEqual({
      hello: "vm",
      query: "1",
      ip: "::ffff:127.0.0.1",
    });
    const sum = await vm.vmFetch(port, "/sum", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"a":1,"b":2}',
    });
    expect(Buffer.from(sum.body).toString()).toBe("3");
    const stream = await vm.vmFetch(port, "/stream", { headers: { "accept-encoding": "gzip" } });
    expect(stream.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(stream.body).toString()).toBe("part 0\npart 1\npart 2\n");
    expect((await vm.vmFetch(port, "/fail")).status).toBe(500);
    expect((await vm.vmFetch(port, "/none")).status).toBe(404);

    const connection = vm.connect(port);
    let text = "";
    connection.on("data", (chunk) => (text += String(chunk)));
    for (const path of ["/hello/1", "/hello/2"]) {
      connection.write(`GET ${path} HTTP/1.1\r\nHost: vm\r\n\r\n`);
      while (!text.includes(`"hello":"${path.at(-1)}"`)) await once(connection, "data");
    }
    expect(text.match(/Connection: keep-alive/g)).toHaveLength(2);
    connection.destroy();
  });

  it("fastify validates and answers", async () => {
    const port = await serve(
      (p) => `const app = require("fastify")();
        app.get("/:id", { schema: { params: { type: "object", properties: { id: { type: "integer" } } } } }, async (q) => ({ id: q.params.id + 1 }));
        app.listen({ port: ${p} }).then(() => console.log("listening"));`,
    );
    expect(Buffer.from((await vm.vmFetch(port, "/41")).body).toString()).toBe('{"id":42}');
    expect((await vm.vmFetch(port, "/x")).status).toBe(400);
  });

  it("a WebSocket of ws is reached from outside, and by a guest's own WebSocket", async () => {
    const port = await serve(
      (p) => `const { WebSocketServer } = require("ws"), server = require("node:http").createServer();
        new WebSocketServer({ server }).on("connection", (s) => s.on("message", (m, binary) => s.send(binary ? m : "echo " + m)));
        server.listen(${p}, () => console.log("listening"));`,
    );
    const socket = new WebSocket("ws://vm/", { createConnection: () => vm.connect(port) as never });
    await once(socket, "open");
    socket.send("text");
    expect(String((await once(socket, "message"))[0])).toBe("echo text");
    const large = Buffer.alloc(1_000_000, 7);
    socket.send(large);
    expect(large.equals((await once(socket, "message"))[0] as Buffer)).toBe(true);
    socket.close();
    await once(socket, "close");

    const client = `const s = new WebSocket("ws://127.0.0.1:${port}"); s.onopen = () => s.send("guest");
      s.onmessage = (e) => { console.log(e.data); s.close(); }; s.onclose = (e) => console.log(e.wasClean);`;
    const { stdout } = await vm.execFile("node", ["-e", client]);
    expect(stdout).toBe("echo guest\ntrue\n");
  });

  it("an EventSource listens to another guest", async () => {
    const port = await serve(
      (
        p,
      ) => `require("node:http").createServer((q, r) => { r.writeHead(200, { "content-type": "text/event-stream" });
        r.write("data: one\\n\\n"); r.write("event: done\\ndata: two\\n\\n"); }).listen(${p}, () => console.log("listening"));`,
    );
    const client = `const s = new EventSource("http://127.0.0.1:${port}"); s.onmessage = (e) => console.log(e.data);
      s.addEventListener("done", (e) => { console.log(e.type, e.data); s.close(); });`;
    const { stdout } = await vm.execFile("node", ["--experimental-eventsource", "-e", client]);
    expect(stdout).toBe("one\ndone two\n");
  });

  it("a guest reaches a server of the host's loopback where the port is exempted", async () => {
    const server = createServer((_request, response) => response.end("host")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const ask = `fetch("http://127.0.0.1:${port}").then((r) => r.text(), (e) => e.cause.code).then(console.log)`;
    expect((await vm.execFile("node", ["-e", ask])).stdout).toBe("ECONNREFUSED\n");
    const exempted = await AgentOs.create({ software: node, sidecar: { kind }, loopbackExemptPorts: [port] });
    expect((await exempted.execFile("node", ["-e", ask])).stdout).toBe("host\n");
    await exempted.dispose();
    server.closeAllConnections();
    server.close();
  });

  it("a server that is gone refuses", async () => {
    await expect(vm.vmFetch(2999, "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
