// The commands of a chat: lines that begin with a slash.

import type { SessionInfo } from "@agentos/core";
import { modelsOf } from "./agent-models.ts";
import type { Chat } from "./chat.ts";

interface ChatCommand {
  /** What may follow the name, for help. */
  argument?: string;
  help: string;
  /** Runs the command. "quit" ends the chat. */
  run(chat: Chat, argument: string): Promise<"quit" | undefined>;
}

export const CHAT_COMMANDS: Readonly<Record<string, ChatCommand>> = {
  help: {
    help: "list the commands",
    async run({ say }) {
      const rows = Object.entries(CHAT_COMMANDS).map(([name, { argument, help }]) => [
        `/${name}${argument ? ` ${argument}` : ""}`,
        help,
      ]);
      const width = Math.max(...rows.map(([left]) => left!.length));
      for (const [left, right] of rows) say(`${left!.padEnd(width)}  ${right}`);
      say("A line that ends with \\ goes on. Ctrl-C cancels what the agent does, Ctrl-D ends the chat.");
      return undefined;
    },
  },
  model: {
    argument: "[NAME]",
    help: "list the models, or choose one",
    async run(chat, name) {
      if (name) {
        chat.say(`model: ${await chat.chooseModel(name)}`);
        return undefined;
      }
      const { current, names } = modelsOf(chat.session) ?? { current: "", names: [] };
      for (const known of names) chat.say(`${known === current ? "*" : " "} ${known}`);
      return undefined;
    },
  },
  new: {
    help: "begin a new session",
    async run(chat) {
      await chat.begin();
      chat.say("a new session");
      return undefined;
    },
  },
  sessions: {
    help: "list the sessions",
    async run(chat) {
      for (const [index, session] of (await chat.sessions()).entries()) {
        const mark = session.sessionId === chat.session.sessionId ? "*" : " ";
        chat.say(`${mark} ${index + 1}  ${dateOf(session)}  ${session.title}`);
      }
      return undefined;
    },
  },
  resume: {
    argument: "[NUMBER]",
    help: "go on with a session, the one before if no number is given",
    async run(chat, number) {
      const others = await chat.sessions();
      const at = number === "" ? -1 : Number(number) - 1;
      const chosen =
        number === "" ? others.findLast(({ sessionId }) => sessionId !== chat.session.sessionId) : others[at];
      if (chosen === undefined) {
        chat.say(
          number === "" ? "there is no other session" : `there is no session ${number}; see /sessions`,
        );
        return undefined;
      }
      await chat.resume(chosen.sessionId);
      chat.say(`resumed: ${chosen.title}`);
      return undefined;
    },
  },
  quit: { help: "end the chat", run: async () => "quit" },
};

/** The completions of a line, for Tab. */
export function completeCommand(line: string): string[] {
  if (!line.startsWith("/")) return [];
  return Object.keys(CHAT_COMMANDS)
    .map((name) => `/${name}`)
    .filter((name) => name.startsWith(line));
}

function dateOf({ createdAt }: SessionInfo): string {
  return new Date(createdAt).toISOString().slice(0, 16).replace("T", " ");
}
