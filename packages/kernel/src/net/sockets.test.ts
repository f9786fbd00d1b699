import { type Inode, MemoryFs, nextDevice } from "@agentos/vfs";
import { ERRNO, O_NONBLOCK, S_IFSOCK, sysError } from "@agentos/vfs/abi";
import { describe, expect, it } from "vitest";
import { FakeTask } from "../../test/fake-task.ts";
import { POLLHUP, POLLIN, POLLOUT } from "../abi/poll.ts";
import { SIGNALS } from "../abi/signals.ts";
import { AF_INET, AF_INET6, AF_UNIX, SHUT_WR, SO_ERROR, SO_REUSEADDR } from "../abi/sockets.ts";
import { AnonymousFs, ROOT_OWNER } from "../files/anonymous-inode.ts";
import type { OpenFile } from "../files/open-file.ts";
import { DatagramSocket } from "./datagram-socket.ts";
import { type Egress, Network } from "./network.ts";
import { StreamEnd } from "./stream.ts";
import { StreamSocket } from "./stream-socket.ts";

const task = new FakeTask();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const inet = (port: number, host = "127.0.0.1") => ({ family: AF_INET, host, port }) as const;
const unix = (path: string) => ({ family: AF_UNIX, path }) as const;

function network(egress?: Egress): Network {
  const root = new MemoryFs().root();
  return new Network({
    sockets: new AnonymousFs("sockfs", nextDevice()),
    paths: {
      create: (path): Inode => root.mknod(path.slice(1), { mode: S_IFSOCK | 0o777, uid: 0, gid: 0 }),
      find: (path): Inode => {
        const inode = root.lookup(path.slice(1));
        if (!inode) throw sysError("ENOENT");
        return inode;
      },
    },
    ...(egress && { egress }),
  });
}

const stream = (net: Network, family: 1 | 2 | 10 = AF_INET) => new StreamSocket(net, family, ROOT_OWNER);
const datagram = (net: Network, family: 1 | 2 = AF_INET) => new DatagramSocket(net, family, ROOT_OWNER);

function serve(net: Network, address: Parameters<StreamSocket["bind"]>[0] = inet(8080), backlog = 5) {
  const server = stream(net, address.family);
  server.bind(address, task);
  server.listen(backlog);
  return server;
}

async function connected(
  net: Network,
): Promise<{ client: StreamSocket; peer: OpenFile; server: StreamSocket }> {
  const server = serve(net);
  const client = stream(net);
  await client.connect(inet(8080), task);
  const { file: peer } = await server.accept(task);
  return { client, peer, server };
}

async function read(file: OpenFile, max = 100): Promise<string> {
  const into = new Uint8Array(max);
  return new TextDecoder().decode(into.subarray(0, await file.read!(into, task)));
}

describe("TCP", () => {
  it("carries bytes both ways and tells both addresses", async () => {
    const net = network();
    const server = serve(net, inet(8080, "0.0.0.0"));
    const accepting = server.accept(task);
    const client = stream(net);
    await client.connect(inet(8080), task);
    const { file: peer, address } = await accepting;
    client.write(bytes("ping"), task);
    expect(await read(peer)).toBe("ping");
    peer.write!(bytes("pong"), task);
    expect(await read(client)).toBe("pong");
    expect(address).toEqual(client.localAddress());
    expect(peer.socket!.localAddress()).toEqual(inet(8080));
    expect(client.remoteAddress()).toEqual(inet(8080));
  });

  it("refuses connections where nobody listens", () => {
    const net = network();
    expect(() => stream(net).connect(inet(1), task)).toThrow("Connection refused");
    const bound = stream(net);
    bound.bind(inet(2), task);
    expect(() => stream(net).connect(inet(2), task)).toThrow("Connection refused");
  });

  it("gives a port to one socket, and again after its close", () => {
    const net = network();
    const first = serve(net);
    expect(() => stream(net).bind(inet(8080), task)).toThrow("Address already in use");
    expect(() => stream(net).bind(inet(8080, "0.0.0.0"), task)).toThrow("Address already in use");
    stream(net).bind(inet(8080, "127.0.0.2"), task);
    first.close();
    stream(net).bind(inet(8080), task);
    expect(() => stream(net).bind(inet(1, "8.8.8.8"), task)).toThrow("Cannot assign requested address");
  });

  it("gives ephemeral ports for port 0", () => {
    const net = network();
    const one = serve(net, inet(0));
    const other = serve(net, inet(0));
    const ports = [one, other].map((socket) => (socket.localAddress() as { port: number }).port);
    expect(ports[0]).toBeGreaterThanOrEqual(32_768);
    expect(ports[0]).not.toBe(ports[1]);
  });

  it("reaches an IPv4 client through a listener on ::", async () => {
    const net = network();
    const server = serve(net, { family: AF_INET6, host: "::", port: 80 });
    const client = stream(net);
    await client.connect(inet(80), task);
    expect(await server.accept(task)).toBeDefined();
  });

  it("half-close ends the file for the reader, who can still answer", async () => {
    const { client, peer } = await connected(network());
    client.write(bytes("request"), task);
    client.shutdown(SHUT_WR);
    expect(await read(peer)).toBe("request");
    expect(await read(peer)).toBe("");
    peer.write!(bytes("answer"), task);
    expect(await read(client)).toBe("answer");
    expect(() => client.write(bytes("x"), new FakeTask())).toThrow("Broken pipe");
  });

  it("closing with unread bytes resets the other side", async () => {
    const { client, peer } = await connected(network());
    client.write(bytes("unread"), task);
    peer.close();
    expect(() => client.read(new Uint8Array(1), task)).toThrow("Connection reset by peer");
    expect(await read(client)).toBe("");
  });

  it("tells a reset once through SO_ERROR", async () => {
    const { client, peer } = await connected(network());
    client.write(bytes("unread"), task);
    peer.close();
    expect(client.getOption(SO_ERROR)).toBe(ERRNO.ECONNRESET);
    expect(client.getOption(SO_ERROR)).toBe(0);
  });

  it("writing to a closed connection is EPIPE with SIGPIPE", async () => {
    const { client, peer } = await connected(network());
    peer.close();
    const writing = new FakeTask();
    expect(() => client.write(bytes("x"), writing)).toThrow("Broken pipe");
    expect(writing.signals).toEqual([SIGNALS.SIGPIPE]);
    expect(client.poll() & POLLHUP).toBe(POLLHUP);
  });

  it("holds a writer back until the reader has taken its bytes", async () => {
    const { client, peer } = await connected(network());
    const data = new Uint8Array(300_000).fill(1);
    const written = client.write(data, task);
    expect(written).toBeInstanceOf(Promise);
    let got = 0;
    while (got < data.length) got += await peer.read!(new Uint8Array(50_000), task);
    expect(await written).toBe(data.length);
  });

  it("a full backlog makes the next client wait, and closing the listener refuses it", async () => {
    const net = network();
    const server = serve(net, inet(8080), 0);
    const first = stream(net);
    await first.connect(inet(8080), task);
    const second = stream(net);
    const waiting = second.connect(inet(8080), task);
    expect(waiting).toBeInstanceOf(Promise);
    await server.accept(task);
    await waiting;
    const third = stream(net);
    const refused = third.connect(inet(8080), task);
    server.close();
    await expect(refused).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(() => second.read(new Uint8Array(1), task)).toThrow("Connection reset by peer");
  });

  it("answers EAGAIN instead of blocking and polls by what a call would do", async () => {
    const net = network();
    const server = serve(net);
    server.flags |= O_NONBLOCK;
    expect(() => server.accept(task)).toThrow("Resource temporarily unavailable");
    expect(server.poll()).toBe(0);
    const client = stream(net);
    await client.connect(inet(8080), task);
    expect(server.poll()).toBe(POLLIN);
    client.flags |= O_NONBLOCK;
    expect(() => client.read(new Uint8Array(1), task)).toThrow("Resource temporarily unavailable");
    expect(client.poll()).toBe(POLLOUT);
  });

  it("refuses what the state does not allow", async () => {
    const { client, server } = await connected(network());
    expect(() => client.connect(inet(8080), task)).toThrow("already connected");
    expect(() => client.accept(task)).toThrow("Invalid argument");
    expect(() => server.read(new Uint8Array(1), task)).toThrow("not connected");
    expect(() => server.bind(inet(9), task)).toThrow("Invalid argument");
    expect(() => server.remoteAddress()).toThrow("not connected");
    server.setOption(SO_REUSEADDR, 1);
    expect(server.getOption(SO_REUSEADDR)).toBe(1);
    expect(() => server.setOption(9999, 1)).toThrow("Protocol not available");
  });

  it("an interrupted accept ends with EINTR", async () => {
    const waiting = new FakeTask();
    const accepting = serve(network()).accept(waiting);
    waiting.interrupt();
    await expect(accepting).rejects.toMatchObject({ code: "EINTR" });
  });
});

describe("the host's side", () => {
  it("connects to a listener and lists it", async () => {
    const net = network();
    const server = serve(net, inet(3000, "0.0.0.0"));
    expect(net.listListeners()).toEqual([{ host: "0.0.0.0", port: 3000 }]);
    const host = net.connectFromHost(3000);
    const { file: peer } = await server.accept(task);
    await host.write(bytes("GET /"));
    expect(await read(peer)).toBe("GET /");
    peer.write!(bytes("200"), task);
    peer.close();
    expect(await host.read()).toEqual(bytes("200"));
    expect(await host.read()).toBeUndefined();
    host.close();
    expect(() => net.connectFromHost(1)).toThrow("Connection refused");
  });
});

describe("the way out", () => {
  const outside = inet(443, "93.184.216.34");

  it("is closed without egress", () => {
    expect(() => stream(network()).connect(outside, task)).toThrow("Network is unreachable");
  });

  it("connects through the host, also without blocking", async () => {
    const [inner, outer] = StreamEnd.pair();
    const net = network({
      exemptsLoopback: () => false,
      connect: async () => ({ stream: inner, local: inet(5, "10.0.0.1") }),
      openDatagrams: () => ({ send: () => {}, close: () => {} }),
    });
    const client = stream(net);
    client.flags |= O_NONBLOCK;
    expect(() => client.connect(outside, task)).toThrow("Operation now in progress");
    expect(client.poll()).toBe(0);
    await new Promise<void>((resolve) => client.changed.listen(resolve));
    outer.write(bytes("hello"), task, false);
    expect(await read(client)).toBe("hello");
  });

  it("tells what the host answers", async () => {
    const net = network({
      exemptsLoopback: () => false,
      connect: () => Promise.reject(sysError("EACCES")),
      openDatagrams: () => ({ send: () => {}, close: () => {} }),
    });
    await expect(stream(net).connect(outside, task)).rejects.toMatchObject({ code: "EACCES" });
  });
});

describe("UDP", () => {
  it("keeps datagrams apart and says who sent them", async () => {
    const net = network();
    const server = datagram(net);
    server.bind(inet(53), task);
    const client = datagram(net);
    client.sendTo(bytes("one"), inet(53), task);
    client.sendTo(bytes("two"), inet(53), task);
    const into = new Uint8Array(2);
    const first = await server.receiveFrom(into, task);
    expect(first.count).toBe(2);
    expect(into).toEqual(bytes("on"));
    expect(await read(server)).toBe("two");
    server.sendTo(bytes("answer"), first.address, task);
    expect(await read(client)).toBe("answer");
  });

  it("tells a connected sender later that nobody was there", () => {
    const client = datagram(network());
    client.connect(inet(9), task);
    expect(client.write(bytes("x"), task)).toBe(1);
    expect(() => client.write(bytes("x"), task)).toThrow("Connection refused");
  });

  it("drops what the receiver has no room for", () => {
    const net = network();
    const server = datagram(net);
    server.bind(inet(53), task);
    const client = datagram(net);
    for (let i = 0; i < 100; i++) expect(client.sendTo(new Uint8Array(10_000), inet(53), task)).toBe(10_000);
    expect(() => client.sendTo(new Uint8Array(70_000), inet(53), task)).toThrow("Message too long");
  });
});

describe("UNIX", () => {
  it("streams connect by path and by abstract name", async () => {
    const net = network();
    for (const address of [unix("/sock"), unix("\0name")]) {
      const server = serve(net, address);
      const client = stream(net, AF_UNIX);
      await client.connect(address, task);
      const { file: peer } = await server.accept(task);
      client.write(bytes("hi"), task);
      expect(await read(peer)).toBe("hi");
      server.close();
      expect(() => stream(net, AF_UNIX).connect(address, task)).toThrow("Connection refused");
    }
    expect(() => stream(net, AF_UNIX).bind(unix("/sock"), task)).toThrow();
  });

  it("datagrams wait for room and refuse when nobody is there", async () => {
    const net = network();
    const server = datagram(net, AF_UNIX);
    server.bind(unix("/log"), task);
    const client = datagram(net, AF_UNIX);
    await client.connect(unix("/log"), task);
    let sent: unknown;
    do sent = client.write(new Uint8Array(50_000), task);
    while (!(sent instanceof Promise));
    await server.receiveFrom(new Uint8Array(10), task);
    expect(await sent).toBe(50_000);
    server.close();
    expect(() => client.write(bytes("x"), task)).toThrow("Connection refused");
  });

  it("passes references with the bytes they were sent with, and releases those that nobody took", async () => {
    const net = network();
    const [one, other] = StreamSocket.pair(net, ROOT_OWNER);
    const passed = Array.from({ length: 3 }, () => ({
      references: 0,
      released: 0,
      release() {
        this.released++;
      },
    }));
    one.write(bytes("ab"), task);
    one.pass(passed[0]!);
    one.write(bytes("c"), task);
    expect(passed[0]!.references).toBe(1);
    expect(await read(other, 2)).toBe("ab");
    expect(other.takePassed()).toBeUndefined();
    expect(await read(other, 1)).toBe("c");
    expect(other.takePassed()).toBe(passed[0]);
    expect(other.takePassed()).toBeUndefined();
    one.pass(passed[1]!);
    one.pass(passed[2]!);
    other.close();
    expect(passed.map(({ released }) => released)).toEqual([0, 1, 1]);
    expect(() => one.pass(passed[0]!)).toThrow("Broken pipe");
    expect(() => stream(net).pass(passed[0]!)).toThrow("Invalid argument");
  });

  it("bounds what is passed and not taken", () => {
    const [one] = StreamSocket.pair(network(), ROOT_OWNER);
    const passed = { references: 0, release: () => {} };
    for (let i = 0; i < 253; i++) one.pass(passed);
    expect(() => one.pass(passed)).toThrow("No buffer space available");
  });

  it("a socketpair is connected both ways", async () => {
    const net = network();
    for (const [one, other] of [StreamSocket.pair(net, ROOT_OWNER), DatagramSocket.pair(net, ROOT_OWNER)]) {
      one!.write(bytes("there"), task);
      expect(await read(other!)).toBe("there");
      other!.write(bytes("back"), task);
      expect(await read(one!)).toBe("back");
    }
  });
});
