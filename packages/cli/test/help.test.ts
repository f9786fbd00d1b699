import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { completionScript } from "../src/completion.ts";
import { parseDuration } from "../src/duration.ts";
import { COMMANDS } from "../src/spec.ts";
import { agentos } from "./agentos.ts";

describe("agentos", () => {
  it("--help lists the commands, and each explains itself", async () => {
    const { code, stdout } = await agentos(["--help"]);
    expect(code).toBe(0);
    for (const [name, command] of Object.entries(COMMANDS)) {
      expect(stdout).toContain(command.summary);
      const help = await agentos([name, "--help"]);
      expect(help).toMatchObject({ code: 0, stderr: "" });
      expect(help.stdout).toContain(`usage: agentos ${name}`);
      for (const option of Object.keys(command.options)) expect(help.stdout).toContain(`--${option}`);
    }
    expect(stdout).not.toContain("\u001b");
  });

  it("--version prints the version", async () => {
    expect(await agentos(["--version"])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  it.each([
    [["frob"], /unknown command: frob/],
    [["--frob"], /unknown option: --frob/],
    [["run"], /a command or a script is missing/],
    [["run", "--frob", "--", "true"], /Unknown option '--frob'/],
    [["run", "--timeout", "soon", "--", "true"], /--timeout wants a time/],
    [["run", "--mount", "/tmp", "--", "true"], /--mount wants HOST:GUEST/],
    [["run", "--mount", "/no/such:/x", "--", "true"], /not a directory: \/no\/such/],
    [["run", "--env", "=x", "--", "true"], /--env wants NAME=VALUE/],
    [["run", "--cwd", "tmp", "--", "true"], /--cwd must be an absolute path/],
    [["run", "--user", "nobody-knows", "--", "true"], /no user "nobody-knows"/],
    [["run", "/no/such/script.sh"], /cannot read the script/],
    [["shell"], /needs a terminal/],
    [["completion", "csh"], /completion is for bash, zsh, fish/],
  ])("%j is a usage error: its message on stderr, exit code 2", async (args, message) => {
    const ran = await agentos(args);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toMatch(message);
  });
});

describe("completion", () => {
  it("the bash script is valid and completes commands and options", () => {
    const script = `${completionScript("bash")}
      COMP_WORDS=(agentos run --m) COMP_CWORD=2; _agentos; echo "\${COMPREPLY[@]}"
      COMP_WORDS=(agentos s) COMP_CWORD=1; _agentos; echo "\${COMPREPLY[@]}"
      COMP_WORDS=(agentos completion z) COMP_CWORD=2; _agentos; echo "\${COMPREPLY[@]}"`;
    expect(execFileSync("/bin/bash", ["-c", script], { encoding: "utf8" })).toBe("--mount\nshell\nzsh\n");
  });

  it("the scripts for zsh and fish name every command and option", () => {
    for (const script of [completionScript("zsh"), completionScript("fish")]) {
      for (const [name, command] of Object.entries(COMMANDS)) {
        expect(script).toContain(name);
        for (const option of Object.keys(command.options)) expect(script).toContain(option);
      }
    }
  });
});

describe("parseDuration", () => {
  it.each([
    ["10", 10_000],
    ["1.5s", 1500],
    ["500ms", 500],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["0", undefined],
    ["-1", undefined],
    ["1d", undefined],
    ["", undefined],
  ])("%j is %s ms", (text, ms) => expect(parseDuration(text)).toBe(ms));
});
