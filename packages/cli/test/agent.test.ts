import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agentos, start } from "./agentos.ts";
import { startModel } from "./model.ts";
import { hasTerminals, openTerminal } from "./terminal.ts";

const WRITE = { tool: "write", input: { path: "poem.txt", content: "roses\nare\nred\n" } };
const LOUDER = { tool: "bash", input: { command: "tr a-z A-Z < poem.txt > loud.txt; env" } };

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "agentos-cli-"));
});

afterEach(() => rmSync(dir, { recursive: true }));

const file = (name: string): string => readFileSync(join(dir, name), "utf8");

describe("agentos agent", { timeout: 60_000 }, () => {
  it("does a task in a mounted directory: words on stdout, deeds on stderr, the key nowhere", async () => {
    const { provider, env } = await startModel([
      { message: [{ text: "I will write it." }, WRITE] },
      { message: [LOUDER] },
      { message: [{ text: "It is written." }] },
    ]);
    const args = ["agent", "pi", "write a", "poem", "--mount", `${dir}:/workspace`, "--yes"];
    const ran = await agentos(args, { env });
    expect(ran).toEqual({
      code: 0,
      stdout: "I will write it.\nIt is written.\n",
      stderr: "● write poem.txt\n  + roses\n  + are\n  + red\n● $ tr a-z A-Z < poem.txt > loud.txt; env\n",
    });
    expect(file("loud.txt")).toBe("ROSES\nARE\nRED\n");
    expect(provider.requests[0]!.body).toContain('"text":"write a poem"');
    expect(provider.requests[2]!.body).toContain("PATH=");
    expect(provider.requests[2]!.body).not.toContain("sk-secret");
  });

  it("without a terminal, what the flags do not allow is refused", async () => {
    const { provider, env } = await startModel([
      { message: [WRITE] },
      { message: [LOUDER] },
      { message: [{ text: "As you wish." }] },
    ]);
    const args = ["agent", "pi", "--approve=edit", "-m", `${dir}:/workspace`, "write"];
    const { code, stdout, stderr } = await agentos(args, { env });
    expect([code, stdout]).toEqual([0, "As you wish.\n"]);
    expect(stderr).toContain("refused, there is no terminal to ask at: tr a-z A-Z");
    expect(stderr).toContain("--approve execute would allow it");
    expect(existsSync(join(dir, "poem.txt"))).toBe(true);
    expect(existsSync(join(dir, "loud.txt"))).toBe(false);
    expect(provider.requests[2]!.body).toContain("The user refused bash.");
  });

  it("takes the prompt from standard input, after what the words say", async () => {
    const { provider, env } = await startModel([{ message: [{ text: "Fine." }] }]);
    const ran = await agentos(["agent", "pi", "review", "this", "-"], { env, stdin: "+ a line\n" });
    expect(ran).toEqual({ code: 0, stdout: "Fine.\n", stderr: "" });
    expect(provider.requests[0]!.body).toContain('"text":"review this\\n\\n+ a line\\n"');
  });

  it("--model chooses the model, --json prints the events", async () => {
    const { provider, env } = await startModel([{ message: [{ text: "Hello there." }] }]);
    const args = ["agent", "pi", "greet", "--model", "claude-haiku-4-5", "--json"];
    const { code, stdout, stderr } = await agentos(args, { env });
    expect([code, stderr]).toEqual([0, ""]);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; seq: number });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ type: "turn_end", stopReason: "end_turn" });
    expect(JSON.parse(provider.requests[0]!.body)).toMatchObject({ model: "claude-haiku-4-5" });
  });

  it.each([
    [["agent"], /an agent is missing, such as pi/],
    [["agent", "pi", "hi", "--approve", "edit,everything"], /--approve wants .*: everything/],
    [["agent", "pi", "hi", "--timeout", "soon"], /--timeout wants a time/],
    [["agent", "pi"], /a prompt is missing/],
    [["agent", "pix", "hi"], /unknown agent type "pix"; installed: pi/],
    [
      ["agent", "pi", "hi", "--model", "claude-none"],
      /pi has no model "claude-none"; it has anthropic\/claude/,
    ],
    [["chat"], /a chat needs a terminal/],
    [["chat", "--resume"], /--resume needs --sessions FILE/],
  ])("%j is a usage error", async (args, message) => {
    const { env } = await startModel([]);
    const ran = await agentos(args, { env });
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(message);
  });

  it("a missing key is a usage error that names the variable", async () => {
    const { env } = await startModel([]);
    const keyless = { ...env, ANTHROPIC_API_KEY: undefined };
    const ran = await agentos(["agent", "pi", "hi"], { env: keyless });
    expect(ran).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("set ANTHROPIC_API_KEY or OPENAI_API_KEY"),
    });
    const unknown = await agentos(["agent", "pix", "hi"], { env: keyless });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/"pix"; installed: pi\n/) });
    const other = await agentos(["agent", "pi", "hi", "--model", "openai/gpt-5"], { env });
    expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/set OPENAI_API_KEY\n/) });
  });

  it("what the model refuses with is told, exit code 1", async () => {
    const error = { status: 400, type: "invalid_request_error", message: "the prompt is too odd" };
    const { env } = await startModel([{ error }]);
    const ran = await agentos(["agent", "pi", "hi"], { env });
    expect([ran.code, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toMatch(/^agentos: .*the prompt is too odd/);
  });

  it("a task whose time is up is cancelled, exit code 124", async () => {
    const { env } = await startModel([{ message: [{ text: "One moment" }], hang: true }]);
    const ran = await agentos(["agent", "pi", "hi", "--timeout", "100ms"], { env });
    expect(ran.code).toBe(124);
    expect(ran.stderr).toContain("the turn took more than 100 ms");
  });

  it("Ctrl-C cancels the task and ends with 130", async () => {
    const { env } = await startModel([{ message: [{ text: "One moment" }], hang: true }]);
    const child = start(["agent", "pi", "hi"], env);
    child.stdin.end();
    await once(child.stdout, "data");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([130, null]);
  });
});

describe.runIf(hasTerminals)("agentos agent at a terminal", { timeout: 60_000 }, () => {
  it("says what it waits for, and asks before the agent changes anything", async () => {
    const { env } = await startModel([
      { message: [WRITE] },
      { message: [LOUDER] },
      { message: [{ tool: "bash", input: { command: "touch refused" } }] },
      { message: [{ text: "Done." }] },
    ]);
    writeFileSync(join(dir, "poem.txt"), "roses\nare\nblue\n");
    const terminal = openTerminal(["agent", "pi", "write", "--mount", `${dir}:/workspace`], { env });
    await terminal.shows(/starting pi …/);
    await terminal.shows(/thinking …/);
    await terminal.shows(/write poem\.txt[\s\S]*- blue[\s\S]*\+ red/);
    await terminal.shows(/allow\? \[y\]es, \[a\]lways, \[n\]o: /);
    expect(file("poem.txt")).toContain("blue");
    terminal.type("maybe\r");
    await terminal.shows(/allow\?/);
    terminal.type("y\r");
    await terminal.shows(/\$ tr a-z A-Z[\s\S]*allow\?/);
    terminal.type("a\r");
    await terminal.shows(/touch refused/);
    await terminal.shows(/Done\./);
    expect(await terminal.exit).toBe(0);
    expect(file("poem.txt")).toContain("red");
    expect(existsSync(join(dir, "refused"))).toBe(true);
    expect(terminal.screen).toContain("\x1b[36m");
  });

  it("Ctrl-C in a question cancels the task", async () => {
    const { env } = await startModel([{ message: [WRITE] }]);
    const terminal = openTerminal(["agent", "pi", "write", "--mount", `${dir}:/workspace`], { env });
    await terminal.shows(/allow\?/);
    terminal.type("\u0003");
    expect(await terminal.exit).toBe(130);
    expect(existsSync(join(dir, "poem.txt"))).toBe(false);
  });
});
