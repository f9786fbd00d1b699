// Runs the command line at a terminal of its own, as a user does.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished } from "vitest";
import { COMMAND } from "./agentos.ts";

/** util-linux's script(1) gives a process a terminal. */
export const hasTerminals = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

export interface Terminal {
  /** Everything that has been written to it. */
  readonly screen: string;
  /** Waits until the screen shows this, after what was waited for before. */
  shows(text: RegExp): Promise<void>;
  type(keys: string): void;
  /** Resolves with the exit code. */
  exit: Promise<number | null>;
}

/** What Node's colours go by, whatever the tests themselves run in. */
const COLOURS = { TERM: "xterm-256color", CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined };

/** `around` is a command line of sh, {} the command's place in it. */
export function openTerminal(
  args: readonly string[],
  { env = process.env, around = "exec {}" }: { env?: NodeJS.ProcessEnv; around?: string } = {},
): Terminal {
  const command = around.replace("{}", () => [...COMMAND, ...args].map(quote).join(" "));
  const child = spawn("script", ["-qefc", command, "/dev/null"], {
    env: { ...env, ...COLOURS, SHELL: "/bin/sh" },
  });
  onTestFinished(() => void child.kill());
  let screen = "";
  let seen = 0;
  child.stdout.on("data", (data) => (screen += data));
  return {
    get screen() {
      return screen;
    },
    async shows(text) {
      await expect.poll(() => screen.slice(seen), { timeout: 20_000 }).toMatch(text);
      const match = text.exec(screen.slice(seen))!;
      seen += match.index + match[0].length;
    },
    type: (keys) => void child.stdin.write(keys),
    exit: once(child, "exit").then(([code]) => code as number | null),
  };
}
