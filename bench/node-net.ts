// Keep-alive requests per second: between two sockets of one guest, and from outside through vmFetch; beside what Node
// itself does. Run: node --conditions=@agentos/source bench/node-net.ts

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { AgentOs } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";

const REQUESTS = 20_000;
const CONNECTIONS = 32;
const ROUNDS = 3;

const hostPath = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const MODULES = hostPath("../packages/runtime-node/node_modules");
const STORE = hostPath("../node_modules");

const HANDLERS = {
  http: () => `(request, response) => response.end("hello")`,
  express: (modules: string) =>
    `(() => { const app = require("${modules}/express")(); app.get("/", (q, r) => r.send("hello")); return app; })()`,
};

/** A client and a server in one process print the median of their rounds. */
const inside = (handler: string): string => `
const http = require("node:http");
const server = http.createServer(${handler}).listen(0, "127.0.0.1", async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: ${CONNECTIONS} });
  const { port } = server.address();
  const get = () => new Promise((done, fail) =>
    http.get({ host: "127.0.0.1", port, agent }, (response) => response.resume().on("end", done)).on("error", fail));
  const rates = [];
  for (let round = 0; round < ${ROUNDS}; round++) {
    let left = ${REQUESTS};
    const begin = performance.now();
    await Promise.all(Array.from({ length: ${CONNECTIONS} }, async () => { while (left-- > 0) await get(); }));
    rates.push(Math.round(${REQUESTS} / (performance.now() - begin) * 1000));
  }
  console.log(rates.sort((a, b) => a - b)[${ROUNDS >> 1}]);
  agent.destroy();
  server.close();
});`;

async function throughVmFetch(vm: AgentOs, handler: string, port: number): Promise<number> {
  const file = `/tmp/server-${port}.js`;
  const listen = `.listen(${port}, () => console.log("listening"))`;
  await vm.writeFile(file, `require("node:http").createServer(${handler})${listen}`);
  const { pid } = await vm.spawn("node", [file]);
  await new Promise<void>((resolve) => {
    vm.onProcessOutput(pid, () => resolve());
  });
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let left = REQUESTS / 4;
    const begin = performance.now();
    const worker = async (): Promise<void> => {
      while (left-- > 0) await vm.vmFetch(port, "/");
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    rates.push(Math.round((REQUESTS / 4 / (performance.now() - begin)) * 1000));
  }
  return rates.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

let port = 3000;
for (const [name, handler] of Object.entries(HANDLERS)) {
  const native = Number(
    execFileSync(process.execPath, ["-e", inside(handler(MODULES))], { encoding: "utf8" }),
  );
  for (const kind of ["inline", "shared"] as const) {
    const mount = (path: string, dir: string) => ({
      path,
      plugin: { id: "host_dir" as const, config: { hostPath: dir, readOnly: true } },
    });
    const mounts = [mount("/repo/node_modules", STORE), mount("/repo/packages/app/node_modules", MODULES)];
    const vm = await AgentOs.create({ software: [common, node], sidecar: { kind }, mounts });
    const inVm = handler("/repo/packages/app/node_modules");
    await vm.writeFile("/tmp/inside.js", inside(inVm));
    const result = await vm.exec("node /tmp/inside.js");
    if (result.exitCode !== 0) throw new Error(result.stderr);
    const row = {
      native,
      inside: Number(result.stdout),
      vmFetch: await throughVmFetch(vm, inVm, ++port),
    };
    console.log(`${name}, ${kind} sidecar, requests/s`, row);
    await vm.dispose();
  }
}
