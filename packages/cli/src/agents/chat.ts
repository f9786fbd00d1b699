// A conversation with an agent: each line of the user is a prompt or a command.

import { styleText } from "node:util";
import type { AgentOs, SessionInfo, SessionRecord } from "@agentos/core";
import { chooseModel } from "./agent-models.ts";
import { openSession } from "./agent-vm.ts";
import { CHAT_COMMANDS, completeCommand } from "./chat-commands.ts";
import { LineInput } from "./line-input.ts";
import type { TurnView } from "./turn-view.ts";

const MOST_TITLE = 60;

export interface ChatParts {
  vm: AgentOs;
  view: TurnView;
  session: SessionRecord;
  model: string | undefined;
}

export class Chat {
  readonly #vm: AgentOs;
  readonly #view: TurnView;
  readonly #input = new LineInput({ output: process.stdout, complete: completeCommand });
  #session: SessionRecord;
  /** The model of new sessions. */
  #model: string | undefined;

  constructor({ vm, view, session, model }: ChatParts) {
    this.#vm = vm;
    this.#view = view;
    this.#session = session;
    this.#model = model;
  }

  get session(): SessionRecord {
    return this.#session;
  }

  readonly say = (text: string): void => this.#view.note(text, "dim");

  /** The user's next line; undefined at the end. */
  async read(): Promise<string | undefined> {
    let text = "";
    for (;;) {
      const prompt = styleText("bold", text === "" ? "› " : "… ", { stream: process.stdout });
      const answer = await this.#input.read(prompt);
      if (answer === "end") return undefined;
      if (answer === "interrupt") text = "";
      else if (answer.line.endsWith("\\")) text += `${answer.line.slice(0, -1)}\n`;
      else if ((text + answer.line).trim() === "") text = "";
      else return text + answer.line;
    }
  }

  /** Acts on a line. Errors are shown, and the chat goes on. */
  async take(line: string, signal: AbortSignal): Promise<"quit" | undefined> {
    try {
      if (line.startsWith("/")) return await this.#command(line.slice(1));
      await this.#turn(line, signal);
    } catch (error) {
      this.#view.note((error as Error).message, "red");
    }
    return undefined;
  }

  async #command(line: string): Promise<"quit" | undefined> {
    const [name = "", ...rest] = line.trim().split(/\s+/);
    const command = Object.hasOwn(CHAT_COMMANDS, name) ? CHAT_COMMANDS[name] : undefined;
    if (command) return command.run(this, rest.join(" "));
    this.say(`there is no command /${name}; see /help`);
    return undefined;
  }

  async #turn(prompt: string, signal: AbortSignal): Promise<void> {
    // An agent that has ended is restarted.
    this.#session = await this.#vm.resumeSession(this.#session);
    const { stopReason } = (await this.#vm.sendPrompt(this.#session, prompt, { signal })).response;
    if (stopReason !== "end_turn")
      this.say(stopReason === "cancelled" ? "cancelled" : `stopped: ${stopReason}`);
  }

  /** @returns the model's full name @throws UsageError */
  async chooseModel(name: string): Promise<string> {
    this.#model = await chooseModel(this.#vm, this.#session, name, "chat");
    const current = (await this.#vm.listSessions()).find(
      ({ sessionId }) => sessionId === this.#session.sessionId,
    );
    if (current) this.#session = current;
    return this.#model;
  }

  async begin(): Promise<void> {
    const session = await openSession(this.#vm, this.#session.agentType, this.#model, "chat");
    await this.leave();
    this.#session = session;
  }

  async resume(sessionId: string): Promise<void> {
    if (sessionId === this.#session.sessionId) return;
    const session = await this.#vm.resumeSession(sessionId);
    await this.leave();
    this.#session = session;
  }

  /** Ends the current session. One in which nothing was said is deleted. */
  async leave(): Promise<void> {
    const events = await this.#vm.getSessionEvents(this.#session, { limit: 1 });
    if (events.length > 0) await this.#vm.closeSession(this.#session);
    else await this.#vm.destroySession(this.#session);
  }

  /** The sessions, oldest first, each with a title from its first prompt. */
  async sessions(): Promise<(SessionInfo & { title: string })[]> {
    const sessions = await this.#vm.listSessions();
    return Promise.all(
      sessions.map(async (session) => ({ ...session, title: await this.#titleOf(session) })),
    );
  }

  async #titleOf(session: SessionInfo): Promise<string> {
    const events = await this.#vm.getSessionEvents(session, { limit: 10 });
    const first = events.find(({ type }) => type === "prompt");
    const text =
      first?.type === "prompt" ? first.prompt.map((block) => ("text" in block ? block.text : "")) : [];
    return text.join(" ").replace(/\s+/g, " ").slice(0, MOST_TITLE) || "(nothing was said)";
  }
}
