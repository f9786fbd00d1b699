import { defineProgram, stdout } from "@agentos/kernel/program";

/** Cursor home, erase the screen, erase what has scrolled out of it. */
const SEQUENCE = "\x1b[H\x1b[2J\x1b[3J";

export default defineProgram({
  name: "clear",
  summary: "Clear the terminal screen.",
  usage: "[-x]",
  options: { keepScrollback: { short: "x", help: "do not clear the scrollback" } },
  async run(proc, { options }) {
    await stdout(proc).write(options.keepScrollback ? SEQUENCE.slice(0, -4) : SEQUENCE);
    return 0;
  },
});
