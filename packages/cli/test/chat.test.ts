import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startModel } from "./model.ts";
import { hasTerminals, openTerminal } from "./terminal.ts";

const PROMPT = /› /;

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "agentos-cli-"));
});

afterEach(() => rmSync(dir, { recursive: true }));

describe.runIf(hasTerminals)("agentos chat", { timeout: 60_000 }, () => {
  it("is a conversation with line editing, commands, approvals and cancelling", async () => {
    const { provider, env } = await startModel([
      { when: "I am Ada", message: [{ text: "Hello, Ada." }] },
      { when: "Wait", message: [{ text: "One moment" }], hang: true },
      { message: [{ tool: "write", input: { path: "name.txt", content: "Ada\n" } }] },
      { message: [{ text: "I have noted it." }] },
      { when: "Start over", message: [{ text: "Over and out." }] },
      { message: [{ text: "You are Ada." }] },
    ]);
    const terminal = openTerminal(["chat", "--mount", `${dir}:/workspace`], { env });
    await terminal.shows(/pi · anthropic\/\S+ · \/workspace · \/help/);
    await terminal.shows(PROMPT);
    terminal.type("I am Bob\x7f\x7f\x7fAda\r");
    await terminal.shows(/Hello, Ada\./);
    await terminal.shows(PROMPT);
    terminal.type("Wait for me\r");
    await terminal.shows(/One moment/);
    terminal.type("\u0003");
    await terminal.shows(/cancelled/);
    await terminal.shows(PROMPT);
    terminal.type("Note \\\r");
    await terminal.shows(/… /);
    terminal.type("my name\r");
    await terminal.shows(/allow\?/);
    terminal.type("y\r");
    await terminal.shows(/I have noted it\./);
    expect(provider.requests.at(-1)!.body).toContain('"text":"Note \\nmy name"');
    await terminal.shows(PROMPT);
    terminal.type("/mo\t claude-haiku-4-5\r");
    await terminal.shows(/model: anthropic\/claude-haiku-4-5/);
    await terminal.shows(PROMPT);
    terminal.type("/new\r");
    await terminal.shows(/a new session/);
    terminal.type("Start over\r");
    await terminal.shows(/Over and out\./);
    expect(JSON.parse(provider.requests.at(-1)!.body)).toMatchObject({ model: "claude-haiku-4-5" });
    expect(provider.requests.at(-1)!.body).not.toContain("I am Ada");
    await terminal.shows(PROMPT);
    terminal.type("/sessions\r");
    await terminal.shows(/ {2}1 .* I am Ada[\s\S]*\* 2 .* Start over/);
    terminal.type("/resume 7\r");
    await terminal.shows(/there is no session 7/);
    terminal.type("/resume\r");
    await terminal.shows(/resumed: I am Ada/);
    terminal.type("Who am I?\r");
    await terminal.shows(/You are Ada\./);
    expect(provider.requests.at(-1)!.body).toContain("I am Ada");
    terminal.type("/nonsense\r");
    await terminal.shows(/there is no command \/nonsense/);
    terminal.type("/help\r");
    await terminal.shows(/\/quit +end the chat/);
    await terminal.shows(PROMPT);
    terminal.type("\u0004");
    await terminal.shows(/\n/);
    expect(await terminal.exit).toBe(0);
    expect(existsSync(join(dir, "name.txt"))).toBe(true);
  });

  it("takes what is pasted as one prompt, and lines that come one after the other as several", async () => {
    const { provider, env } = await startModel([
      { when: "Two lines", message: [{ text: "Both read." }] },
      { message: [{ text: "First." }] },
      { message: [{ text: "Second." }] },
    ]);
    const terminal = openTerminal(["chat"], { env });
    await terminal.shows(PROMPT);
    terminal.type("\x1b[200~Two lines\rof one\x1b[201~ prompt\r");
    await terminal.shows(/Both read\./);
    expect(provider.requests.at(-1)!.body).toContain('"text":"Two lines\\nof one prompt"');
    await terminal.shows(PROMPT);
    terminal.type("one\rtw");
    await terminal.shows(/First\./);
    await terminal.shows(PROMPT);
    terminal.type("o\r");
    await terminal.shows(/Second\./);
    expect(provider.requests.at(-1)!.body).toContain('"text":"two"');
  });

  it("goes on after Ctrl-Z", async () => {
    const { env } = await startModel([{ message: [{ text: "Here again." }] }]);
    const terminal = openTerminal(["chat"], { env, around: "exec bash -mc '\"$@\"; echo away; fg' bash {}" });
    await terminal.shows(PROMPT);
    terminal.type("Are you \x1a");
    await terminal.shows(/away/);
    await terminal.shows(/› /);
    terminal.type("there?\r");
    await terminal.shows(/Here again\./);
    await terminal.shows(PROMPT);
    terminal.type("\u0004");
    expect(await terminal.exit).toBe(0);
  });

  it("shows what fails and goes on; --sessions keeps what was said for the next chat", async () => {
    const error = { status: 400, type: "invalid_request_error", message: "the prompt is too odd" };
    const { provider, env } = await startModel([
      { error },
      { message: [{ text: "A plum it is." }] },
      { message: [{ text: "The plum." }] },
    ]);
    const store = join(dir, "sessions.db");
    const first = openTerminal(["chat", "pi", "--sessions", store], { env });
    await first.shows(PROMPT);
    first.type("odd\r");
    await first.shows(/the prompt is too odd/);
    await first.shows(PROMPT);
    first.type("Remember the plum\r");
    await first.shows(/A plum it is\./);
    await first.shows(PROMPT);
    first.type("/quit\r");
    expect(await first.exit).toBe(0);
    const second = openTerminal(["chat", "--sessions", store, "--resume"], { env });
    await second.shows(PROMPT);
    second.type("Which fruit?\r");
    await second.shows(/The plum\./);
    await second.shows(PROMPT);
    second.type("\u0004");
    expect(await second.exit).toBe(0);
    expect(provider.requests.at(-1)!.body).toContain("Remember the plum");
  });
});
