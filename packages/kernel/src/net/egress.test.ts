import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { sysError } from "@agentos/vfs/abi";
import { describe, expect, it } from "vitest";
import { FakeTask } from "../../test/fake-task.ts";
import { compilePolicy } from "../policy.ts";
import { EgressGuard } from "./egress-guard.ts";
import { Resolver } from "./host-dns.ts";
import { HostEgress } from "./host-egress.ts";

const task = new FakeTask();
const allowAll = compilePolicy({ network: "allow" }).network;

describe("the guard", () => {
  it.each(["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"])(
    "denies %s even if the policy allows everything",
    async (host) => {
      await expect(new EgressGuard(allowAll).check("tcp", { host, port: 80 })).rejects.toMatchObject({
        code: "EACCES",
      });
    },
  );

  it("lets exempted ports and addresses through", async () => {
    const guard = new EgressGuard(allowAll, { loopbackPorts: [3000], addresses: ["10.0.0.7"] });
    await guard.check("tcp", { host: "127.0.0.1", port: 3000 });
    await guard.check("tcp", { host: "10.0.0.7", port: 1 });
    await expect(guard.check("tcp", { host: "10.0.0.8", port: 1 })).rejects.toMatchObject({ code: "EACCES" });
  });

  it("denies by default, and names allow the addresses they were resolved to", async () => {
    const { network } = compilePolicy({
      network: [{ decision: "allow", hosts: ["api.example.com"], ports: [443] }],
    });
    const guard = new EgressGuard(network);
    const to = { host: "93.184.216.34", port: 443 };
    await expect(guard.check("tcp", to)).rejects.toMatchObject({ code: "EACCES" });
    const resolver = new Resolver(
      guard,
      () => "",
      async () => [to.host],
    );
    await resolver.resolve("api.example.com");
    await guard.check("tcp", to);
    await expect(guard.check("tcp", { ...to, port: 80 })).rejects.toMatchObject({ code: "EACCES" });
  });

  it("catches a name that points to a private address", async () => {
    const guard = new EgressGuard(allowAll);
    const [host] = await new Resolver(
      guard,
      () => "",
      async () => ["127.0.0.1"],
    ).resolve("rebind.example");
    await expect(guard.check("tcp", { host: host!, port: 80 })).rejects.toMatchObject({ code: "EACCES" });
  });
});

describe("names", () => {
  const never = (): Promise<string[]> => Promise.reject(new Error("asked the host"));

  it("come from the hosts file first", async () => {
    const hosts = "127.0.0.1 localhost\n# 9.9.9.9 box\n10.1.1.1 Box box.lan # comment\n";
    const resolver = new Resolver(new EgressGuard(allowAll), () => hosts, never);
    expect(await resolver.resolve("box")).toEqual(["10.1.1.1"]);
    expect(await resolver.resolve("1.2.3.4")).toEqual(["1.2.3.4"]);
    expect(await resolver.resolve("a.localhost")).toEqual(["127.0.0.1", "::1"]);
  });

  it("are not asked of the host unless the policy lets them", async () => {
    const denied = new Resolver(new EgressGuard(compilePolicy().network), () => "", never);
    await expect(denied.resolve("example.com")).rejects.toMatchObject({ code: "EACCES" });
    const failing = new Resolver(
      new EgressGuard(allowAll),
      () => "",
      () => Promise.reject(sysError("EIO")),
    );
    await expect(failing.resolve("example.com")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(failing.resolve("not a name")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("records of names", () => {
  const asked: string[] = [];
  const query = async (name: string, type: string): Promise<unknown> => {
    asked.push(`${type} ${name}`);
    if (name === "none.example") throw Object.assign(new Error("none"), { code: "ENODATA" });
    return type === "A" ? ["93.184.216.34"] : [{ exchange: "mail.example", priority: 1 }];
  };
  const lookup = async (): Promise<string[]> => [];
  const hosts = (): string => "127.0.0.1 localhost\n10.1.1.1 box\n";

  it("come from the hosts file first, in both directions", async () => {
    const resolver = new Resolver(new EgressGuard(compilePolicy().network), hosts, lookup, query);
    expect(await resolver.resolveRecords("Box.", "A")).toEqual({ records: ["10.1.1.1"] });
    expect(await resolver.resolveRecords("127.0.0.1", "REVERSE")).toEqual({ records: ["localhost"] });
  });

  it("are asked of the host only if the policy lets them, and never for private addresses", async () => {
    asked.length = 0;
    const denied = new Resolver(new EgressGuard(compilePolicy().network), hosts, lookup, query);
    expect(await denied.resolveRecords("a.example", "MX")).toEqual({ error: "EREFUSED" });
    await expect(denied.resolve("a.example")).rejects.toMatchObject({ code: "EACCES" });
    const allowed = new Resolver(new EgressGuard(allowAll), hosts, lookup, query);
    expect(await allowed.resolveRecords("192.168.0.1", "REVERSE")).toEqual({ error: "ENOTFOUND" });
    expect(await allowed.resolveRecords("a.example", "NOPE")).toEqual({ error: "ENOTIMP" });
    expect(asked).toEqual([]);
    expect(await allowed.resolveRecords("A.example", "A")).toEqual({ records: ["93.184.216.34"] });
    expect(await allowed.resolveRecords("none.example", "MX")).toEqual({ error: "ENODATA" });
    expect(asked).toEqual(["A a.example", "MX none.example"]);
  });
});

describe("connections out", () => {
  it("carry bytes both ways and half-close", async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      let text = "";
      socket.on("data", (chunk) => (text += chunk));
      socket.on("end", () => socket.end(text.toUpperCase()));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const egress = new HostEgress(new EgressGuard(allowAll, { loopbackPorts: [port] }));
    const { stream } = await egress.connect({ host: "127.0.0.1", port });
    await stream.write(new TextEncoder().encode("hello"), task, false);
    stream.shutdown(1);
    const into = new Uint8Array(100);
    const count = await stream.read(into, task, false);
    expect(new TextDecoder().decode(into.subarray(0, count))).toBe("HELLO");
    expect(await stream.read(into, task, false)).toBe(0);
    stream.close();
    server.close();
    await once(server, "close");
  });

  it("hold a fast host back, and dispose ends them", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.write(new Uint8Array(4_000_000));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const egress = new HostEgress(new EgressGuard(allowAll, { loopbackPorts: [port] }));
    const { stream } = await egress.connect({ host: "127.0.0.1", port });
    let got = 0;
    while (got < 4_000_000) got += await stream.read(new Uint8Array(100_000), task, false);
    expect(got).toBe(4_000_000);
    const end = stream.read(new Uint8Array(1), task, false);
    egress.dispose();
    expect(await end).toBe(0);
    server.close();
    await once(server, "close");
  });

  it("are refused as the host is refused, or by the guard", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const egress = new HostEgress(new EgressGuard(allowAll, { loopbackPorts: [port] }));
    await expect(egress.connect({ host: "127.0.0.1", port })).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await expect(egress.connect({ host: "192.168.0.1", port })).rejects.toMatchObject({ code: "EACCES" });
  });

  it("datagrams go out and answers come back, until closed", async () => {
    const echo = createSocket("udp4");
    echo.on("message", (message, { port, address }) => echo.send(message, port, address));
    echo.bind(0, "127.0.0.1");
    await once(echo, "listening");
    const { port } = echo.address();
    const egress = new HostEgress(new EgressGuard(allowAll, { loopbackPorts: [port] }));
    const answer = await new Promise<Uint8Array>((resolve) => {
      void egress.openDatagrams(resolve).send(Uint8Array.of(1, 2), { host: "127.0.0.1", port });
    });
    expect([...answer]).toEqual([1, 2]);
    egress.dispose();
    echo.close();
  });
});
