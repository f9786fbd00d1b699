// Agents and their protocols: MCP and the Pi coding agent.

import pi from "@agentos/agent-pi";
import { AgentOs } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";
import { FakeProvider } from "@agentos/testing-llm";
import { expect, it, onTestFinished, vi } from "vitest";
import { packagesVm } from "./packages-vm.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

it("an MCP client starts a server and talks to it over its standard input and output", async () => {
  const vm = await packagesVm();
  onTestFinished(() => vm.dispose());
  const { stdout, stderr, exitCode } = await vm.execFile("node", ["fixtures/mcp/client.mjs"]);
  expect({ stdout, stderr, exitCode }).toEqual({
    stdout: [
      "server: started for tests",
      "{ name: 'notes', version: '1.0.0' } [ 'logging', 'prompts', 'resources', 'tools' ]",
      "[ [ 'write', [ 'name', 'note' ] ], [ 'fail', [] ], [ 'slow', [] ] ]",
      "log: wrote first",
      "{ content: [ { type: 'text', text: '6 first.txt' } ] }",
      "true { content: [ { type: 'text', text: 'as it should' } ], isError: true }",
      "1 of 2",
      "2 of 2",
      "{ content: [ { type: 'text', text: 'done' } ] }",
      "{ contents: [ { uri: 'note:///first', text: 'hello\\n' } ] }",
      "{ type: 'text', text: 'Review first' }",
      "ESRCH",
      "",
    ].join("\n"),
    stderr: "",
    exitCode: 0,
  });
  expect(new TextDecoder().decode(await vm.readFile("/home/user/first.txt"))).toBe("hello\n");
});

it("pi -p asks a model, writes a file and runs a command", async () => {
  const provider = await FakeProvider.start({
    apiKey: "sk-test",
    answers: [
      {
        message: [
          { text: "Let me write." },
          { tool: "write", input: { path: "poem.txt", content: "roses\n" } },
        ],
      },
      { message: [{ tool: "bash", input: { command: "tr a-z A-Z < poem.txt | tee loud.txt; exit 3" } }] },
      { message: [{ text: "It is written." }] },
    ],
  });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const { port } = new URL(provider.url);
  const vm = await AgentOs.create({ software: [common, node, pi], loopbackExemptPorts: [Number(port)] });
  onTestFinished(() => vm.dispose());

  const help = await vm.exec("pi --help");
  expect(help).toMatchObject({
    exitCode: 0,
    stderr: "",
    stdout: expect.stringContaining("--model <pattern>"),
  });

  await vm.mkdir("/home/user/.pi/agent", { recursive: true });
  const settings = { providers: { anthropic: { baseUrl: provider.url } } };
  await vm.writeFile("/home/user/.pi/agent/models.json", JSON.stringify(settings));
  const { stdout, stderr, exitCode } = await vm.exec(
    "pi -p 'Write a poem' --model anthropic/claude-sonnet-4-5",
    { env: { ANTHROPIC_API_KEY: "sk-test" } },
  );
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: "It is written.\n", stderr: "", exitCode: 0 });
  expect((await vm.exec("cat poem.txt loud.txt")).stdout).toBe("roses\nROSES\n");
  expect(provider.requests.map(({ path }) => path.split("?")[0])).toEqual(Array(3).fill("/v1/messages"));
  const [, , last] = provider.requests;
  const results = JSON.parse(last!.body).messages.filter(({ role }: { role: string }) => role === "user");
  expect(JSON.stringify(results)).toMatch(/Successfully wrote.*ROSES.*Command exited with code 3/s);
});
