import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdir, readlink } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import type { Spawned } from "@agentos/kernel";
import { bootTestVm, type TestVm, type TestVmOptions } from "@agentos/kernel/testing";
import { afterEach, describe, expect, it } from "vitest";
import node from "../src/index.ts";
import type { NodeImage } from "../src/node-image.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

function boot(options: TestVmOptions = {}): TestVm {
  const vm = bootTestVm({ software: [node], ...options });
  cleanups.push(() => vm.dispose());
  return vm;
}

/** Starts a program and waits until it has made the file "ready". */
async function start(vm: TestVm, code: string) {
  const started = Promise.withResolvers<Spawned>();
  const running = vm.run(["node", "-e", code], { onStart: started.resolve });
  const root = vm.namespace.caller();
  while (!(await vm.namespace.statIfExists(root, "/home/user/ready"))) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return { running, spawned: await started.promise };
}

const READY = `require("fs").writeFileSync("ready", "")`;

async function evaluate(vm: TestVm, code: string): Promise<string> {
  const { stdout, stderr } = await vm.run(["node", "-e", code]);
  return stdout + stderr;
}

/** A TCP server of the host's that answers "host". */
async function hostServer(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.end("host")).listen(0, "127.0.0.1");
  cleanups.push(() => server.close());
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

const CONNECT = (port: number, host = "127.0.0.1"): string =>
  `require("net").connect(${port}, "${host}").on("data", (d) => console.log(String(d))).on("error", (e) => console.log(e.code)).end()`;

describe("two guests", () => {
  it("talk over TCP and UNIX sockets", async () => {
    const vm = boot();
    const { running } = await start(
      vm,
      `const net = require("net"); let left = 2;
       const serve = (c) => { c.on("data", (d) => c.end("echo " + d)); c.on("close", () => { if (--left === 0) { tcp.close(); unix.close(); } }); };
       const unix = net.createServer(serve), tcp = net.createServer(serve).listen(3000, () => unix.listen("s", () => ${READY}));`,
    );
    const ask = (where: string) =>
      evaluate(vm, `require("net").connect(${where}).on("data", (d) => console.log(String(d))).end("hi")`);
    expect(await ask("3000, '127.0.0.1'")).toBe("echo hi\n");
    expect(await ask("'/home/user/s'")).toBe("echo hi\n");
    expect(await running).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("a connection ends when its guest is killed", async () => {
    const vm = boot();
    const { spawned } = await start(
      vm,
      `require("net").createServer((c) => c.write("x")).listen(3000, () => ${READY})`,
    );
    const client = evaluate(
      vm,
      `const c = require("net").connect(3000, "127.0.0.1"); c.on("data", () => require("fs").writeFileSync("connected", "")).on("end", () => console.log("end")).on("error", (e) => console.log(e.code))`,
    );
    const root = vm.namespace.caller();
    while (!(await vm.namespace.statIfExists(root, "/home/user/connected"))) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    vm.kernel.procOf(vm.kernel.init).kill(spawned.pid, 9);
    expect(await client).toBe("end\n");
  });

  it("what was written arrives though its guest has ended and nobody had read it yet", async () => {
    const vm = boot();
    const { running } = await start(
      vm,
      `const server = require("net").createServer({ pauseOnConnect: true }, (c) => {
         let count = 0; c.on("data", (d) => (count += d.length)).on("end", () => { console.log(count); server.close(); });
         const { existsSync } = require("fs"); const timer = setInterval(() => { if (existsSync("over")) { clearInterval(timer); c.resume(); } }, 2);
       }).listen(3000, () => ${READY})`,
    );
    const code = `const c = require("net").connect(3000, "127.0.0.1", () => { c.write(Buffer.alloc(200_000)); process.exit(); })`;
    expect((await vm.run(["node", "-e", code])).exitCode).toBe(0);
    await vm.writeFile("/home/user/over", "");
    expect(await running).toMatchObject({ stdout: "200000\n", exitCode: 0 });
  });

  it("http between guests, with a body of many windows", async () => {
    const vm = boot();
    const { running } = await start(
      vm,
      `const server = require("http").createServer((q, r) => q.pipe(r).on("finish", () => server.close())).listen(3000, () => ${READY})`,
    );
    const code = `fetch("http://127.0.0.1:3000", { method: "POST", body: Buffer.alloc(5e6, 97) }).then((r) => r.text()).then((t) => console.log(t.length, t.at(-1)))`;
    expect(await evaluate(vm, code)).toBe("5000000 a\n");
    expect((await running).exitCode).toBe(0);
  });
});

describe("the way out", () => {
  it("a guest cannot reach the host's loopback, by whatever name", async () => {
    const { port } = await hostServer();
    const vm = boot({ policy: { network: "allow" } });
    for (const host of ["127.0.0.1", "localhost", "::1", "0.0.0.0", "::ffff:127.0.0.1", "127.1.2.3"]) {
      expect(await evaluate(vm, CONNECT(port, host)), host).toBe("ECONNREFUSED\n");
    }
  });

  it("a guest cannot reach private and link-local addresses, though the policy allows the network", async () => {
    const vm = boot({ policy: { network: "allow" } });
    for (const host of ["10.0.0.1", "192.168.0.1", "169.254.169.254", "fe80::1", "::ffff:10.0.0.1"]) {
      expect(await evaluate(vm, CONNECT(80, host)), host).toBe("EACCES\n");
    }
  });

  it("an exempted port of the host's loopback answers", async () => {
    const { port } = await hostServer();
    const vm = boot({ egress: { loopbackPorts: [port] } });
    expect(await evaluate(vm, CONNECT(port))).toBe("host\n");
  });

  it("public addresses are refused where the policy does not allow them", async () => {
    expect(await evaluate(boot(), CONNECT(80, "1.1.1.1"))).toBe("EACCES\n");
    const code = `fetch("http://1.1.1.1/").catch((e) => console.log(e.message, e.cause.code))`;
    expect(await evaluate(boot(), code)).toBe("fetch failed EACCES\n");
  });

  it("names that the policy does not let be asked for are refused", async () => {
    const code = `const dns = require("dns").promises;
      require("dns").lookup("example.com", (e) => console.log(e.message));
      dns.lookup("example.com").catch((e) => console.log(e.code, e.syscall));
      dns.resolve4("example.com").catch((e) => console.log(e.code, e.syscall));
      dns.resolveMx("example.com").catch((e) => console.log(e.code, e.syscall));`;
    const lines = (await evaluate(boot(), code)).trim().split("\n").sort();
    expect(lines).toEqual([
      "EACCES getaddrinfo",
      "EREFUSED queryA",
      "EREFUSED queryMx",
      "getaddrinfo EACCES example.com (the VM's network policy does not allow it)",
    ]);
  });

  it("datagrams do not reach the host's loopback", async () => {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    cleanups.push(() => socket.close());
    await once(socket, "listening");
    const received: string[] = [];
    socket.on("message", (message) => received.push(String(message)));
    const send = `const s = require("dgram").createSocket("udp4"); s.send("x", ${socket.address().port}, "127.0.0.1", (e) => { console.log(e); s.close(); })`;
    expect(await evaluate(boot({ policy: { network: "allow" } }), send)).toBe("null\n");
    // A datagram of the host's own comes after whatever the guest's could have brought.
    const sender = createSocket("udp4");
    sender.send("last", socket.address().port, "127.0.0.1", () => sender.close());
    await once(socket, "message");
    expect(received).toEqual(["last"]);
  });
});

describe.runIf(process.platform === "linux")("the guest's process", () => {
  it("has no socket but the channel's, whatever the guest has open", async () => {
    const vm = boot();
    const before = await start(vm, `${READY}; setInterval(() => {}, 1000)`);
    const idle = await descriptors(before.spawned);
    vm.dispose();
    const other = boot();
    const { spawned } = await start(
      other,
      `const net = require("net"), dgram = require("dgram"); const server = net.createServer(() => {}).listen(3000, () => {
         const c = net.connect(3000, "127.0.0.1", () => { const u = dgram.createSocket("udp4").bind(0, () => { net.createServer().listen("s", () => { require("dns").lookup("localhost", () => ${READY}); }); }); }); });`,
    );
    expect(await descriptors(spawned)).toEqual(idle);
  });
});

/** What kinds of descriptors the process of the operating system has. */
async function descriptors({ process }: Spawned): Promise<string[]> {
  const { hostPid } = process.image as NodeImage;
  const directory = `/proc/${hostPid}/fd`;
  const links = await Promise.all(
    (await readdir(directory)).map((fd) => readlink(`${directory}/${fd}`).catch(() => "")),
  );
  return links.map((link) => link.replace(/\d+/, "N")).sort();
}
