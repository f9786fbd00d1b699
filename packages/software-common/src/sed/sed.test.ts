import { describe, expect, it } from "vitest";
import { hostHas, runInVm, runOnHost } from "../testing/host-oracle.ts";

const commands = { sed: { program: () => import("./sed.ts") } };
const files = {
  a: "one\ntwo\nthree\nfour\nfive\n",
  b: "alpha\nbeta gamma\n\nÜber größe\nlast line",
  inc: "included\nlines\n",
  "s.sed": "#n\n/two/,/four/{\n  s/o/0/gp\n}\n",
};

/** Arguments for the files above; a file operand is added where there is none. */
const CASES: string[][] = [
  ["s/a/b/"],
  ["s/a/b/g"],
  ["s/[aeiou]/<&>/2g"],
  ["-n", "s/a/b/p"],
  ["s/x*/-/g"],
  ["-E", "s/(.)(.)/\\2\\1/g"],
  ["s/\\(.\\)\\(.*\\)/\\U\\1\\E\\2/"],
  ["s/.*/\\L\\u&/"],
  ["-E", "s/(ü)(b)/\\1|\\2/I"],
  ["s/ö/oe/"],
  ["s/./X/3"],
  ["y/abc/xyz/"],
  ["y/üö/uo/"],
  ["2d"],
  ["2,3d"],
  ["$d"],
  ["2!d"],
  ["/t/d"],
  ["/two/,/four/d"],
  ["2,/five/d"],
  ["/two/,2d"],
  ["0,/o/d"],
  ["1,/o/d"],
  ["1~2d"],
  ["0~2d"],
  ["2,+1d"],
  ["1,~2d"],
  ["2,~2d"],
  ["$!d"],
  ["-n", "$p"],
  ["-n", "2{p;p}"],
  ["-n", "/o/{=;p}"],
  ["2q"],
  ["2Q"],
  ["2q5"],
  ["$!N;P;D"],
  ["N;N;s/\\n/,/g"],
  ["-n", "$!N;l"],
  ["G"],
  ["1!G;h;$!d"],
  ["x;p;x"],
  ["-n", "H;$ {x;s/\\n/,/g;p}"],
  [":a;N;$!ba;s/\\n/ /g"],
  ["n;d"],
  ["$!n;s/^/>/"],
  ["2a hello"],
  ["2a\\\nhello\\\nworld"],
  ["2i\\  hello"],
  ["2i hello"],
  ["2c changed"],
  ["2,3c changed"],
  ["$!{2c x\n}"],
  ["/two/r inc"],
  ["$r inc"],
  ["r missing"],
  ["R inc"],
  ["2R inc"],
  ["1w /dev/stdout"],
  ["s/o/0/w /dev/stdout"],
  ["-n", "l"],
  ["-n", "l 10"],
  ["-l", "10", "-n", "l"],
  ["="],
  ["F"],
  ["z;s/^$/empty/"],
  ["s/t/\\n/"],
  ["s/t/\\\n/"],
  ["s,o,/,g"],
  ["s|t|\\||"],
  ["s/[/]/x/"],
  ["s/a\\|b/X/g"],
  ["-E", "s/a|b/X/g"],
  ["s/\\x6f/O/g"],
  ["s/o/\\x26/g"],
  ["s/\\t/TAB/"],
  ["/t/s//T/g"],
  ["s/\\bt/T/"],
  ["s/\\</</g"],
  ["s/$/!/"],
  ["s/^/> /"],
  ["-s", "$=", "a", "b"],
  ["-n", "$=", "a", "b"],
  ["p", "missing", "a"],
  ["-e", "1d", "-e", "$d"],
  ["-f", "s.sed"],
  ["-z", "s/\\n/,/g"],
  ["t;s/o/0/;t;s/e/3/"],
  ["s/o/0/;ta;s/$/ no/;b;:a;s/$/ yes/"],
  ["s/o/0/;Ta;s/$/ yes/;b\n:a;s/$/ no/"],
  ["/one/{N;N;d}"],
  ["2{h;d};$ {G}"],
  ["1{x;p;x}"],
  ["s/a/b/;s/b/c/;#comment\ns/c/d/"],
  ['s/.*/"&"/M'],
  ["N;s/^./X/Mg"],
  ["N;s/.$/X/Mg"],
  ["s/e/E/gI"],
  ["2s/w/&\\\n&/"],
  ["$s/e\\+/<&>/g"],
  ["s/\\(t\\|f\\)/[\\1]/g"],
  ["/^$/d"],
  ["/a/,/b/!d"],
  ["2,4{/three/!d}"],
  ["y/a\\/b/x\\\\y/"],
  ["a\\"],
  ["$a end"],
  ["i\\"],
  ["v"],
  ["1!{2d}"],
  ["s/a/b"],
  ["s/a/b/x"],
  ["k"],
  ["y/ab/c/"],
  ["{"],
  ["}"],
  ["s/\\(/x/"],
  [":"],
  ["b foo"],
  ["5,"],
  ["p;p x"],
  ["s/a/\\1/"],
  ["y/a/"],
  ["r"],
  ["3!!p"],
  [",p"],
  ["s/x/y/gg"],
  ["s/x/y/0"],
  ["q5x"],
  ["s/a/b/pw"],
  ["1,2q"],
  ["0p"],
  ["/a"],
  ["dp"],
  ["s/*/x/g"],
  ["-E", "s/*/x/"],
  ["s/a\\{1/x/"],
];

describe.skipIf(!hostHas("sed"))("sed, compared with the host's GNU sed", () => {
  it.each(CASES)("sed %s %s %s", async (...args) => {
    const given = args.filter((arg) => arg !== undefined);
    for (const file of given.length > 2 && "ab".includes(given.at(-1)!) ? [""] : ["a", "b"]) {
      const argv = ["sed", ...given, ...(file === "" ? [] : [file])];
      expect(await runInVm(commands, { argv, files })).toEqual(runOnHost({ argv, files }));
    }
  });
});

describe("sed", () => {
  it("edits files in place and keeps a backup", async () => {
    const software = { ...commands, cat: { program: () => import("../cat/cat.ts") } };
    const argv = ["sed", "-i.bak", "-e", "s/o/0/w /home/user/log", "-e", "1d", "a"];
    const { bootTestVm, testSoftware } = await import("@agentos/kernel/testing");
    const vm = bootTestVm({
      software: [{ ...testSoftware({}), commands: software }],
      files: { "/home/user/a": files.a },
    });
    expect(await vm.run(argv)).toMatchObject({ stdout: "", stderr: "", exitCode: 0 });
    expect(await vm.readFile("/home/user/a")).toBe("tw0\nthree\nf0ur\nfive\n");
    expect(await vm.readFile("/home/user/a.bak")).toBe(files.a);
    expect(await vm.readFile("/home/user/log")).toBe("0ne\ntw0\nf0ur\n");
    vm.dispose();
  });

  it.each([":a;ba", "/\\(a*\\)*\\1b/p", "s/\\(a*\\)*\\1b/x/"])(
    "lets an endless script be killed: %s",
    async (script) => {
      const { bootTestVm, testSoftware } = await import("@agentos/kernel/testing");
      const killer = testSoftware({
        killer: (proc) => {
          proc.kill(Number(proc.argv[1]), 9);
          return 0;
        },
      });
      const vm = bootTestVm({ software: [{ ...testSoftware({}), commands }, killer] });
      const run = await vm.run(["sed", script], {
        stdin: `${"a".repeat(100)}\n`,
        onStart: ({ pid }) => void vm.run(["killer", String(pid)]),
      });
      expect(run.signal).toBe("SIGKILL");
      vm.dispose();
    },
  );

  it.each([":a;G;h;ba", ":a;H;g;ba"])("refuses a pattern space that only grows: %s", async (script) => {
    const { stderr, status } = await runInVm(commands, { argv: ["sed", script], stdin: "a\n" });
    expect(stderr).toContain("Cannot allocate memory");
    expect(status).toBe(4);
  });
});
