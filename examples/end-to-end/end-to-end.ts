// A piece of work from beginning to end: an agent mends a program in a directory of the host, with a function of this
// process as its tool; the work is checked in the same machine, and a server that it made is asked from outside.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pi from "@agentos/agent-pi";
import { AgentOs, hostToolkit } from "@agentos/core";
import { exampleModel } from "@agentos/example-model";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";
import { z } from "zod";

await using model = await exampleModel([
  [{ tool: "bash", input: { command: "agentos-tickets get --id 7; cat server.mjs; node test.mjs" } }],
  [{ tool: "edit", input: { path: "server.mjs", edits: [{ oldText: "a - b", newText: "a + b" }] } }],
  [
    {
      tool: "bash",
      input: { command: "node test.mjs && agentos-tickets close --id 7 --note 'minus was plus'" },
    },
  ],
  [{ text: "Ticket 7 is done: add() subtracted." }],
]);

// A project of the host's, with a defect.
const project = await mkdtemp(join(tmpdir(), "agentos-example-"));
await writeFile(
  join(project, "server.mjs"),
  `import { createServer } from "node:http";
export const add = (a, b) => a - b;
if (process.argv[2]) createServer((request, response) => {
  const [a, b] = request.url.slice(1).split("/").map(Number);
  response.end(String(add(a, b)));
}).listen(Number(process.argv[2]), () => console.log("listening"));
`,
);
await writeFile(
  join(project, "test.mjs"),
  `import assert from "node:assert";
import { add } from "./server.mjs";
assert.equal(add(2, 3), 5);
console.log("the test passes");
`,
);

// What the app knows, as a command of the machine.
const notes: string[] = [];
const tickets = hostToolkit("tickets", {
  get: {
    description: "The text of a ticket",
    args: z.object({ id: z.number().int() }),
    handler: async (_context, { id }) => ({ id, text: "add(2, 3) gives -1. Make test.mjs pass." }),
  },
  close: {
    description: "Closes a ticket",
    args: z.object({ id: z.number().int(), note: z.string() }),
    handler: async (_context, { id, note }) => notes.push(`${id}: ${note}`),
  },
});

{
  await using vm = await AgentOs.create({
    software: [common, node, pi],
    mounts: [{ path: "/workspace", plugin: { id: "host_dir", config: { hostPath: project } } }],
    cwd: "/workspace",
    toolKits: [tickets],
    llm: model.llm,
    additionalInstructions: "Run the tests before you say that something is done.",
    onPermissionRequest: ({ toolCall }) => {
      console.log("allowed:", toolCall.title);
      return "once";
    },
  });

  const session = await vm.createSession("pi");
  const { text } = await vm.sendPrompt(session, "Work on ticket 7.");
  console.log("agent:", text);
  console.log("tickets closed:", notes.join("; "));

  // The machine is there to check the work,
  console.log("check:", (await vm.exec("node test.mjs")).stdout.trimEnd());
  // and to show it.
  const { pid } = await vm.spawn("node", ["server.mjs", "8080"]);
  await new Promise<void>((resolve) => void vm.onProcessOutput(pid, () => resolve()));
  const { body } = await vm.vmFetch(8080, "/20/22");
  console.log("20 + 22 =", new TextDecoder().decode(body));
}

console.log("on the host:", (await readFile(join(project, "server.mjs"), "utf8")).split("\n")[1]);
await rm(project, { recursive: true });
