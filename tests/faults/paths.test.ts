// Names and sizes at their limits.

import { describe, expect, it } from "vitest";
import { createVm, MODES } from "../support/vm.ts";

const DEPTH = 500;

describe.each(MODES)("paths (%s)", (mode) => {
  it("a NUL in a path, argument or variable is an error that names it", async () => {
    const vm = await createVm(mode);
    const calls: [string, Promise<unknown>][] = [
      ["readFile", vm.readFile("/tmp/a\0b")],
      ["writeFile", vm.writeFile("/tmp/a\0b", "")],
      ["stat", vm.stat("/tmp/a\0b")],
      ["mkdir", vm.mkdir("/tmp/a\0b")],
      ["delete", vm.delete("/tmp/a\0b")],
      ["move", vm.move("/tmp/x", "/tmp/a\0b")],
      ["symlink", vm.symlink("a\0b", "/tmp/link")],
      ["readdir", vm.readdir("/tmp/a\0b")],
      ["exec", vm.exec("echo a\0b")],
      ["execFile", vm.execFile("echo", ["a\0b"])],
      ["spawn", vm.spawn("ec\0ho")],
      ["cwd", vm.exec("true", { cwd: "/tmp/a\0b" })],
      ["env", vm.exec("true", { env: { X: "a\0b" } })],
    ];
    const outcomes = await Promise.allSettled(calls.map(([, call]) => call));
    const accepted = calls.filter((_, i) => outcomes[i]?.status === "fulfilled").map(([name]) => name);
    expect(accepted).toEqual([]);
  });

  it("names of 255 bytes are the longest, paths of 4095", async () => {
    const vm = await createVm(mode);
    await vm.writeFile(`/tmp/${"a".repeat(255)}`, "x");
    await vm.writeFile(`/tmp/${"é".repeat(127)}`, "x");
    await expect(vm.writeFile(`/tmp/${"a".repeat(256)}`, "x")).rejects.toMatchObject({
      code: "ENAMETOOLONG",
    });
    await expect(vm.writeFile(`/tmp/${"é".repeat(128)}`, "x")).rejects.toMatchObject({
      code: "ENAMETOOLONG",
    });
    expect(await vm.exists(`/tmp${"/.".repeat(2045)}`)).toBe(true);
    await expect(vm.stat(`/tmp${"/.".repeat(2046)}`)).rejects.toMatchObject({ code: "ENAMETOOLONG" });
    const { stderr } = await vm.exec(`cat $(printf 'a%.0s' {1..256}); cat $(printf '/a%.0s' {1..3000})`);
    expect(stderr.match(/File name too long/g)).toHaveLength(2);
  });

  it("trees deeper than a path can say are found and removed", async () => {
    const vm = await createVm(mode);
    const make = "cd /tmp; mkdir deep; for ((i = 0; i < 2200; i++)); do mkdir d; cd d; done; touch f";
    expect(await vm.exec(make)).toMatchObject({ exitCode: 0 });
    const { stdout, stderr } = await vm.exec(
      "cd /tmp; find d -empty | wc -lc; find d -name f -exec pwd ';'; find d -name f -delete; find d -name f; du -s d >/dev/null; chmod -R go-w d; rm -r d; ls",
    );
    expect(stdout).toBe("      1    4402\n/tmp\ndeep\n");
    expect(stderr).toBe("");
    await vm.exec(make.replace("mkdir deep; ", ""));
    await vm.delete("/tmp/d", { recursive: true });
    expect(await vm.readdir("/tmp")).toEqual(["deep"]);
  });

  it("names that are not UTF-8 come through the shell, the tools and the API alike", async () => {
    const vm = await createVm(mode);
    const { stdoutBytes } = await vm.exec(
      "cd /tmp; name=$(printf 'a\\377\\200b'); echo text > \"$name\"; for f in *; do printf '%s' \"$f\"; done; find . -type f -print0 | xargs -0 cat; tar cf - a* | (mkdir x; cd x; tar xf -; ls | od -An -tx1)",
    );
    const text = Buffer.from(stdoutBytes).toString("latin1");
    expect(text).toBe("a\xff\x80btext\n 61 ff 80 62 0a\n");
    const name = (await vm.readdir("/tmp")).find((entry) => entry !== "x")!;
    expect(await vm.readFile(`/tmp/${name}`, "utf8")).toBe("text\n");
    await vm.move(`/tmp/${name}`, `/tmp/x/${name}2`);
    expect(await vm.exists(`/tmp/x/${name}2`)).toBe(true);
  });

  it("a sparse file of 1 GB", async () => {
    const vm = await createVm(mode, { limits: { maxFilesystemBytes: 10_000_000 } });
    const { stdout } = await vm.exec(
      "cd /tmp; truncate -s 1G f; echo end >> f; stat -c %s f; tail -c 4 f; cp --sparse=always f g 2>/dev/null; truncate -s 10 f; wc -c < f; truncate -s 9E f || echo refused",
      { timeoutMs: 20_000 },
    );
    expect(stdout).toBe("1073741828\nend\n10\nrefused\n");
    await expect(vm.readFile("/tmp/none")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("a deep tree", async () => {
    const vm = await createVm(mode);
    const build = `cd /tmp; mkdir t; cd t; for ((i = 0; i < ${DEPTH}; i++)); do mkdir d; cd d || exit; done; echo needle > file`;
    expect((await vm.exec(build)).exitCode).toBe(0);
    const tools: [string, string][] = [
      ["find t | wc -l", `${DEPTH + 2}\n`],
      ["find t -depth -name file -exec cat {} \\; | wc -l", "1\n"],
      ["du -s t > /dev/null; echo $?", "0\n"],
      ["chmod -R go-w t; echo $?", "0\n"],
      ["cp -r t u; echo $?; find u | wc -l", `0\n${DEPTH + 2}\n`],
      ["diff -r t u; echo $?", "0\n"],
      ["grep -rl needle t | wc -l", "1\n"],
      ["ls -R t | grep -c :", `${DEPTH + 1}\n`],
      ["tar cf t.tar t; mkdir v; tar xf t.tar -C v; find v | wc -l", `${DEPTH + 3}\n`],
      ["mv t w; rm -r u v w; ls | wc -l", "1\n"],
    ];
    const results: [string, string][] = [];
    for (const [command] of tools) {
      const { stdout, stderr } = await vm.exec(`cd /tmp; ${command}`, { timeoutMs: 20_000 });
      results.push([command, stdout + stderr.slice(0, 200)]);
    }
    expect(results).toEqual(tools);
  });
});
