import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import node from "../src/index.ts";
import { GuestTerminal } from "./guest-terminal.ts";

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const UP = "\x1b[A";

let vm: TestVm;
const terminals: GuestTerminal[] = [];

beforeEach(() => {
  vm = bootTestVm({ software: [node, common] });
});

afterEach(() => {
  for (const terminal of terminals.splice(0)) terminal.close();
  vm.dispose();
});

async function open(...argv: string[]): Promise<GuestTerminal> {
  const terminal = await GuestTerminal.open(vm, argv);
  terminals.push(terminal);
  return terminal;
}

describe("node's prompt on a terminal", () => {
  it("reads, evaluates, prints, and ends at Ctrl-D", async () => {
    const repl = await open("node");
    await repl.see(/Welcome to Node\.js v\d+.*\n.*> /s);
    await repl.type("6 * 7\r", "\n42\r\n> ");
    await repl.type("await Promise.resolve('awaited')\r", "\n'awaited'\r\n> ");
    await repl.type("fs.readdirSync('/').includes('home')\r", "\ntrue\r\n> ");
    await repl.type("_\r", "\ntrue\r\n> ");
    await repl.type("throw new Error('x')\r", "Uncaught Error: x");
    await repl.type(CTRL_D, "\n");
    expect(await repl.exited).toBe(0);
  });

  it("goes on after Ctrl-C, and ends at the second one in a row", async () => {
    const repl = await open("node");
    await repl.see("> ");
    await repl.type(`1 + ${CTRL_C}`, "> ");
    await repl.type(`2 + 2\r`, "\n4\r\n> ");
    await repl.type("function f() {\r", "| ");
    await repl.type(CTRL_C, "> ");
    await repl.type(CTRL_C, "To exit, press Ctrl+C again or Ctrl+D or type .exit");
    await repl.type(CTRL_C, "\n");
    expect(await repl.exited).toBe(0);
  });

  it.each([
    ["while (true);", ""],
    ["for (;;) fs.statSync('/')", ""],
    ["for (;;) console.log('line')", "line"],
  ])("breaks off what is busy at Ctrl-C: %s", async (code, wanted) => {
    const repl = await open("node");
    await repl.see("> ");
    await repl.type(`globalThis.kept = 'kept'\r`, "\n'kept'\r\n> ");
    await repl.type(`console.log('beg' + 'un'); ${code}\r`, "begun");
    if (wanted) await repl.see(wanted);
    await repl.type(CTRL_C, "Script execution was interrupted by `SIGINT`");
    await repl.type("kept + fs.existsSync('/')\r", "'kepttrue'\r\n> ");
    await repl.type(".exit\r", "\n");
    expect(await repl.exited).toBe(0);
  });

  it("completes names by Tab", async () => {
    const repl = await open("node");
    await repl.see("> ");
    await repl.type("fs.readFileS\t", "readFileSync");
    await repl.type(".name\r", "\n'readFileSync'\r\n> ");
    await repl.type("const longVariable = 1\r", "undefined");
    await repl.type("require('chi\t", "child_process");
  });

  it("keeps its history in the VM's home", async () => {
    const first = await open("node");
    await first.see("> ");
    await first.type("'to be' + ' remembered'\r", "\n'to be remembered'\r\n> ");
    await first.type(".exit\r", "\n");
    expect(await first.exited).toBe(0);
    expect((await vm.run(["cat", "/home/user/.node_repl_history"])).stdout).toContain(
      "'to be' + ' remembered'",
    );
    const second = await open("node");
    await second.see("> ");
    await second.type(`${UP}${UP}\r`, "\n'to be remembered'\r\n> ");
  });

  it("takes code to begin with", async () => {
    const repl = await open("node", "-i", "-e", "var begun = 'begun'");
    await repl.see("> ");
    await repl.type("begun\r", "\n'begun'\r\n");
  });
});

describe("node --watch", () => {
  it("runs a program again when something that it loaded changes, until Ctrl-C", async () => {
    await vm.writeFile("/home/user/main.js", "console.log('loaded', require('./part'))");
    await vm.writeFile("/home/user/part.js", "module.exports = 'first'");
    const terminal = await open("node", "--watch", "main.js");
    await terminal.see("loaded first");
    await terminal.see("Waiting for file changes before restarting");
    await vm.writeFile("/home/user/part.js", "module.exports = 'second'");
    await terminal.see("Restarting 'main.js'");
    await terminal.see("loaded second");
    await terminal.see("Waiting for file changes before restarting");
    await terminal.type(CTRL_C, "^C");
    expect(await terminal.exited).toBe(0);
  });

  it("runs tests again", async () => {
    await vm.writeFile("/home/user/a.test.js", "require('node:test')('first', () => {})");
    const terminal = await open("node", "--test", "--watch");
    await terminal.see("first");
    await terminal.see("duration_ms");
    await vm.writeFile("/home/user/a.test.js", "require('node:test')('second', () => {})");
    await terminal.see("second");
  });
});

describe("a program on a terminal", () => {
  it("sees what it is and how large, and hears when that changes", async () => {
    const code = `const { stdin, stdout } = process;
      console.log(stdin.isTTY, stdout.isTTY, stdout.getWindowSize(), stdout.hasColors(), require("tty").isatty(0));
      stdout.on("resize", () => { console.log("resized", stdout.columns, stdout.rows); process.exit() });
      setInterval(() => {}, 1000); console.log("ready");`;
    const terminal = await open("node", "-e", code);
    await terminal.see("true true [ 80, 24 ] true true");
    await terminal.see("ready");
    terminal.resize(30, 100);
    await terminal.see("resized 100 30");
    expect(await terminal.exited).toBe(0);
  });

  it("gets single keys in raw mode, Ctrl-C among them", async () => {
    const code = `const { stdin } = process; console.log(stdin.isRaw); stdin.setRawMode(true); console.log(stdin.isRaw, "ready");
      stdin.on("data", (d) => { console.log("key", [...d].join()); if (d[0] === 4) { stdin.setRawMode(false); process.exit(7) } });`;
    const terminal = await open("node", "-e", code);
    await terminal.see("false");
    await terminal.see("true ready");
    await terminal.type("a", "key 97");
    await terminal.type(CTRL_C, "key 3");
    await terminal.type(UP, "key 27,91,65");
    await terminal.type(CTRL_D, "key 4");
    expect(await terminal.exited).toBe(7);
  });

  it("dies of Ctrl-C, or hears of it", async () => {
    const dying = await open("node", "-e", "console.log('ready'); setInterval(() => {}, 1000)");
    await dying.see("ready");
    await dying.type(CTRL_C, "^C");
    expect(await dying.exited).toBe(130);
    const code =
      "process.on('SIGINT', () => { console.log('heard'); process.exit(3) }); console.log('ready'); setInterval(() => {}, 1000)";
    const hearing = await open("node", "-e", code);
    await hearing.see("ready");
    await hearing.type(CTRL_C, "heard");
    expect(await hearing.exited).toBe(3);
  });

  it("asks questions with readline", async () => {
    const code = `const rl = require("readline/promises").createInterface({ input: process.stdin, output: process.stdout });
      (async () => { const name = await rl.question("name? "); console.log("hello " + name.toUpperCase()); rl.close() })();`;
    const terminal = await open("node", "-e", code);
    await terminal.see("name? ");
    await terminal.type("wrong\x15ada\r", "hello ADA");
    expect(await terminal.exited).toBe(0);
  });

  it("understands keys", async () => {
    const code = `require("readline").emitKeypressEvents(process.stdin); process.stdin.setRawMode(true); console.log("ready");
      process.stdin.on("keypress", (s, k) => { console.log([k.name, k.ctrl, k.meta, k.shift].join()); if (k.name === "q") process.exit() });`;
    const terminal = await open("node", "-e", code);
    await terminal.see("ready");
    await terminal.type(UP, "up,false,false,false");
    await terminal.type("\x01", "a,true,false,false");
    await terminal.type("q", "q,false,false,false");
    expect(await terminal.exited).toBe(0);
  });
});
