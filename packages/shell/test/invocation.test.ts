import { bootTestVm, testSoftware } from "@agentos/kernel/testing";
import shell from "@agentos/shell";
import { afterAll, describe, expect, it } from "vitest";

const tools = testSoftware({
  rest: async (proc) => {
    const buffer = new Uint8Array(1024);
    const count = await proc.read(0, buffer);
    await proc.write(1, buffer.subarray(0, count));
    return 0;
  },
});

const vm = bootTestVm({
  software: [shell, tools],
  files: {
    "/home/user/script.sh": { content: 'echo "$0 $1 $#"; exit 4\n', mode: 0o755 },
    "/home/user/plain": { content: "echo plain $1\n", mode: 0o755 },
    "/home/user/secret": { content: "echo no\n", mode: 0o644 },
    "/home/user/broken.sh": "echo one\nif true; then\n",
    "/home/user/.bashrc": "alias x='echo rc'\n",
  },
});
afterAll(() => vm.dispose());

describe("bash", () => {
  it("-c takes $0 and the arguments from the words after it", async () => {
    const { stdout } = await vm.run(["bash", "-c", 'echo "$0 $1 $#"', "name", "a", "b"]);
    expect(stdout).toBe("name a 2\n");
  });

  it("runs a script file with its arguments and exit status", async () => {
    const { stdout, exitCode } = await vm.run(["bash", "script.sh", "a"]);
    expect([stdout, exitCode]).toEqual(["script.sh a 1\n", 4]);
  });

  it("reads standard input line by line, and leaves the rest to the commands", async () => {
    const { stdout } = await vm.run(["bash"], { stdin: "echo one\nrest\nthis is data\n" });
    expect(stdout).toBe("one\nthis is data\n");
  });

  it("-s gives the arguments to a script on standard input", async () => {
    const { stdout } = await vm.run(["bash", "-s", "a", "b"], { stdin: "echo $2 $#\n" });
    expect(stdout).toBe("b 2\n");
  });

  it("answers 2 to a syntax error, with its line, after having run what stands before it", async () => {
    const { stdout, stderr, exitCode } = await vm.run(["bash", "broken.sh"]);
    expect([stdout, exitCode]).toEqual(["one\n", 2]);
    expect(stderr).toBe("broken.sh: line 3: syntax error: unexpected end of file\n");
  });

  it("answers 127 to a script that is not there, and 126 to one it may not execute", async () => {
    expect((await vm.run(["bash", "nope.sh"])).exitCode).toBe(127);
    const { stderr, exitCode } = await vm.run(["bash", "-c", "./secret"]);
    expect([stderr, exitCode]).toEqual(["bash: line 1: ./secret: Permission denied\n", 126]);
  });

  it("runs an executable text without #! as a script", async () => {
    expect((await vm.run(["bash", "-c", "./plain arg"])).stdout).toBe("plain arg\n");
  });

  it("takes options of set and shopt", async () => {
    const { stdout } = await vm.run([
      "bash",
      "-eu",
      "-o",
      "pipefail",
      "-O",
      "extglob",
      "-c",
      "echo $-; shopt extglob; set -o | while read a b; do [ $a = pipefail ] && echo $a $b || :; done",
    ]);
    expect(stdout).toBe("ehuBc\nextglob        \ton\npipefail on\n");
  });

  it("-n only parses", async () => {
    expect(await vm.run(["bash", "-n", "-c", "echo no"])).toMatchObject({ stdout: "", exitCode: 0 });
  });

  it("names a wrong option", async () => {
    const { stderr, exitCode } = await vm.run(["bash", "--nope"]);
    expect(stderr).toContain("--nope: invalid option");
    expect(exitCode).toBe(2);
  });

  it("is in posix mode when it is called sh", async () => {
    expect((await vm.run(["sh", "-c", "[[ -o posix ]] && echo $0"])).stdout).toBe("sh\n");
  });

  it("exports functions and variables to a bash below it", async () => {
    const { stdout } = await vm.run([
      "bash",
      "-c",
      'f() { echo "f $x"; }; export -f f; export x=1; bash -c f',
    ]);
    expect(stdout).toBe("f 1\n");
  });
});
