import { bootTestVm, testSoftware } from "@agentos/kernel/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tools } from "../index.ts";

/** Runs each argument's words as a command whose standard input is one terminal of 24 rows and 80 columns. */
const onTerminal = testSoftware({
  "on-terminal": async (proc) => {
    const [, slave] = proc.openpty({ rows: 24, cols: 80 });
    let status = 0;
    for (const line of proc.argv.slice(1)) {
      const fds = new Map([
        [0, slave],
        [1, 1],
        [2, 2],
      ]);
      const pid = await proc.spawn("/usr/bin/stty", ["stty", ...line.split(" ").filter(Boolean)], { fds });
      status = (await proc.wait(pid))!.status >> 8;
    }
    return status;
  },
});

let vm: ReturnType<typeof bootTestVm>;
beforeEach(() => {
  vm = bootTestVm({ software: [tools, onTerminal] });
});
afterEach(() => vm.dispose());

const stty = (...lines: string[]) => vm.run(["on-terminal", ...lines]);

it("stty size prints rows and columns, which can be changed", async () => {
  expect((await stty("size", "rows 50 cols 132", "size")).stdout).toBe("24 80\n50 132\n");
});

it("stty -a shows every setting", async () => {
  const { stdout } = await stty("-a");
  expect(stdout).toContain(
    "speed 38400 baud; rows 24; columns 80; line = 0;\nintr = ^C; quit = ^\\; erase = ^?;",
  );
  expect(stdout).toMatch(/\bisig icanon iexten echo echoe echok -echonl\b/);
});

it("stty changes flags and characters", async () => {
  const { stdout } = await stty("-echo intr ^A", "-a");
  expect(stdout).toMatch(/ -echo .*echoe/);
  expect(stdout).toContain("intr = ^A;");
});

it("stty raw and sane are opposites, and -g brings all back", async () => {
  const { stdout } = await stty("sane", "-g", "raw -echo", "-a", "sane", "-g");
  const [before, ...rest] = stdout.trimEnd().split("\n");
  expect(rest.join("\n")).toMatch(/-icrnl -ixon[\s\S]*-opost[\s\S]*-isig -icanon/);
  expect(rest.at(-1)).toBe(before);
  expect((await stty("raw", before!, "-g")).stdout.trimEnd()).toBe(before);
});

it("stty reports what is no setting and what is no terminal", async () => {
  expect((await stty("nonsense")).stderr).toContain("stty: invalid argument ‘nonsense’");
  const { stderr, exitCode } = await vm.run(["stty"]);
  expect(stderr).toBe("stty: 'standard input': Inappropriate ioctl for device\n");
  expect(exitCode).toBe(1);
});
