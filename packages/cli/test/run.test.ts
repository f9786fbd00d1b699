import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agentos, start } from "./agentos.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "agentos-cli-"));
});

afterEach(() => rmSync(dir, { recursive: true }));

describe("agentos run", () => {
  it("runs a command line, passing input, output, error and exit code", async () => {
    const ran = await agentos(["run", "--", "tr a-z A-Z; echo oops >&2; exit 3"], { stdin: "shout\n" });
    expect(ran).toEqual({ code: 3, stdout: "SHOUT\n", stderr: "oops\n" });
  });

  it("runs a program with its arguments as they are", async () => {
    const ran = await agentos(["run", "--", "printf", "%s|", "a b", "$HOME", "--help"]);
    expect(ran).toEqual({ code: 0, stdout: "a b|$HOME|--help|", stderr: "" });
  });

  it("runs programs for Node", async () => {
    const ran = await agentos(["run", "--", "node", "-p", "process.platform + process.ppid"]);
    expect(ran).toEqual({ code: 0, stdout: expect.stringMatching(/^linux\d+\n$/), stderr: "" });
  });

  it("a program that is not there is 127", async () => {
    const ran = await agentos(["run", "--", "no-such-program", "x"]);
    expect(ran).toEqual({
      code: 127,
      stdout: "",
      stderr: "agentos: no-such-program: No such file or directory\n",
    });
  });

  it("runs a script of the host with its arguments and options", async () => {
    const script = join(dir, "greet.sh");
    writeFileSync(script, '#!/bin/bash\necho "$(basename "$0") $# $1 $2"\n');
    const ran = await agentos(["run", script, "--json", "two"]);
    expect(ran).toEqual({ code: 0, stdout: "greet.sh 2 --json two\n", stderr: "" });
  });

  it("--mount, --env, --cwd and --user set the VM up", async () => {
    mkdirSync(join(dir, "src"));
    writeFileSync(join(dir, "src", "file"), "content\n");
    const ran = await agentos([
      "run",
      `--mount=${join(dir, "src")}:/work:ro`,
      "-e",
      "GREETING=hello",
      "--cwd=/work",
      "--user=root",
      "--",
      'cat file; echo "$GREETING $(pwd) $(id -un)"; touch new',
    ]);
    expect(ran).toEqual({
      code: 1,
      stdout: "content\nhello /work root\n",
      stderr: "touch: cannot touch 'new': Read-only file system\n",
    });
  });

  it("--json prints the result as one object and keeps the exit code", async () => {
    const { code, stdout } = await agentos(["run", "--json", "--", "echo out; echo err >&2; exit 4"]);
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toEqual({
      exitCode: 4,
      signal: null,
      stdout: "out\n",
      stderr: "err\n",
      truncated: false,
      timedOut: false,
      durationMs: expect.any(Number),
    });
  });

  it("a command whose time is up ends with 124, one that a signal ended with 128 + its number", async () => {
    expect(await agentos(["run", "--timeout", "50ms", "--", "echo started; sleep 1000"])).toEqual({
      code: 124,
      stdout: "started\n",
      stderr: "",
    });
    expect((await agentos(["run", "--", "kill -TERM $$"])).code).toBe(143);
  });

  it("large output arrives whole, and a reader that leaves ends the command", async () => {
    const { stdout } = await agentos(["run", "--", "seq 300000"]);
    expect(stdout.length).toBe(1_988_895);
    const child = start(["run", "--", "yes"]);
    child.stdin.end();
    await once(child.stdout, "data");
    child.stdout.destroy();
    expect(await once(child, "exit")).toEqual([141, null]);
  });

  it("Ctrl-C goes to the guest", async () => {
    const child = start([
      "run",
      "--",
      "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.01; done",
    ]);
    let stdout = "";
    child.stdout.on("data", (data) => (stdout += data));
    await expect.poll(() => stdout, { timeout: 10_000 }).toBe("ready\n");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([5, null]);
    expect(stdout).toBe("ready\ncaught\n");
  });
});
