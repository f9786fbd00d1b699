import { CERTIFICATE } from "./certificate.ts";
import type { Script } from "./script.ts";

/** What the scripts share: a server's port once it listens, an emitter's event, all text of a stream. */
const PRELUDE = `
const net = require("node:net"), http = require("node:http"), dgram = require("node:dgram"), fs = require("node:fs");
const { once } = require("node:events");
const { text } = require("node:stream/consumers");
const listen = async (server, host = "127.0.0.1") => {
  server.listen(0, host);
  await once(server, "listening");
  return server.address().port;
};
const connect = (port, options) => net.connect({ port, host: "127.0.0.1", ...options });
const shape = (error) => ({ ...error, message: error.message });
const print = console.log;
const main = (run) => void run().catch((error) => { print("failed", error); process.exit(1); });
`;

const script = (name: string, body: string, files: Record<string, string> = {}): Script => ({
  name,
  files: { ...files, "main.js": `${PRELUDE}main(async () => {${body}\n});` },
});

const NET: Script[] = [
  script(
    "a socket talks to a server and both end",
    `const server = net.createServer((peer) => { peer.on("data", (d) => peer.write("echo " + d)); peer.on("end", () => print("peer end")); });
     const socket = connect(await listen(server)); await once(socket, "connect"); socket.write("hi");
     print(String((await once(socket, "data"))[0])); socket.end(); print(await once(socket, "close"));
     print(socket.bytesRead, socket.bytesWritten, socket.destroyed); server.close(() => print("closed"));`,
  ),
  script(
    "a refused connection",
    `const server = net.createServer(); const port = await listen(server); server.close(); await once(server, "close");
     const socket = connect(port); const [error] = await once(socket, "error");
     print({ ...shape(error), port: 0, message: error.message.replace(port, "PORT") }); print(await once(socket, "close"));`,
  ),
  script(
    "an address in use",
    `const one = net.createServer(), other = net.createServer(); const port = await listen(one);
     other.listen(port, "127.0.0.1"); const [error] = await once(other, "error");
     print({ ...shape(error), port: 0, message: error.message.replace(port, "PORT") }, other.listening); one.close();`,
  ),
  script(
    "an address that is not the machine's",
    `const server = net.createServer(); server.listen(0, "192.0.2.1"); print(shape((await once(server, "error"))[0]));`,
  ),
  script(
    "addresses of both ends",
    `const server = net.createServer((peer) => { print(peer.address().family, peer.localAddress, peer.remoteAddress, peer.remoteFamily, peer.remotePort === socket.localPort); peer.end(); });
     const port = await listen(server); print(server.address().address, server.address().family);
     const socket = connect(port); await once(socket, "connect");
     print(socket.remoteAddress, socket.remotePort === port, socket.localAddress, socket.remoteFamily);
     socket.resume(); await once(socket, "close"); print(socket.remoteAddress, socket.address()); server.close();`,
  ),
  script(
    "IPv4 reaches a server of all addresses as a mapped one",
    `const server = net.createServer((peer) => { print(peer.remoteAddress, peer.localAddress, peer.remoteFamily); peer.end(); });
     const port = await listen(server, undefined); print(server.address().address, server.address().family);
     const socket = connect(port); socket.resume(); await once(socket, "close"); server.close();`,
  ),
  script(
    "IPv6 loopback",
    `const server = net.createServer((peer) => { print(peer.remoteAddress, peer.remoteFamily); peer.end("six"); });
     const socket = net.connect(await listen(server, "::1"), "::1"); print(await text(socket)); server.close();`,
  ),
  script(
    "half-open: the server answers after the client's end",
    `const server = net.createServer({ allowHalfOpen: true }, async (peer) => { const all = await text(peer); peer.end("got " + all.length); });
     const socket = connect(await listen(server)); socket.end("x".repeat(100000)); print(await text(socket)); server.close();`,
  ),
  script(
    "without allowHalfOpen the answer comes to an end with the question",
    `const server = net.createServer((peer) => { peer.resume(); peer.on("end", () => print(peer.writableEnded)); peer.on("close", (failed) => print("close", failed)); });
     const socket = connect(await listen(server)); socket.resume(); socket.end("x"); await once(socket, "close"); server.close();`,
  ),
  script(
    "much data with pauses on the way",
    `const server = net.createServer((peer) => { let count = 0, pauses = 0;
       peer.on("data", (d) => { count += d.length; if (pauses < 20 && count > pauses * 500000) { pauses++; peer.pause(); setTimeout(() => peer.resume(), 1); } });
       peer.on("end", () => peer.end(String(count))); });
     const socket = connect(await listen(server)); print(socket.write(Buffer.alloc(12e6, 1))); socket.end();
     print(await text(socket), socket.bytesWritten); server.close();`,
  ),
  script(
    "a paused reader holds the writer back, who then drains",
    `let peer; const server = net.createServer((p) => { peer = p; p.pause(); });
     const socket = connect(await listen(server)); await once(socket, "connect");
     let chunks = 0; while (socket.write(Buffer.alloc(65536)) || chunks < 400) chunks++;
     print(socket.writableNeedDrain, chunks >= 400); if (!peer) await once(server, "connection"); peer.resume(); await once(socket, "drain"); print(socket.writableLength);
     socket.destroy(); await once(socket, "close"); server.close();`,
  ),
  script(
    "write callbacks come in order, in turns of their own",
    `const server = net.createServer((peer) => peer.resume()); const socket = connect(await listen(server)); await once(socket, "connect");
     for (let i = 0; i < 3; i++) socket.write("x", () => print("written", i)); print("after"); socket.end(() => print("finished")); await once(socket, "close"); server.close();`,
  ),
  script(
    "encodings and empty writes",
    `const server = net.createServer(async (peer) => { print(await text(peer)); }); const socket = connect(await listen(server));
     socket.write("ä", "utf8"); socket.write("e4", "hex"); socket.write("", "utf8"); socket.write("YQ==", "base64"); socket.write("z", "latin1"); socket.write("w", "utf16le"); socket.end(); socket.resume();
     await once(socket, "close"); server.close();`,
  ),
  script(
    "corked writes arrive together",
    `const server = net.createServer((peer) => { peer.once("data", (d) => print(String(d))); peer.resume(); });
     const socket = connect(await listen(server)); await once(socket, "connect");
     socket.cork(); socket.write("a"); socket.write(Buffer.from("b")); socket.write("c"); socket.uncork(); socket.end(); socket.resume(); await once(socket, "close"); server.close();`,
  ),
  script(
    "resetAndDestroy is ECONNRESET on the other side",
    `const server = net.createServer((peer) => { peer.resume(); peer.on("error", (error) => print(shape(error))); peer.on("close", (failed) => { print("close", failed); server.close(); }); });
     const socket = connect(await listen(server)); await once(socket, "connect"); socket.resetAndDestroy(); print(await once(socket, "close"));`,
  ),
  script(
    "writing after the other side is gone fails",
    `const server = net.createServer((peer) => peer.destroy()); const socket = connect(await listen(server)); await once(socket, "connect");
     const timer = setInterval(() => socket.write("x"), 5); socket.on("error", (error) => print(error.code === "EPIPE" || error.code === "ECONNRESET" || error.code, error.syscall === "write" || error.syscall === "read"));
     socket.allowHalfOpen = true; await once(socket, "close").catch(() => {}); clearInterval(timer); server.close();`,
  ),
  script(
    "write after end",
    `const server = net.createServer((peer) => peer.resume()); const socket = connect(await listen(server)); await once(socket, "connect"); socket.end();
     socket.write("x", (error) => print(error.code)); socket.on("error", (error) => print(error.code)); await once(socket, "close").catch(() => {}); server.close();`,
  ),
  script(
    "timeouts",
    `const server = net.createServer(() => {}); const socket = connect(await listen(server)); socket.setTimeout(20); await once(socket, "timeout"); print("timeout", socket.timeout); socket.destroy(); server.close(); server.on("connection", (p) => p.destroy()); process.exit(0);`,
  ),
  script(
    "connecting can be aborted",
    `const server = net.createServer((p) => p.resume()); const port = await listen(server); const socket = connect(port); socket.destroy(); print(await once(socket, "close"), socket.connecting); server.close();
     const signal = AbortSignal.abort(); const other = connect(port, { signal }); other.on("error", (e) => print(e.name));`,
  ),
  script(
    "options that only a network card would feel",
    `const server = net.createServer({ noDelay: true, keepAlive: true }, (p) => p.end()); const socket = connect(await listen(server), { noDelay: true, keepAlive: true, keepAliveInitialDelay: 1000 });
     print(socket.setNoDelay(true) === socket, socket.setKeepAlive(true, 100) === socket); socket.resume(); await once(socket, "close"); server.close();`,
  ),
  script(
    "a server's limit of connections drops the others",
    `const server = net.createServer((p) => p.write("x")); server.maxConnections = 1; server.on("drop", (d) => print("drop", d.localFamily)); const port = await listen(server);
     const one = connect(port); await once(one, "data"); const other = connect(port); other.resume(); await once(other, "close"); print("closed");
     server.getConnections((error, count) => { print(error, count); one.destroy(); server.close(); });`,
  ),
  script(
    "unref lets the process end, ref keeps it",
    `const server = net.createServer(); await listen(server); server.unref(); const second = net.createServer(); await listen(second); second.unref().ref(); setTimeout(() => { print("closing"); second.close(); }, 20);`,
  ),
  script(
    "an unreferenced connection does not hold the process",
    `const server = net.createServer((p) => p.unref()); const socket = connect(await listen(server)); await Promise.all([once(socket, "connect"), once(server, "connection")]); socket.unref(); server.unref(); process.on("exit", (code) => print("exit", code));`,
  ),
  script(
    "a read buffer of one's own",
    `const server = net.createServer((p) => p.end("abcdef")); const socket = net.connect({ port: await listen(server), host: "127.0.0.1", onread: { buffer: Buffer.alloc(4), callback: (count, buffer) => { print(count, buffer.toString("latin1", 0, count)); return true; } } });
     await once(socket, "close"); server.close();`,
  ),
  script(
    "many connections at once",
    `let seen = 0; const server = net.createServer((p) => { seen++; p.end(String(seen)); }); const port = await listen(server);
     const answers = await Promise.all(Array.from({ length: 100 }, () => text(connect(port)))); print(new Set(answers).size, seen); server.close();`,
  ),
  script(
    "pauseOnConnect and a late reader",
    `const server = net.createServer({ pauseOnConnect: true }, (p) => setTimeout(async () => { p.resume(); print(await text(p)); }, 10));
     const socket = connect(await listen(server)); socket.end("late"); socket.resume(); await once(socket, "close"); server.close();`,
  ),
  script(
    "async context follows sockets",
    `const { AsyncLocalStorage } = require("node:async_hooks"); const store = new AsyncLocalStorage();
     const server = net.createServer((p) => p.end("x")); const port = await listen(server);
     await store.run("in", async () => { const socket = connect(port, {}); socket.on("connect", () => print(store.getStore())); socket.on("data", () => print(store.getStore())); await once(socket, "close"); print(store.getStore()); }); server.close();`,
  ),
  script(
    "BlockList, isIP and SocketAddress",
    `const list = new net.BlockList(); list.addSubnet("10.0.0.0", 8); print(list.check("10.1.2.3"), net.isIP("::1"), net.isIPv4("1.2.3.4"), new net.SocketAddress({ port: 1 }).address);`,
  ),
];

const UNIX: Script[] = [
  script(
    "a UNIX socket is a file while it listens",
    `const server = net.createServer((p) => p.end("bye")).listen("./s"); await once(server, "listening"); print(server.address(), fs.statSync("s").isSocket());
     const socket = net.connect("./s"); print(await text(socket), socket.remoteAddress, socket.bytesRead); server.close(() => print(fs.existsSync("s")));`,
  ),
  script(
    "UNIX sockets that are not there",
    `for (const path of ["./nope", "./file"]) { if (path === "./file") fs.writeFileSync(path, ""); const socket = net.connect(path); print(shape((await once(socket, "error"))[0])); }`,
  ),
  script(
    "a UNIX address in use",
    `const one = net.createServer().listen("./s"); await once(one, "listening"); const other = net.createServer().listen("./s"); print(shape((await once(other, "error"))[0])); one.close();`,
  ),
  script(
    "readableAll and writableAll set the mode",
    `const server = net.createServer().listen({ path: "./s", readableAll: true, writableAll: true }); await once(server, "listening"); print((fs.statSync("s").mode & 0o666).toString(8)); server.close();`,
  ),
  script(
    "http over a UNIX socket",
    `const server = http.createServer((q, r) => r.end(q.url)).listen("./s"); await once(server, "listening");
     http.get({ socketPath: "./s", path: "/a?b" }, async (response) => { print(response.statusCode, await text(response)); server.close(); });`,
  ),
];

const DGRAM: Script[] = [
  script(
    "a datagram and its answer",
    `const server = dgram.createSocket("udp4"); server.on("message", (m, from) => server.send("re: " + m, from.port, from.address)); server.bind(0, "127.0.0.1"); await once(server, "listening"); print(server.address().family);
     const client = dgram.createSocket("udp4"); client.send(["a", "b"], server.address().port, "127.0.0.1"); const [message, from] = await once(client, "message"); print(String(message), from.address, from.family, from.size, from.port === server.address().port); client.close(); server.close();`,
  ),
  script(
    "connected datagram sockets",
    `const server = dgram.createSocket("udp6"); server.bind(0, "::1"); await once(server, "listening"); const client = dgram.createSocket("udp6"); client.connect(server.address().port, "::1"); await once(client, "connect"); print(client.remoteAddress().address);
     client.send("x"); const [m, from] = await once(server, "message"); print(String(m), from.address, from.family); client.disconnect(); try { client.remoteAddress(); } catch (error) { print(error.code); } client.close(); server.close();`,
  ),
  script(
    "send callbacks",
    `const server = dgram.createSocket("udp4"); server.bind(0, "127.0.0.1"); await once(server, "listening"); const client = dgram.createSocket("udp4");
     client.send(Buffer.from("abc"), 1, 2, server.address().port, "127.0.0.1", (error, sent) => { print(error, sent); client.close(); }); const [m] = await once(server, "message"); print(String(m)); server.close();`,
  ),
  script(
    "an address in use, and one that may be shared",
    `const one = dgram.createSocket("udp4"); one.bind(0, "127.0.0.1"); await once(one, "listening"); const other = dgram.createSocket("udp4"); const { port } = one.address(); other.bind(port, "127.0.0.1");
     const [error] = await once(other, "error"); print({ ...shape(error), port: 0, message: error.message.replace(port, "PORT") }); one.close(); other.close();`,
  ),
  script(
    "a message too long",
    `const client = dgram.createSocket("udp4"); client.send(Buffer.alloc(70000), 9, "127.0.0.1", (error) => { print(error.code, error.syscall, error.address); client.close(); });`,
  ),
  script(
    "many datagrams in order",
    `const server = dgram.createSocket("udp4"); let next = 0; server.bind(0, "127.0.0.1"); await once(server, "listening"); server.on("message", (m) => { if (Number(m) !== next) print("wrong", String(m)); if (++next === 200) { print("all"); server.close(); client.close(); } else client.send(String(next), server.address().port, "127.0.0.1"); });
     const client = dgram.createSocket("udp4"); client.send("0", server.address().port, "127.0.0.1");`,
  ),
  script(
    "an unreferenced datagram socket lets the process end",
    `const socket = dgram.createSocket("udp4"); socket.bind(0); await once(socket, "listening"); socket.unref(); process.on("exit", () => print("exit"));`,
  ),
];

const DNS: Script[] = [
  script(
    "lookup of addresses and of localhost",
    `const dns = require("node:dns").promises; print(await dns.lookup("127.0.0.1"), await dns.lookup("::1", { all: true }), await dns.lookup("localhost", { family: 4 }));
     require("node:dns").lookup("localhost", 4, (error, address, family) => print(error, address, family));`,
  ),
  script(
    "lookup of a name that cannot be",
    `const dns = require("node:dns").promises; await dns.lookup("nope.invalid").catch((error) => print(shape(error))); require("node:dns").lookup("", (e, a, f) => print(e, a, f));`,
  ),
  script(
    "connecting to a name that cannot be",
    `const socket = net.connect(80, "nope.invalid"); print(shape((await once(socket, "error"))[0])); await fetch("http://nope.invalid/").catch((error) => print(error.message, error.cause.code));`,
  ),
  script(
    "resolvers can be made, and asked for nonsense",
    `const dns = require("node:dns"); const resolver = new dns.Resolver(); resolver.setServers(["1.2.3.4", "[::1]:54"]); print(resolver.getServers()); resolver.cancel(); try { resolver.setServers(["x"]); } catch (error) { print(error.code); } try { dns.resolve("a", "NOPE", () => {}); } catch (error) { print(error.code); }`,
  ),
];

const HTTP: Script[] = [
  script(
    "a request with a body and an answer in pieces",
    `const server = http.createServer(async (q, r) => { const body = await text(q); r.writeHead(201, "Made", { "X-Y": "z" }); r.write(q.method + " "); setTimeout(() => r.end(body + " " + q.headers["x-a"]), 5); });
     const request = http.request({ port: await listen(server), host: "127.0.0.1", method: "PUT", headers: { "x-a": "b" } }); request.end("body"); const [response] = await once(request, "response");
     print(response.statusCode, response.statusMessage, response.headers["x-y"], response.headers["transfer-encoding"], await text(response)); server.close();`,
  ),
  script(
    "keep-alive uses one connection again",
    `let connections = 0; const server = http.createServer((q, r) => r.end(q.url)); server.on("connection", () => connections++); const port = await listen(server); const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
     for (let i = 0; i < 5; i++) await new Promise((done) => http.get({ port, host: "127.0.0.1", agent, path: "/" + i }, async (r) => { print(await text(r)); done(); })); print(connections); agent.destroy(); server.close();`,
  ),
  script(
    "a client that goes away",
    `const server = http.createServer((q, r) => { r.write("x"); r.on("close", () => { print("gone", r.writableFinished); server.close(); }); }); const request = http.get({ port: await listen(server), host: "127.0.0.1" }); const [response] = await once(request, "response"); response.on("error", (e) => print(e.code)); await once(response, "data"); request.destroy();`,
  ),
  script(
    "a server that hangs up",
    `const server = http.createServer((q) => q.socket.destroy()); const request = http.get({ port: await listen(server), host: "127.0.0.1" }); const [error] = await once(request, "error"); print(error.code, error.message); server.close();`,
  ),
  script(
    "Expect, Upgrade and CONNECT",
    `const server = http.createServer(); server.on("checkContinue", (q, r) => { r.writeContinue(); q.resume(); r.end("continued"); }); server.on("upgrade", (q, s) => { s.write("HTTP/1.1 101 X\\r\\nConnection: Upgrade\\r\\nUpgrade: y\\r\\n\\r\\nraw"); s.on("data", (d) => s.end("re " + d)); }); server.on("connect", (q, s) => { s.end("HTTP/1.1 200 OK\\r\\n\\r\\ntunnel " + q.url); }); const port = await listen(server);
     const one = http.request({ port, host: "127.0.0.1", method: "POST", headers: { Expect: "100-continue" } }); one.flushHeaders(); const answer = once(one, "response"); await once(one, "continue"); one.end("x"); print(await text((await answer)[0]));
     const two = http.get({ port, host: "127.0.0.1", headers: { Connection: "Upgrade", Upgrade: "y" } }); const [r, socket, head] = await once(two, "upgrade"); print(r.statusCode); socket.write("q"); print(head.toString() + await text(socket));
     const three = http.request({ port, host: "127.0.0.1", method: "CONNECT", path: "a:1" }).end(); const [, tunnel, first] = await once(three, "connect"); print(first.toString() + await text(tunnel)); server.close();`,
  ),
  script(
    "fetch: streams, JSON, forms, redirects, abort",
    `const server = http.createServer(async (q, r) => { if (q.url === "/to") return r.writeHead(302, { location: "/at" }).end(); if (q.url === "/slow") return; r.setHeader("content-type", "application/json"); r.end(JSON.stringify({ url: q.url, body: await text(q), type: q.headers["content-type"]?.split(";")[0] })); }); const base = "http://127.0.0.1:" + await listen(server);
     print(await (await fetch(base + "/to")).json(), await (await fetch(base + "/p", { method: "POST", body: new URLSearchParams({ a: 1 }) })).json());
     const stream = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("streamed")); c.close(); } }); print(await (await fetch(base + "/s", { method: "POST", body: stream, duplex: "half" })).json());
     await fetch(base + "/slow", { signal: AbortSignal.timeout(20) }).catch((e) => print(e.name)); server.closeAllConnections(); server.close();`,
  ),
  script(
    "fetch of a refused port",
    `const server = net.createServer(); const port = await listen(server); server.close(); await once(server, "close"); await fetch("http://127.0.0.1:" + port).catch((e) => print(e.message, e.cause.code, e.cause.syscall, e.cause.address));`,
  ),
  script(
    "gzip both ways through fetch",
    `const zlib = require("node:zlib"); const server = http.createServer((q, r) => { r.setHeader("content-encoding", "gzip"); r.end(zlib.gzipSync("zipped".repeat(1000))); }); print((await (await fetch("http://127.0.0.1:" + await listen(server))).text()).length); server.closeAllConnections(); server.close();`,
  ),
  script(
    "https with a self-signed certificate, refused and trusted",
    `const https = require("node:https"); const options = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }; const server = https.createServer(options, (q, r) => r.end(q.socket.encrypted + " " + q.socket.getProtocol())); const port = await listen(server);
     const [error] = await once(https.get({ port, host: "127.0.0.1" }), "error"); print(error.code);
     const [response] = await once(https.get({ port, host: "127.0.0.1", ca: options.cert }), "response"); print(response.statusCode, response.socket.authorized, await text(response)); server.closeAllConnections(); server.close();`,
    CERTIFICATE,
  ),
  script(
    "TLS data taken by one read() for each 'readable'",
    `const tls = require("node:tls"); const server = tls.createServer({ key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }, (p) => { p.end(Buffer.alloc(1e6)); p.destroySoon(); }); const port = await listen(server);
     const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false }); let n = 0; socket.on("readable", () => { n += socket.read()?.length ?? 0; }); await once(socket, "end"); print(n); server.close();`,
    CERTIFICATE,
  ),
  script(
    "an address of one's own, with any port",
    `const server = net.createServer((p) => { print(p.remoteAddress, p.remotePort > 0); p.end(); }); const port = await listen(server); const socket = net.connect({ port, host: "127.0.0.1", localAddress: "127.0.0.1" }); socket.resume(); await once(socket, "close"); server.close();`,
  ),
  script(
    "handles closed under a socket's feet",
    `const server = net.createServer(); const port = await listen(server); const socket = connect(port); await once(socket, "connect"); socket._handle.close(); socket.write("x"); print(await settle(once(socket, "connect"))); server.close(() => process.once("beforeExit", () => net.createServer().listen(0, function () { this.close(); process.once("beforeExit", () => print("once more")); })));`,
  ),
  script(
    "much data through TLS",
    `const tls = require("node:tls"); const options = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }; const server = tls.createServer(options, async (p) => { let n = 0; for await (const d of p) n += d.length; p.end(String(n)); }); server.on("tlsClientError", () => {}); server.allowHalfOpen = true; const port = await listen(server);
     const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false, allowHalfOpen: true }); let version; socket.on("secureConnect", () => { ({ version } = socket.getCipher()); }); socket.end(Buffer.alloc(3e6)); print((await text(socket)) || "none", version); server.close();`,
    CERTIFICATE,
  ),
  script(
    "STARTTLS: a socket becomes a TLS socket",
    `const tls = require("node:tls"); const options = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }; const server = net.createServer((p) => { p.once("data", (d) => { print(String(d)); p.write("go"); const secure = new tls.TLSSocket(p, { isServer: true, ...options }); secure.on("data", (x) => secure.end("re " + x)); }); });
     const plain = connect(await listen(server)); plain.write("starttls"); await once(plain, "data"); const secure = tls.connect({ socket: plain, rejectUnauthorized: false }); await once(secure, "secureConnect"); secure.write("hidden"); print(await text(secure)); server.close();`,
    CERTIFICATE,
  ),
  script(
    "http2 in the clear",
    `const http2 = require("node:http2"); const server = http2.createServer((q, r) => { r.setHeader("x", "y"); q.pipe(r); }); const session = http2.connect("http://127.0.0.1:" + await listen(server)); const stream = session.request({ ":method": "POST", ":path": "/z" }); stream.end("b".repeat(200000)); const [headers] = await once(stream, "response"); print(headers[":status"], headers.x, (await text(stream)).length); session.close(); server.close();`,
  ),
  script(
    "http2 over TLS, streams side by side",
    `const http2 = require("node:http2"); const options = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }; const server = http2.createSecureServer(options); server.on("stream", (s, h) => { s.respond({ ":status": 200 }); s.end(h[":path"]); }); const session = http2.connect("https://127.0.0.1:" + await listen(server), { rejectUnauthorized: false });
     print(await Promise.all(["/a", "/b", "/c"].map((path) => text(session.request({ ":path": path }))))); print(session.alpnProtocol); session.close(); server.close();`,
    CERTIFICATE,
  ),
  script("EventSource is there by its flag only", `print(typeof EventSource, typeof WebSocket);`),
];

export const NET_SCRIPTS: Script[] = [...NET, ...UNIX, ...DGRAM, ...DNS, ...HTTP];
