import { afterEach, describe, expect, it } from "vitest";
import { Terminal, type TerminalOptions } from "./terminal.ts";

let terminal: Terminal;

async function start(options?: TerminalOptions): Promise<Terminal> {
  terminal = await Terminal.open(options);
  await terminal.waitFor(/\$ ?$/);
  return terminal;
}

afterEach(() => terminal.dispose());

const LEFT = "\x1b[D";
const UP = "\x1b[A";

describe("the line editor", () => {
  it("runs the line that Enter ends", async () => {
    await start();
    expect(await terminal.expect("echo hi\r", /hi\n\$ ?$/)).toBe("$ echo hi\nhi\n$");
  });

  it("inserts and deletes in the middle of the line", async () => {
    await start();
    await terminal.expect(`echo acd${LEFT}${LEFT}b\x05\x7fx\r`, /\nabcx\n\$ ?$/);
  });

  it("moves and kills by words and lines and yanks back", async () => {
    await start();
    await terminal.expect("two echo one\x17\x01\x1bf\x0b\x15echo [\x19]\r", /\n\[two echo \]\n/);
  });

  it("undoes changes", async () => {
    await start();
    await terminal.expect("echo kept lost\x17\x1f\r", /\nkept lost\n/);
  });

  it("recalls lines with the arrow and searches them with Ctrl-R", async () => {
    await start();
    await terminal.expect("echo first\r", /\nfirst\n\$ ?$/);
    await terminal.expect("echo second\r", /\nsecond\n\$ ?$/);
    await terminal.expect(`${UP}${UP}\r`, /\nfirst\n\$ ?$/);
    await terminal.expect("\x12sec\r", /\nsecond\n\$ ?$/);
  });

  it("wraps long lines and edits them over several rows", async () => {
    await start({ columns: 20 });
    const long = "echo aaaaaaaaaabbbbbbbbbbcccccccccc";
    await terminal.expect(long, /bbbbbbbb\nbbbbbcccccccccc|b+c+$/);
    await terminal.expect("\x01\x1bf\x06X\r", /\nXaaaaaaaaaabbbbbbbbb\nbcccccccccc\n/);
  });

  it("takes wide and composed characters as one each", async () => {
    await start();
    await terminal.expect(`echo 日本x${LEFT}\x7fé\r`, /\n日éx\n/);
  });

  it("takes pasted text literally until Enter is typed", async () => {
    await start();
    await terminal.expect("\x1b[200~echo a\tb\x1b[201~\r", /\na b\n/);
  });

  it("leaves the terminal as commands expect it", async () => {
    await start();
    await terminal.expect("read line; echo got=$line\r", /got=\$line/);
    await terminal.expect("typed\n", /got=typed/);
  });
});

describe("the screen", () => {
  it("keeps what a command printed before the prompt", async () => {
    await start();
    await terminal.expect("printf abc\r", /\nabc\$ ?$/);
    await terminal.expect("echo x\r", /\nabc\$ echo x\nx\n/);
  });
});

describe("completion", () => {
  it("completes commands, files and variables", async () => {
    await start({ files: { "/home/user/some file.txt": "x", "/home/user/dir/": "" } });
    await terminal.expect("rea\to\t", /readonly$/);
    await terminal.expect("\x15echo so\t", "echo some\\ file.txt");
    await terminal.expect("\x15echo di\t", /echo dir\/$/);
    await terminal.expect("\x15echo $HO\t", /echo \$HO$/);
  });

  it("lists what fits at the second Tab", async () => {
    await start({ files: { "/home/user/abc1": "", "/home/user/abc2": "" } });
    await terminal.expect("echo a\t\t", /abc1 {2}abc2\n\$ echo abc/);
  });

  it("uses what complete -W and -F say", async () => {
    await start();
    await terminal.expect(
      "complete -W 'start stop' svc; f() { COMPREPLY=(answer); }; complete -F f q\r",
      /q\n\$ ?$/,
    );
    await terminal.expect("svc sta\t", /svc start$/);
    await terminal.expect("\x15q a\t", /q answer$/);
  });
});

describe("the session", () => {
  it("gives a new prompt and status 130 at Ctrl-C", async () => {
    await start();
    await terminal.expect("echo half\x03", /\^C\n\$ ?$/);
    await terminal.expect("echo $?\r", /\n130\n/);
  });

  it("interrupts a command and the loop around it", async () => {
    await start();
    await terminal.expect("while true; do hold; done\r", "holding");
    await terminal.expect("\x03", /holding\n\^C\n+\$ ?$/);
    await terminal.expect("echo $?\r", /\n130\n/);
  });

  it("interrupts a loop of builtins", async () => {
    await start();
    terminal.type("echo go; while :; do :; done\r");
    await terminal.waitFor(/\ngo\n/);
    await terminal.expect("\x03", /\^C\n\$ ?$/);
  });

  it("interrupts a builtin that waits for input", async () => {
    await start();
    await terminal.expect("echo go; read x\r", /\ngo\n/);
    await terminal.expect("\x03", /\^C\n\$ ?$/);
    await terminal.expect("echo $?\r", /\n130\n/);
  });

  it("announces background jobs and tells when they are done", async () => {
    await start();
    await terminal.expect("say hi &\r", /\[1\] \d+\n\$ hi/);
    await terminal.expect("\r", /\[1\]\+ {2}Done +say hi/);
  });

  it("does not count what prompts hide as width", async () => {
    await start({ columns: 20, env: { PS1: "\\[\\e[1m\\]p\\[\\e[0m\\]$ " } });
    await terminal.expect(`echo abcdefghijk${LEFT}X\r`, /\nabcdefghijXk\n/);
  });

  it("stops a job at Ctrl-Z, lists it, and continues it", async () => {
    await start();
    await terminal.expect("hold\r", "holding");
    await terminal.expect("\x1a", /\[1\]\+ {2}Stopped +hold/);
    await terminal.expect("bg\r", /\[1\]\+ hold &/);
    await terminal.expect("jobs\r", /\[1\]\+ {2}Running +hold &/);
    await terminal.expect("kill %1\r", /\$ ?$/);
    await terminal.expect("\r", /\[1\]\+ {2}Terminated +hold/);
  });

  it("asks for more with PS2 until the command is complete", async () => {
    await start();
    await terminal.expect("for x in 1 2\r", /\n> ?$/);
    await terminal.expect("do echo n$x; done\r", /n1\nn2\n\$ ?$/);
  });

  it("expands history and shows the line", async () => {
    await start();
    await terminal.expect("echo one two\r", /\none two\n\$ ?$/);
    await terminal.expect("echo !$\r", /\necho two\ntwo\n\$ ?$/);
    await terminal.expect("^two^three\r", /\necho three\nthree\n\$ ?$/);
    await terminal.expect("!nothing\r", /!nothing: event not found/);
  });

  it("expands prompts and runs PROMPT_COMMAND", async () => {
    await start({ env: { PS1: "[\\u:\\w]$ ", PROMPT_COMMAND: "echo before" } });
    await terminal.waitFor(/before\n\[user:~\]\$/);
  });

  it("ends at Ctrl-D on an empty line and writes the history", async () => {
    await start();
    await terminal.expect("echo kept\r", /\nkept\n\$ ?$/);
    await terminal.expect("\x04", /exit/);
    expect(await terminal.exited).toBe(0);
    expect(await terminal.vm.readFile("/home/user/.bash_history")).toBe("echo kept\n");
  });

  it("reads ~/.bashrc, and ~/.bash_profile as a login shell", async () => {
    await start({ args: [], files: { "/home/user/.bashrc": "echo from rc\n" } });
    await terminal.waitFor("from rc");
    terminal.dispose();
    await start({ args: ["-l"], files: { "/home/user/.bash_profile": "echo from profile\n" } });
    await terminal.waitFor("from profile");
  });

  it("goes on after a syntax error", async () => {
    await start();
    await terminal.expect("echo )\r", "syntax error near unexpected token `)'");
    await terminal.expect("echo fine\r", /\nfine\n/);
  });
});
