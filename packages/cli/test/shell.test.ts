import { describe, expect, it } from "vitest";
import { hasTerminals, openTerminal } from "./terminal.ts";

describe.runIf(hasTerminals)("agentos shell", () => {
  it("is an interactive shell on the user's terminal, which it gives back as it was", async () => {
    const around = "stty -a > /dev/stderr; {} ; code=$?; stty -a > /dev/stderr; exit $code";
    const terminal = openTerminal(["shell"], { around });
    await terminal.shows(/user@agentos:~\$ /);
    terminal.type("echo $((6*7)) $-\r");
    await terminal.shows(/42 .*i/);
    terminal.type("cat\r");
    await terminal.shows(/cat\s+\x1b\[\?2004l/);
    terminal.type("ping\r");
    await terminal.shows(/ping\s+ping/);
    terminal.type("\u0003");
    terminal.type("echo status=$?\r");
    await terminal.shows(/status=130/);
    terminal.type("exit 3\r");
    expect(await terminal.exit).toBe(3);
    const settings = terminal.screen.match(/^.*\bicanon\b.*$/gm) ?? [];
    expect(settings).toHaveLength(2);
    expect(settings[1]).toBe(settings[0]);
  });
});
