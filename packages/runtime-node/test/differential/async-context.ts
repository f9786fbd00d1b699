// In whose context callbacks run: as AsyncLocalStorage knows it, and as those know it who follow the ids of async_hooks.

import { CERTIFICATE } from "./certificate.ts";
import { type Script, task } from "./script.ts";

const STORES = {
  AsyncLocalStorage: `const store = new (require("async_hooks").AsyncLocalStorage)();`,
  "the ids of async_hooks": `const { createHook, executionAsyncId } = require("async_hooks"); const contexts = new Map(); createHook({ init(id) { contexts.set(id, contexts.get(executionAsyncId())); }, destroy(id) { contexts.delete(id); } }).enable();
const store = { getStore: () => contexts.get(executionAsyncId()), run(value, f) { const id = executionAsyncId(), before = contexts.get(id); contexts.set(id, value); try { return f(); } finally { contexts.set(id, before); } } };`,
};

/** `step` runs something in a context of its name until it is done; `at` notes in which context it is called. */
const PRELUDE = `const net = require("net"), http = require("http"), dgram = require("dgram"), dns = require("dns"), zlib = require("zlib"), crypto = require("crypto"), rl = require("readline"), wt = require("worker_threads"), tls = require("tls"), http2 = require("http2");
const seen = []; const at = (name) => seen.push(name + " in " + store.getStore()); const inCtx = (name, f) => store.run(name, f); const done = (name, f) => (...a) => { at(name); f(...a); }; const step = (name, f) => new Promise((r) => inCtx(name, () => f(r)));
process.on("exit", () => print(seen.sort().join("\\n")));`;

const BODIES: Readonly<Record<string, string>> = {
  files: `await step("readFile", (r) => fs.readFile("main.js", done("fs.readFile", r)));
    await step("stat", (r) => fs.stat("main.js", done("fs.stat", r)));
    await step("open", (r) => fs.open("main.js", (e, fd) => { at("fs.open"); fs.read(fd, Buffer.alloc(4), 0, 4, 0, () => { at("fs.read"); inCtx("inner", () => fs.close(fd, done("fs.close", r))); }); }));
    await step("promises", (r) => fs.promises.readFile("main.js").then(() => { at("p.readFile"); r(); }));
    await step("fh", async (r) => { const h = await fs.promises.open("main.js"); at("p.open"); await h.read(Buffer.alloc(2)); at("h.read"); for await (const l of h.readLines()) { at("h.readLines"); break; } await h.close().catch(() => {}); at("h.close"); r(); });
    await step("rstream", (r) => { const s = fs.createReadStream("main.js"); s.on("open", () => at("rs.open")).once("data", () => at("rs.data")).on("end", () => at("rs.end")).on("close", () => { at("rs.close"); r(); }); s.resume(); });
    await step("wstream", (r) => { const s = fs.createWriteStream("out"); s.write("x", () => at("ws.write")); s.end("y", () => at("ws.end")); s.on("finish", () => at("ws.finish")).on("close", () => { at("ws.close"); r(); }); });
    await step("watch", (r) => { const w = fs.watch("."); w.once("change", () => { at("watch.change"); w.close(); r(); }); setTimeout(() => inCtx("other", () => fs.writeFileSync("watched", "1")), 20); });
    await step("opendir", async (r) => { for await (const e of await fs.promises.opendir(".")) { at("opendir"); break; } fs.readdir(".", { recursive: true }, () => { at("readdir"); fs.rm("z", () => { at("rm"); fs.cp("main.js", "copy.js", () => { at("cp"); r(); }); }); }); });
    await step("readline", (r) => { const i = rl.createInterface({ input: fs.createReadStream("main.js") }); i.once("line", () => { at("line"); i.close(); }); i.on("close", () => { at("rl close"); r(); }); });
    await step("pipeline", (r) => stream.pipeline(fs.createReadStream("main.js"), zlib.createGzip(), fs.createWriteStream("z"), () => { at("pipeline"); r(); }));`,
  sockets: `const server = net.createServer(); inCtx("listening", () => server.listen(0, "127.0.0.1", () => at("listen cb"))); await once(server, "listening"); const { port } = server.address();
    inCtx("onconn", () => server.on("connection", (p) => { at("connection"); p.on("data", (d) => { at("server data"); p.write(d, () => at("server write cb")); }); p.on("end", () => { at("server end"); p.end(); }); p.on("close", () => at("server close")); }));
    await step("client", (r) => { const c = net.connect(port, "127.0.0.1", () => at("connect cb")); c.on("lookup", () => at("lookup")); c.write("hi", () => at("client write cb")); inCtx("listener", () => c.on("data", () => { at("client data"); inCtx("ending", () => c.end(() => at("client end cb"))); })); c.on("end", () => at("client end")); c.on("close", () => { at("client close"); r(); }); });
    server.close();
    await step("refused", (r) => { const c = net.connect(1, "127.0.0.1"); c.on("error", () => { at("client error"); r(); }); });
    await step("unix", (r) => { const s = net.createServer((p) => { at("unix connection"); p.end("x"); }); s.listen("./sock", () => { at("unix listen"); inCtx("unixclient", () => net.connect("./sock").on("data", () => at("unix data")).on("close", () => { at("unix close"); s.close(() => r()); })); }); });
    await step("dgram", (r) => { const a = dgram.createSocket("udp4"); a.bind(0, "127.0.0.1", () => { at("bind cb"); inCtx("sender", () => { const b = dgram.createSocket("udp4"); b.send("x", a.address().port, "127.0.0.1", () => { at("send cb"); b.close(() => at("b close")); }); }); }); a.on("message", () => { at("message"); a.close(() => { at("a close"); r(); }); }); });
    await step("dns", (r) => dns.lookup("localhost", () => { at("dns.lookup"); dns.promises.lookup("localhost").then(() => { at("dns.promises"); dns.lookupService("127.0.0.1", 80, () => { at("lookupService"); r(); }); }); }));`,
  "http, TLS and HTTP/2": `await step("http", (r) => { const s = http.createServer((q, p) => { at("http request"); q.on("data", () => at("q data")); q.on("end", () => { at("q end"); p.end("body", () => at("p end cb")); }); p.on("finish", () => at("p finish")); p.on("close", () => at("p close")); }); s.listen(0, "127.0.0.1", () => { inCtx("httpclient", () => { const q = http.request({ port: s.address().port, host: "127.0.0.1", method: "POST", agent: false }, (p) => { at("http response"); p.on("data", () => at("p data")); p.on("end", () => { at("p end"); s.close(() => r()); }); }); q.on("socket", () => at("q socket")); q.on("finish", () => at("q finish")); q.end("z"); }); }); });
    await step("agent", (r) => { const agent = new http.Agent({ keepAlive: true, maxSockets: 1 }); const s = http.createServer((q, p) => p.end("x")); s.listen(0, "127.0.0.1", async () => { const port = s.address().port; const get = (n) => new Promise((d) => inCtx(n, () => http.get({ port, host: "127.0.0.1", agent }, (p) => { at(n + " response"); p.resume().on("end", () => { at(n + " end"); d(); }); }))); await get("get1"); await get("get2"); await Promise.all([get("get3"), get("get4")]); agent.destroy(); s.close(); r(); }); });
    await step("fetch", async (r) => { const s = http.createServer((q, p) => p.end("x")); s.listen(0, "127.0.0.1"); await once(s, "listening"); at("once listening"); const a = await fetch("http://127.0.0.1:" + s.address().port); at("fetch"); await a.text(); at("fetch text"); s.close(); s.closeAllConnections(); r(); });
    await step("tls", (r) => { const s = tls.createServer({ key, cert }, (p) => { at("tls connection"); p.on("data", (d) => { at("tls server data"); p.end(d); }); }); s.listen(0, "127.0.0.1", () => inCtx("tlsclient", () => { const c = tls.connect({ port: s.address().port, host: "127.0.0.1", rejectUnauthorized: false }, () => at("tls connect")); c.write("x", () => at("tls write cb")); c.on("data", () => at("tls data")); c.on("close", () => { at("tls close"); s.close(() => r()); }); })); });
    await step("http2", (r) => { const s = http2.createServer(); s.on("stream", (st) => { at("h2 stream"); st.resume().on("end", () => { st.respond(); st.end("x"); }); }); s.listen(0, "127.0.0.1", () => inCtx("h2client", () => { const c = http2.connect("http://127.0.0.1:" + s.address().port); const q = c.request({ ":method": "POST" }); q.end("b"); q.on("response", () => at("h2 response")); q.on("data", () => at("h2 client data")); q.on("close", () => { at("h2 close"); c.close(() => s.close(() => r())); }); })); });`,
  "timers, children, signals, threads and native work": `await step("timers", (r) => setTimeout(() => { at("timeout"); setImmediate(() => { at("immediate"); process.nextTick(() => { at("tick"); queueMicrotask(() => { at("micro"); r(); }); }); }); }, 1));
    await step("exec", (r) => cp.exec("echo hi", () => { at("exec cb"); r(); }));
    await step("spawn", (r) => { const c = cp.spawn("cat"); c.on("spawn", () => at("spawn")); c.stdout.on("data", () => { at("stdout data"); inCtx("stdin end", () => c.stdin.end(() => at("stdin end cb"))); }); c.stdin.write("x", () => at("stdin write cb")); c.on("exit", () => at("exit")); c.on("close", () => { at("child close"); r(); }); });
    await step("signal", (r) => { const keep = setInterval(() => {}, 1000); process.once("SIGUSR2", () => { clearInterval(keep); at("signal"); r(); }); inCtx("killer", () => process.kill(process.pid, "SIGUSR2")); });
    await step("zlib", (r) => zlib.gzip("x", () => { at("gzip"); crypto.randomBytes(4, () => { at("randomBytes"); crypto.pbkdf2("a", "b", 1, 8, "sha1", () => { at("pbkdf2"); r(); }); }); }));
    await step("worker", (r) => { const w = new wt.Worker("require('worker_threads').parentPort.postMessage(1)", { eval: true }); w.on("message", () => at("worker message")); w.on("exit", () => { at("worker exit"); r(); }); });`,
};

const EVENTS = task(
  "async_hooks are told of operations on files and of handles: their kinds, and what becomes of them",
  `const { createHook, executionAsyncId, triggerAsyncId } = require("async_hooks"); const net = require("net"), dgram = require("dgram"); const kinds = new Map(), told = []; const tell = (what) => (id) => { if (kinds.has(id)) told.push(what + " " + kinds.get(id)); };
   const hook = createHook({ init(id, type, trigger) { if (/^FSREQ|^UDPWRAP|^PROCESSWRAP|^FSEVENTWRAP|^UDPSENDWRAP|^GETADDRINFO/.test(type)) { kinds.set(id, type); told.push("init " + type + (trigger === executionAsyncId())); } }, before: tell("before"), after: tell("after"), destroy: tell("destroy") }).enable();
   const show = async (name) => { await sleep(20); print(name, told.splice(0).join(", ")); };
   await new Promise((r) => fs.stat(".", () => { print(kinds.get(executionAsyncId()), triggerAsyncId() > 0); r(); })); await show("stat"); await fs.promises.stat("."); await show("promises"); await new Promise((r) => require("dns").lookup("localhost", r)); told.splice(0);
   const d = dgram.createSocket("udp4"); d.bind(0, "127.0.0.1"); await once(d, "listening"); d.close(); await once(d, "close"); await show("dgram"); await once(cp.spawn("true", { stdio: "ignore" }), "exit"); await show("child"); const w = fs.watch("."); w.close(); await show("watch"); hook.disable(); fs.stat(".", () => {}); await show("disabled");`,
);

export const ASYNC_CONTEXT_SCRIPTS: Script[] = [
  EVENTS,
  ...Object.entries(STORES).flatMap(([storeName, store]) =>
    Object.entries(BODIES).map(([name, body]) =>
      task(
        `${storeName}: ${name}`,
        `${store}\n${PRELUDE}\nconst key = fs.readFileSync("key.pem"), cert = fs.readFileSync("cert.pem");\n${body}\nprocess.exit();`,
        { files: CERTIFICATE },
      ),
    ),
  ),
];
