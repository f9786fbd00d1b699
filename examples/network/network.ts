// A server in the machine, asked from outside; and what the machine may reach itself.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AgentOs } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";

// Two servers of the host's: programs may reach one of them.
const servers = ["weather", "secrets"].map((name) =>
  createServer((_request, response) => response.end(`${name} of the host\n`)).listen(0, "127.0.0.1"),
);
await Promise.all(
  servers.map((server) => server.listening || new Promise((ready) => server.once("listening", ready))),
);
const [weather, secrets] = servers.map((server) => (server.address() as AddressInfo).port);

{
  await using vm = await AgentOs.create({
    software: [common, node],
    // Everything outside is shut; this is open. Public hosts: permissions: { network: [{ decision: "allow", hosts: [ … ] }] }.
    loopbackExemptPorts: [weather!],
  });

  await vm.writeFile(
    "/home/user/server.mjs",
    `import { createServer } from "node:http";
    createServer(async (request, response) => {
      for (let i = 1; i <= 3; i++) response.write(\`\${request.url} \${i}\\n\`);
      response.end();
    }).listen(8080, () => console.log("listening"));`,
  );
  const { pid } = await vm.spawn("node", ["server.mjs"]);
  await new Promise<void>((resolve) => void vm.onProcessOutput(pid, () => resolve()));

  // From the machine itself, from the app, and as a stream.
  const get = (url: string) =>
    vm.execFile("node", ["-e", "fetch(process.argv[1]).then((r) => r.text()).then(console.log)", url]);
  console.log("in the machine:", (await get("http://localhost:8080/inside")).stdout.split("\n")[0]);
  const { status, body } = await vm.vmFetch(8080, "/outside");
  console.log("vmFetch:", status, new TextDecoder().decode(body).split("\n")[0]);
  const streamed = await vm.fetch(8080, new Request("http://vm/stream"));
  for await (const chunk of streamed.body!) console.log("fetch:", new TextDecoder().decode(chunk).trimEnd());

  // To the outside, as far as it is allowed.
  for (const port of [weather, secrets]) {
    const { exitCode, stdout } = await get(`http://127.0.0.1:${port}/`);
    console.log(exitCode === 0 ? stdout.trimEnd() : "refused");
  }
}

for (const server of servers) server.close();
