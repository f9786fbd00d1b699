// HTTP with keep-alive: between two sockets of one guest, and from outside through vmFetch; beside what Node itself does.

import { execFileSync } from "node:child_process";
import { AgentOs } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";

const REQUESTS = 20_000;
const CONNECTIONS = 32;

/** Requests per second of a client and a server in one process. */
const INSIDE = `
const http = require("node:http");
const server = http.createServer((request, response) => response.end("hello")).listen(0, "127.0.0.1", async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: ${CONNECTIONS} });
  const { port } = server.address();
  const get = () => new Promise((done, fail) =>
    http.get({ host: "127.0.0.1", port, agent }, (response) => response.resume().on("end", done)).on("error", fail));
  const run = async (count) => {
    let left = count;
    await Promise.all(Array.from({ length: ${CONNECTIONS} }, async () => { while (left-- > 0) await get(); }));
  };
  await run(${REQUESTS / 4});
  const begin = performance.now();
  await run(${REQUESTS});
  console.log(Math.round(${REQUESTS} / (performance.now() - begin) * 1000));
  agent.destroy();
  server.close();
});`;

const SERVER = `
require("node:http").createServer((request, response) => response.end("hello"))
  .listen(3000, () => console.log("listening"));`;

async function throughVmFetch(vm: AgentOs): Promise<number> {
  const { pid } = await vm.spawn("node", ["-e", SERVER]);
  await new Promise<void>((resolve) => {
    vm.onProcessOutput(pid, () => resolve());
  });
  const run = async (count: number): Promise<void> => {
    let left = count;
    const worker = async (): Promise<void> => {
      while (left-- > 0) await vm.vmFetch(3000, "/");
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  };
  await run(REQUESTS / 10);
  const begin = performance.now();
  await run(REQUESTS / 4);
  return Math.round((REQUESTS / 4 / (performance.now() - begin)) * 1000);
}

const native = Number(execFileSync(process.execPath, ["-e", INSIDE], { encoding: "utf8" }));
for (const kind of ["inline", "shared"] as const) {
  await using vm = await AgentOs.create({ software: [common, node], sidecar: { kind } });
  await vm.writeFile("/tmp/http.js", INSIDE);
  const inside = Number((await vm.exec("node /tmp/http.js")).stdout);
  console.log(kind, { native, inside, vmFetch: await throughVmFetch(vm) });
}
