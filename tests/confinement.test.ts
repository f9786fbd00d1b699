// A guest sees its own machine and nothing of the host.

import { once } from "node:events";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startApp } from "./support/child.ts";
import { createVm, MODES } from "./support/vm.ts";

const SECRET = "a-secret-of-the-host";
let host: string;
let shown: string;

beforeEach(() => {
  host = mkdtempSync(join(tmpdir(), "agentos-confinement-"));
  shown = join(host, "shown");
  mkdirSync(join(shown, "sub"), { recursive: true });
  mkdirSync(join(host, "vault"));
  writeFileSync(join(shown, "sub", "file"), "shown");
  writeFileSync(join(host, "secret"), SECRET);
  writeFileSync(join(host, "vault", "file"), SECRET);
});

afterEach(() => rmSync(host, { recursive: true }));

const mountOf = (readOnly: boolean) => ({
  mounts: [{ path: "/work", plugin: { id: "host_dir", config: { hostPath: shown } } as const, readOnly }],
});

describe.each(MODES)("confinement (%s)", (mode) => {
  it("the environment is the VM's own", async () => {
    process.env.AGENTOS_TEST_SECRET = SECRET;
    try {
      const vm = await createVm(mode, { user: "root" });
      const { stdout } = await vm.exec(
        "env; export -p; cat /proc/self/environ /proc/*/environ /proc/1/cmdline",
      );
      expect(stdout).not.toContain(SECRET);
      expect(stdout).not.toContain(process.env.PATH);
      expect(stdout).not.toContain(process.execPath);
    } finally {
      delete process.env.AGENTOS_TEST_SECRET;
    }
  });

  it("no path, device or entry of /proc leads to the host", async () => {
    const vm = await createVm(mode, { user: "root", ...mountOf(false) });
    const secret = join(host, "secret");
    const { stdout } = await vm.exec(
      `cd /work
      for path in ${secret} ../..${secret} /proc/self/root${secret} /proc/1/root${secret} /proc/self/cwd/../secret \\
        /proc/self/fd/../../..${secret} /dev/fd/../../${secret} sub/../../secret /work/../${secret} //${secret}; do
        cat "$path"; ls -l "$path"; head -c 100 < "$path"
      done
      ls -lR /proc/*/fd /proc/*/cwd /proc/*/root /proc/*/exe
      cat /dev/mem /dev/kmem /dev/sda /dev/sda1 /proc/kcore /proc/kmsg /sys/kernel/* /proc/*/mem /proc/*/maps
      mknod /tmp/disk b 8 0 && cat /tmp/disk; mknod /tmp/mem c 1 1 && cat /tmp/mem; mknod /work/disk b 8 0
      exec 5< /work; cat /proc/self/fd/5/../secret; cat <&5
      cat /proc/mounts /proc/self/mountinfo; hostname; uname -a; echo /work/*
      echo done`,
      { timeoutMs: 10_000 },
    );
    expect(stdout).toMatch(/done\n$/);
    expect(stdout).not.toContain(SECRET);
    expect(stdout).not.toContain(host);
    expect(stdout).not.toContain(hostname());
    expect(readdirSync(shown)).toEqual(["sub"]);
  });

  it.each([
    ["read-only", true],
    ["read-write", false],
  ] as const)("links in a %s host directory are the guest's paths", async (_name, readOnly) => {
    symlinkSync("../secret", join(shown, "relative"));
    symlinkSync(join(host, "secret"), join(shown, "absolute"));
    symlinkSync("..", join(shown, "up"));
    symlinkSync("../vault", join(shown, "vault"));
    symlinkSync(`/proc/self/root${host}/secret`, join(shown, "proc"));
    symlinkSync("/proc/self/fd/3", join(shown, "fd"));
    const vm = await createVm(mode, { user: "root", ...mountOf(readOnly) });
    const { stdout, stderr } = await vm.exec(
      `cd /work; for name in relative absolute up/secret vault/file proc fd up/shown/sub/../../secret; do
          cat $name; cp $name /tmp/copy; tar cf - -h $name | cat; grep -r . $name
          echo planted > $name; touch $name.new; rm -rf up/secret vault/file
          ln $name /tmp/hard; ln $name hard; mv $name /tmp/moved; cp -rL $name /tmp/all; cat /tmp/copy /tmp/hard /tmp/moved
        done; find -L sub relative absolute vault proc -type f -exec cat {} +; cat /tmp/all/*`,
      { timeoutMs: 10_000 },
    );
    expect(stdout + stderr).not.toContain(SECRET);
    expect(readFileSync(join(host, "secret"), "utf8")).toBe(SECRET);
    expect(readFileSync(join(host, "vault", "file"), "utf8")).toBe(SECRET);
    expect(readdirSync(join(host, "vault"))).toEqual(["file"]);
    if (readOnly) expect(readdirSync(shown).sort()).toContain("sub");
  });

  it("a directory that is swapped for a link while the guest uses it leads nowhere", async () => {
    const vm = await createVm(mode, { user: "root", ...mountOf(false) });
    const running = vm.exec(
      "cd /work/sub; for i in {1..400}; do cat file /work/sub/file; ls -l . /work/sub; echo planted > new; echo planted > /work/sub/new; rm -f file.$i; done",
      { timeoutMs: 20_000 },
    );
    const sub = join(shown, "sub");
    const aside = join(shown, "aside");
    let going = true;
    const swapping = (async () => {
      while (going) {
        renameSync(sub, aside);
        symlinkSync("../vault", sub);
        await new Promise((resolve) => setImmediate(resolve));
        rmSync(sub);
        renameSync(aside, sub);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const { stdout, stderr } = await running;
    going = false;
    await swapping;
    expect(stdout + stderr).not.toContain(SECRET);
    expect(readdirSync(join(host, "vault"))).toEqual(["file"]);
    expect(readFileSync(join(host, "vault", "file"), "utf8")).toBe(SECRET);
  });

  it("a mount point stays where it is, and what a guest may not change stays as it is", async () => {
    linkSync(join(host, "secret"), join(shown, "hard"));
    const vm = await createVm(mode, { user: "root", ...mountOf(true) });
    const { stdout } = await vm.exec(
      `mv /work /gone; rmdir /work; rm -rf /work; mv /tmp /work; ln -s /tmp /work/link; ln /work/hard /tmp/hard
      echo x >> /work/hard; chmod 777 /work/hard /work; chown 5 /work/hard; touch /work/hard; truncate -s 0 /work/hard
      exec 7<> /work/hard; dd if=/dev/zero of=/work/hard conv=notrunc count=1; sed -i s/a/b/ /work/hard
      : > /dev/fd/7; echo x > /proc/self/fd/7
      echo; ls /work`,
    );
    expect(stdout).toBe("\nhard\nsub\n");
    expect(readFileSync(join(host, "secret"), "utf8")).toBe(SECRET);
    expect(statSync(join(host, "secret")).mode & 0o111).toBe(0);
  });

  it("VMs do not see each other", async () => {
    const [one, two] = [await createVm(mode), await createVm(mode)];
    const { pid } = await one.spawn("sleep", ["1000"]);
    await one.writeFile("/tmp/mine", SECRET);
    const { stdout } = await two.exec(
      `cat /tmp/* /proc/${pid}/cmdline; kill -9 -1 ${pid}; echo $(ls -d /proc/[0-9]* | wc -l)`,
    );
    expect(stdout).not.toContain(SECRET);
    expect(await one.getProcess(pid)).toBeDefined();
  });
});

describe("the sidecar's process", () => {
  it("holds nothing of the app: no environment, no working directory, no descriptors but its own", async () => {
    const app = startApp(
      `const handle = AgentOs.createSidecar();
      const vm = await AgentOs.create({ software: common, sidecar: { kind: "explicit", handle } });
      console.log(handle.describe().pid);
      setInterval(() => {}, 1000);`,
      [],
      { AGENTOS_TEST_SECRET: SECRET },
    );
    await once(app.process.stdout, "data");
    const pid = Number(app.output());
    expect(readFileSync(`/proc/${pid}/environ`, "latin1")).toBe("");
    expect(readFileSync(`/proc/${pid}/cmdline`, "latin1")).not.toContain(SECRET);
    app.process.kill("SIGKILL");
    await once(app.process, "close");
  });
});
