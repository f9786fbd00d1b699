import { describe, expect, it } from "vitest";
import { encode, exitCodeOf, SIGNALS } from "../abi/index.ts";
import { bootTestVm, type RunOptions, type RunResult, testSoftware } from "../testing/index.ts";
import {
  defineProgram,
  errorText,
  fail,
  LineReader,
  latin1ToOsString,
  openInput,
  osStringToLatin1,
  type Proc,
  type Program,
  parseOptions,
  quoteName,
  Reader,
  stdout,
  Writer,
  warn,
} from "./index.ts";

async function run(
  program: Program["main"] | Program,
  args: string[] = [],
  options: RunOptions = {},
): Promise<RunResult> {
  const main = typeof program === "function" ? program : program.main;
  const vm = bootTestVm({ software: [testSoftware({ tool: main })], files: { "/home/user/f": "content\n" } });
  try {
    return await vm.run(["tool", ...args], options);
  } finally {
    vm.dispose();
  }
}

const SPEC = {
  all: { short: "aA", long: ["all", "everything"], help: "" },
  verbose: { short: "v", long: "verbose", repeat: true, help: "" },
  key: { short: "k", long: "key", value: "KEY", repeat: true, help: "" },
  width: { short: "w", long: "width", value: "N", help: "" },
  color: { long: "color", value: "WHEN", optional: true, help: "" },
  reverse: { long: "reverse", help: "" },
  recursive: { long: "recursive", help: "" },
} as const;

describe("parseOptions", () => {
  const parse = (...argv: string[]) => parseOptions(SPEC, ["x", ...argv]);

  it("finds options between operands, clusters, and arguments in every form", () => {
    const { options, operands } = parse(
      "-vav",
      "one",
      "-k1",
      "-k",
      "2",
      "--key=3",
      "--key",
      "4",
      "two",
      "--",
      "-a",
    );
    expect(options).toMatchObject({ all: true, verbose: 2, key: ["1", "2", "3", "4"], reverse: false });
    expect(operands).toEqual(["one", "two", "-a"]);
  });

  it("takes an optional argument only after an equals sign", () => {
    expect(parse("--color", "always")).toMatchObject({ options: { color: true }, operands: ["always"] });
    expect(parse("--color=never").options.color).toBe("never");
  });

  it("completes abbreviations, and treats a lone dash as an operand", () => {
    expect(parse("--ever", "-")).toMatchObject({ options: { all: true }, operands: ["-"] });
  });

  it("stops at the first operand if the program wants that", () => {
    const { operands } = parseOptions(SPEC, ["x", "-a", "cmd", "-v"], { optionsFirst: true });
    expect(operands).toEqual(["cmd", "-v"]);
  });

  it("keeps the order of what was given", () => {
    expect(parse("-w", "5", "-a").order).toEqual([
      { name: "width", value: "5" },
      { name: "all", value: true },
    ]);
  });

  it.each([
    [["-q"], "invalid option -- 'q'"],
    [["-w"], "option requires an argument -- 'w'"],
    [["--width"], "option '--width' requires an argument"],
    [["--all=1"], "option '--all' doesn't allow an argument"],
    [["--nope"], "unrecognized option '--nope'"],
    [["--re"], "option '--re' is ambiguous; possibilities: '--reverse' '--recursive'"],
  ])("%j: %s", (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});

describe("defineProgram", () => {
  const tool = defineProgram({
    name: "tool",
    summary: "Does things.",
    usage: "[OPTION]... [FILE]...",
    options: { width: { short: "w", long: "width", value: "N", help: "how wide" } },
    usageStatus: 2,
    async run(proc, { options, operands }) {
      for (const file of operands) {
        try {
          await openInput(proc, file);
        } catch (error) {
          return fail(proc, `${file}: ${errorText(error)}`, 4);
        }
      }
      await stdout(proc).write(`width ${options.width}\n`);
      return 0;
    },
  });

  it("answers --help from the options as data", async () => {
    expect((await run(tool, ["--help"])).stdout).toBe(
      [
        "Usage: tool [OPTION]... [FILE]...",
        "Does things.",
        "",
        "  -w, --width=N             how wide",
        "      --help                display this help and exit",
        "      --version             output version information and exit",
        "",
      ].join("\n"),
    );
  });

  it("answers --version", async () => {
    expect((await run(tool, ["--version"])).stdout).toBe("tool (AgentOS) 0.1\n");
  });

  it("reports usage errors with its own status", async () => {
    expect(await run(tool, ["-x"])).toMatchObject({
      stderr: "tool: invalid option -- 'x'\nTry 'tool --help' for more information.\n",
      exitCode: 2,
    });
  });

  it("reports what it could not open and flushes what it wrote", async () => {
    expect(await run(tool, ["-w3", "f"])).toMatchObject({ stdout: "width 3\n", exitCode: 0 });
    expect(await run(tool, ["none"])).toMatchObject({
      stderr: "tool: none: No such file or directory\n",
      exitCode: 4,
    });
  });

  it("reports a failed write of its output", async () => {
    const full = defineProgram({
      name: "full",
      summary: "",
      async run(proc) {
        await proc.dup2(await proc.open("/dev/full", 1), 1);
        await stdout(proc).write("x");
        return 0;
      },
    });
    expect(await run(full)).toMatchObject({
      stderr: "tool: write error: No space left on device\n",
      exitCode: 1,
    });
  });
});

describe("Writer and readers", () => {
  it("pass text of every kind and size unchanged", async () => {
    const pieces = [
      "short",
      "ünïcödé",
      "bytes \udcff\udc80",
      "long ".repeat(30_000),
      "\u{1f600}".repeat(100),
      "\n",
    ];
    const write = async (proc: Proc) => {
      for (const piece of pieces) {
        const pause = stdout(proc).write(piece);
        if (pause) await pause;
      }
      await stdout(proc).writeLatin1("\xff\x00latin1");
      await stdout(proc).write(new Uint8Array([1, 2, 3]));
      await stdout(proc).flush();
      return 0;
    };
    const { stdoutBytes } = await run(write);
    const expected = [...encode(pieces.join("")), 0xff, 0, ...encode("latin1"), 1, 2, 3];
    expect(Array.from(stdoutBytes)).toEqual(expected);
  });

  it("write all of it, whatever signals are handled meanwhile", async () => {
    const text = "0123456789".repeat(30_000);
    const write = async (proc: Proc) => {
      const [reader, writer] = proc.pipe();
      const pid = proc.fork(async (child) => {
        await child.close(writer);
        const buffer = new Uint8Array(10_000);
        let total = 0;
        for (let count = 1; count > 0; total += count) {
          count = await child.read(reader, buffer);
          child.kill(proc.pid, SIGNALS.SIGUSR1);
        }
        return total === text.length ? 0 : 1;
      });
      proc.sigaction(SIGNALS.SIGUSR1, { handler: () => {} });
      const out = new Writer(proc, writer);
      await out.writeLatin1(text);
      await out.flush();
      await proc.close(writer);
      for (;;) {
        try {
          return exitCodeOf((await proc.wait(pid))!.status);
        } catch (error) {
          errorText(error);
        }
      }
    };
    expect((await run(write)).exitCode).toBe(0);
  });

  it("read chunks and lines, across chunk borders", async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `${i} ${"x".repeat(i % 60)}`);
    const count = async (proc: Proc) => {
      const reader = new LineReader(proc, 0);
      const seen: string[] = [];
      for (let batch = await reader.next(); batch; batch = await reader.next()) seen.push(...batch);
      const same = seen.join("\n") === lines.join("\n");
      await stdout(proc).write(`${seen.length} ${same} ${reader.endsWithoutDelimiter}`);
      await stdout(proc).flush();
      return 0;
    };
    expect((await run(count, [], { stdin: `${lines.join("\n")}\n` })).stdout).toBe("5000 true false");
    expect((await run(count, [], { stdin: lines.join("\n") })).stdout).toBe("5000 true true");
    expect((await run(count, [], { stdin: "" })).stdout).toBe("0 false false");
  });

  it("Reader's chunks can be kept by copying them", async () => {
    const keep = async (proc: Proc) => {
      const reader = new Reader(proc, 0, 3);
      const kept = [(await reader.read())!.slice(), (await reader.read())!.slice()];
      for (const chunk of kept) await proc.write(1, chunk);
      return 0;
    };
    expect((await run(keep, [], { stdin: "onetwo" })).stdout).toBe("onetwo");
  });

  it("Reader ends with undefined", async () => {
    const copy = async (proc: Proc) => {
      const reader = new Reader(proc, 0, 16);
      for (let chunk = await reader.read(); chunk; chunk = await reader.read())
        await stdout(proc).write(chunk);
      await stdout(proc).flush();
      return 0;
    };
    expect((await run(copy, [], { stdin: "abc".repeat(50) })).stdout).toBe("abc".repeat(50));
  });
});

describe("messages", () => {
  it("name the program as it was called", async () => {
    const { stderr } = await run(async (proc) => {
      await warn(proc, "careful");
      return 0;
    });
    expect(stderr).toBe("tool: careful\n");
  });

  it.each([
    ["plain", "'plain'"],
    ["it's", '"it\'s"'],
    ["a'b$c", "'a'\\''b$c'"],
    ["new\nline", "'new'$'\\n''line'"],
    ["\udcff", "''$'\\377'"],
  ])("quoteName(%j) is %s", (name, quoted) => {
    expect(quoteName(name)).toBe(quoted);
  });

  it("turn bytes into OS strings and back", () => {
    expect(latin1ToOsString("\xc3\xa4\xff")).toBe("ä\udcff");
    expect(osStringToLatin1("ä\udcff")).toBe("\xc3\xa4\xff");
  });
});
