// Name servers of the program's choice. The scripts bring one of their own, on UDP and TCP.

import { type Script, task } from "./script.ts";

const SERVER = `const net = require("net"), dgram = require("dgram"), dns = require("dns");
const name = (n) => Buffer.concat([...n.split(".").filter(Boolean).map((l) => Buffer.concat([Buffer.from([l.length]), Buffer.from(l)])), Buffer.from([0])]);
const u16 = (...n) => Buffer.from(n.flatMap((x) => [x >> 8, x & 255])); const u32 = (...n) => Buffer.concat(n.map((x) => { const b = Buffer.alloc(4); b.writeUInt32BE(x); return b; })); const str = (s) => Buffer.concat([Buffer.from([s.length]), Buffer.from(s)]);
const RECORDS = { A: [1, [Buffer.from([1, 2, 3, 4])], [Buffer.from([5, 6, 7, 8])]], AAAA: [28, [Buffer.from("20010db8000000000000000000000001", "hex")], [Buffer.from("00010000000000020003000400050006", "hex")]], NS: [2, [name("ns.example.org")]], CNAME: [5, [name("other.example.org")]], PTR: [12, [name("host.example.org")]], MX: [15, [u16(10), name("mx.example.org")], [u16(20), u16(0xc00c)]], TXT: [16, [str("one"), str("two")], [str("")]], SRV: [33, [u16(1, 2, 3), name("srv.example.org")]], SOA: [6, [name("ns.x"), name("root.x"), u32(1, 2, 3, 4, 5)]], NAPTR: [35, [u16(1, 2), str("s"), str("SIP"), str("!a!b!"), name("r.x")]], CAA: [257, [Buffer.from([0]), str("issue"), Buffer.from("ca.example")]], TLSA: [52, [Buffer.from([3, 1, 1, 9, 9])]] };
const TYPES = Object.fromEntries(Object.entries(RECORDS).map(([k, [n]]) => [n, k]));
const asked = [];
function answer(q, tcp) {
  const end = q.indexOf(0, 12) + 5; const question = q.subarray(12, end); const type = q.readUInt16BE(end - 4); const first = q.toString("latin1", 13, 13 + q[12]);
  asked.push(first + " " + type + (tcp ? " tcp" : ""));
  const head = (flags, an) => Buffer.concat([q.subarray(0, 2), u16(flags, 1, an, 0, 0), question]);
  const rcode = { formerr: 1, servfail: 2, nx: 3, notimp: 4, refused: 5 }[first]; if (rcode) return head(0x8180 | rcode, 0);
  if (first === "empty") return head(0x8180, 0); if (first === "big" && !tcp) return head(0x8380, 0); if (first === "silent") return undefined;
  const rows = (t) => { const [n, ...list] = RECORDS[t]; return list.map((parts) => { const data = Buffer.concat(parts); return Buffer.concat([u16(0xc00c, n, 1), u32(300 + n), u16(data.length), data]); }); };
  let all = type === 255 ? Object.keys(RECORDS).filter((t) => !["CNAME", "TLSA"].includes(t)).flatMap(rows) : rows(TYPES[type]); if (first === "alias") all = [...rows("CNAME"), ...all];
  return Buffer.concat([head(0x8180, all.length), ...all]);
}
const stream2 = net.createServer((p) => { p.on("error", () => {}); p.on("data", (d) => { const a = answer(d.subarray(2), true); p.write(Buffer.concat([u16(a.length), a])); }); });
// One port for both: a free one of UDP's may be in use for TCP.
let server, port, listens = false;
while (!listens) {
  server?.close(); server = dgram.createSocket("udp4"); server.bind(0, "127.0.0.1"); await once(server, "listening"); port = server.address().port;
  stream2.listen(port, "127.0.0.1"); listens = await once(stream2, "listening").then(() => true, (e) => { if (e.code !== "EADDRINUSE") throw e; return false; });
}
server.on("message", (q, from) => { const a = answer(q); if (a) server.send(a, from.port, from.address); });
const r = new dns.promises.Resolver({ timeout: 20000, tries: 1 }); r.setServers(["127.0.0.1:" + port]); print(r.getServers().map((s) => s.replace(port, "PORT")));
const show = async (what, p) => print(what, await p.catch((e) => [e.code, e.syscall, e.hostname, e.message, e.errno])); `;
const END = `print(asked.join()); server.close(); stream2.close();`;

const script = (name: string, body: string): Script => task(name, `${SERVER}\n${body}\n${END}`);

export const DNS_SCRIPTS: Script[] = [
  script(
    "records of every kind",
    `for (const t of Object.keys(RECORDS)) await show(t, r.resolve("a.example.org", t));
await show("any", r.resolveAny("a.example.org")); await show("ttl", r.resolve4("a.example.org", { ttl: true })); await show("ttl6", r.resolve6("a.example.org", { ttl: true })); await show("reverse", r.reverse("1.2.3.4")); await show("reverse6", r.reverse("2001:db8::1"));
dns.setServers(["127.0.0.1:" + port]); print(await new Promise((d) => dns.resolveMx("a.org", (e, m) => d(m)))); print(await dns.promises.resolveTxt("a.org")); `,
  ),
  script(
    "what servers refuse, leave out, cut short and do not answer; names that are none",
    `for (const n of ["formerr", "servfail", "nx", "notimp", "refused", "empty", "big", "alias"]) { await show(n, r.resolve4(n + ".org")); } await show("alias cname", r.resolveCname("alias.org")); await show("empty mx", r.resolveMx("empty.org"));
await show("label", r.resolve4("x".repeat(64) + ".org")); await show("empty name", r.resolve4("")); await show("dots", r.resolve4("a..b"));
const hasty = new dns.promises.Resolver({ timeout: 100, tries: 2 }); hasty.setServers(["127.0.0.1:" + port]); await show("silent", hasty.resolve4("silent.org")); const c = new dns.Resolver(); c.setServers(["127.0.0.1:" + port]); c.resolve4("silent.org", (e) => { print("cancelled", e.code); }); setTimeout(() => c.cancel(), 50); await sleep(100);
const dead = dgram.createSocket("udp4"); dead.bind(0, "127.0.0.1"); await once(dead, "listening"); const deadPort = dead.address().port; dead.close(); await once(dead, "close"); r.setServers(["127.0.0.1:" + deadPort]); await show("dead", r.resolve4("a.org")); r.setServers(["127.0.0.1:" + deadPort, "127.0.0.1:" + port]); await show("second", r.resolve4("a.org"));
`,
  ),
];
