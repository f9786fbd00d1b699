// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell scripts
import { SIGNALS } from "@agentos/kernel/abi";
import { bootTestVm, type RunOptions, testSoftware } from "@agentos/kernel/testing";
import shell from "@agentos/shell";
import { describe, expect, it } from "vitest";

/** Prints its arguments and kills its parent: a script's way to be killed from outside. */
const tools = testSoftware({
  "kill-parent": (proc) => {
    proc.kill(proc.ppid, SIGNALS.SIGKILL);
    return 0;
  },
});

async function run(script: string, options: RunOptions & { maxProcesses?: number } = {}) {
  const { maxProcesses, ...rest } = options;
  const vm = bootTestVm({ software: [shell, tools], ...(maxProcesses ? { limits: { maxProcesses } } : {}) });
  try {
    return await vm.run(["bash", "-c", script], rest);
  } finally {
    vm.dispose();
  }
}

describe("hostile scripts", () => {
  for (const loop of [
    "while :; do :; done",
    "until false; do ((i++)); done",
    "for ((;;)); do x=$x; done",
    "while [[ a == a ]]; do [ 1 -eq 1 ]; done",
    "f() { while :; do g; done; }; g() { :; }; f",
  ]) {
    it(`can be killed in an endless loop: ${loop}`, async () => {
      const { signal } = await run(`kill-parent & ${loop}`);
      expect(signal).toBe("SIGKILL");
    });
  }

  it("end with a message when functions nest too deeply", async () => {
    const { stderr, exitCode } = await run("f() { f; }; f");
    expect(stderr).toContain("f: maximum function nesting level exceeded (10000)");
    expect(exitCode).toBe(1);
  });

  it("can nest functions through compound commands to a depth of thousands", async () => {
    const { stdout } = await run(
      "f() { if [ $1 -gt 0 ]; then { for i in 1; do case x in x) f $(($1-1));; esac; done; }; else echo bottom; fi; }; f 3000",
    );
    expect(stdout).toBe("bottom\n");
  });

  it("can signal themselves from a trap, which nests as far as the stack allows and stays killable", async () => {
    const nested = await run(
      "trap 'echo in; ((n++<3)) && kill -USR1 $$; echo out' USR1; kill -USR1 $$; echo done",
    );
    expect(nested.stdout.replaceAll("\n", " ")).toBe("in in in in out out out out done ");
    const endless = await run(
      "trap '((n++ == 1000)) && kill-parent; kill -USR1 $$' USR1; kill -USR1 $$; echo done",
    );
    expect(endless).toMatchObject({ signal: "SIGKILL", stdout: "" });
  });

  it("can add a hundred thousand numbers, and nest expressions only so deep", async () => {
    const sum = `printf -v x '+%s' {1..100000}; echo $((0$x)); printf -v x '2**%.0s' {1..1000}; echo $((\${x}1))`;
    const { stdout, stderr } = await run(sum);
    expect(stdout).toBe("5000050000\n");
    expect(stderr).toContain("expression recursion level exceeded");
  });

  it("have elements up to the last one of 64 bits, and none before the first", async () => {
    const { stdout, stderr } = await run(
      "a[9007199254740992]=1; a[9223372036854775807]=2; a[9007199254740993]=3; echo ${!a[@]} ${a[-1]} ${a[@]}\nb[-9223372036854775807]=1",
    );
    expect(stdout).toBe("9007199254740992 9007199254740993 9223372036854775807 2 1 3 2\n");
    expect(stderr).toContain("b[-9223372036854775807]: bad array subscript");
  });

  it("respect FUNCNEST", async () => {
    const { stdout, stderr } = await run("FUNCNEST=5; n=0; f() { n=$((n+1)); f; }\nf\necho $n");
    expect(stdout).toBe("5\n");
    expect(stderr).toContain("maximum function nesting level exceeded (5)");
  });

  it("end with a message when eval nests too deeply", async () => {
    const { stderr } = await run('x=\'eval "$x"\'; eval "$x"');
    expect(stderr).toContain("eval: maximum eval nesting level exceeded");
  });

  it("cannot double a value until memory ends", async () => {
    const { stderr, exitCode } = await run("x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done");
    expect(stderr).toContain("cannot allocate");
    expect(exitCode).toBe(2);
  });

  it("cannot expand braces until memory ends", async () => {
    const { stderr } = await run("echo {1..999999999}; echo {1..99999}{1..99999}");
    expect(stderr).toContain("brace expansion: cannot allocate memory");
    const many = await run(`echo ${"{a,b}".repeat(27)}`);
    expect(many.stderr).toContain("brace expansion: cannot allocate memory");
  });

  it("take long output in pieces that do not show", async () => {
    const { stdout } = await run(
      "x=$(printf 'ä€%.0s' {1..60000}); echo ${#x} ${x//ä€}; set -- $(printf 'w%s  ' {1..50000}); echo $# $1 ${49999}",
    );
    expect(stdout).toBe("120000\n50000 w1 w49999\n");
  });

  it("are refused more processes than the limit, and go on", async () => {
    const { stdout, stderr } = await run(
      "for i in {1..30}; do { read x; } < <(read y <&9) & done 9<&0; wait; echo alive",
      {
        maxProcesses: 12,
      },
    );
    expect(stdout).toBe("alive\n");
    expect(stderr).toContain("Resource temporarily unavailable");
  });

  it("pass over bytes that are not UTF-8 as they are", async () => {
    const vm = bootTestVm({ software: [shell] });
    const { stdoutBytes } = await vm.run(["bash", "-c", 'read -r x; printf \'%s|\' "$x" "${#x}"'], {
      stdin: Uint8Array.of(0x61, 0xff, 0xc3, 0x28, 10),
    });
    expect([...stdoutBytes]).toEqual([0x61, 0xff, 0xc3, 0x28, 0x7c, 0x34, 0x7c]);
    vm.dispose();
  });
});
