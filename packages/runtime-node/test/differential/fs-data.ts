import { cjs, esm, type Script, task } from "./script.ts";

export const FS_DATA_SCRIPTS: Script[] = [
  task(
    "FileHandle reads, with every form of arguments",
    `fs.writeFileSync("f", "0123456789"); const h = await fs.promises.open("f"); const show = ({ bytesRead, buffer }) => print(bytesRead, buffer.constructor.name, Buffer.from(buffer.buffer, buffer.byteOffset, Math.min(buffer.byteLength, 12)).toString().replaceAll("\\0", "."));
     show(await h.read(Buffer.alloc(4))); show(await h.read({ buffer: Buffer.alloc(4), position: 1 })); show(await h.read(Buffer.alloc(4), { offset: 1, length: 2, position: 0 })); show(await h.read(new Uint8Array(3), 0, 3, null)); show(await h.read({ length: 5, position: 0n, buffer: Buffer.alloc(8) })); show(await h.read(Buffer.alloc(4), 0, 4, 8)); show(await h.read(Buffer.alloc(4), 0, 4, 100)); show(await h.read(Buffer.alloc(0), 0, 0, 0)); print(await settle(h.read(Buffer.alloc(4), 2, 5, 0)), await settle(h.read(Buffer.alloc(4), 9)), await settle(h.read("x")), await settle(h.write("x"))); const { bytesRead, buffers } = await h.readv([Buffer.alloc(2), Buffer.alloc(3)], 4); print(bytesRead, buffers.map(String)); await h.close(); print(h.fd, await settle(h.read(Buffer.alloc(1))), await settle(h.close()));`,
  ),
  task(
    "FileHandle writes and its other methods",
    `const h = await fs.promises.open("f", "w+"); print(await h.write("héllo", 0, "utf8"), (await h.write(Buffer.from("XYZ"), 1, 1, 1)).bytesWritten, (await h.write(new Uint16Array([0x4241]))).bytesWritten, (await h.write(Buffer.from("pq"), { offset: 1, length: 1, position: 3 })).bytesWritten, (await h.writev([Buffer.from("12"), Buffer.from("3")])).bytesWritten); print(await h.appendFile("end"), (await h.stat()).size, await h.sync(), await h.datasync(), await h.chmod(0o600), await h.utimes(5, 6), (await h.stat({ bigint: true })).mtimeMs, await h.truncate(4)); print(fs.readFileSync("f").toString("hex"), await h.truncate(), (await h.stat()).size, await settle(h.chmod("zz")), await settle(h.chown(process.getuid(), process.getgid())), await settle(h.truncate(-1)), await settle(h.write(5)), await settle(h.writeFile(5))); h.on("close", () => print("close event")); await h[Symbol.asyncDispose](); print(h.fd);`,
  ),
  task(
    "FileHandle whole files from the present position",
    `fs.writeFileSync("f", "one\\ntwo\\r\\nthree"); const h = await fs.promises.open("f", "r+"); await h.read(Buffer.alloc(4)); print(await h.readFile("utf8")); print(await h.readFile("utf8")); await h.writeFile("APPENDED"); print(fs.readFileSync("f", "utf8")); await h.close(); const g = await fs.promises.open("f"); const lines = []; for await (const l of g.readLines({ encoding: "utf8", start: 4 })) lines.push(l); print(lines, g.fd); const k = await fs.promises.open("f"); const chunks = []; for await (const c of k.createReadStream({ start: 1, end: 6, highWaterMark: 3, encoding: "latin1" })) chunks.push(c); print(chunks, k.fd); const n = await fs.promises.open("f"); print(await settle(n.readFile({ encoding: "zz" })), await n.readFile({ encoding: "hex" })); await n.close();`,
  ),
  task(
    "FileHandle streams: web, readable, writable, and who closes",
    `fs.writeFileSync("f", "x".repeat(70000)); const h = await fs.promises.open("f"); let n = 0; for await (const c of h.readableWebStream()) n += c.byteLength; print(n, h.fd >= 0 || h.fd); await settle(h.close()); const w = await fs.promises.open("g", "w"); const s = w.createWriteStream({ encoding: "utf8" }); s.write("a"); s.end("b"); await once(s, "close"); print(fs.readFileSync("g", "utf8"), w.fd); const r = await fs.promises.open("f"); const keep = r.createReadStream({ autoClose: false, end: 3 }); print(await text(keep), r.fd >= 0); await r.close(); const l = await fs.promises.open("f"); const st = l.createReadStream(); st.on("error", (e) => print(e.code)); print(await settle(() => { l.readableWebStream(); return l.readableWebStream(); })); st.destroy(); await once(st, "close"); print(l.fd);`,
  ),
  cjs(
    "read with every form of arguments",
    `fs.writeFileSync("f", "0123456789"); const fd = fs.openSync("f"); const b = Buffer.alloc(4, "."); print(fs.readSync(fd, b), String(b), fs.readSync(fd, b, { position: 8 }), String(b), fs.readSync(fd, b, 1, 2, 0), String(b), fs.readSync(fd, b, { offset: 2, length: 1, position: 5n }), String(b), fs.readSync(fd, new DataView(new ArrayBuffer(3)), 0, 3, null), fs.readSync(fd, b), fs.readSync(fd, b), fs.readSync(fd, b, 0, 0, 0), fs.readSync(fd, b, 0, 4, 1000));
     fs.read(fd, (e, n, buf) => { print(e, n, buf.length); fs.read(fd, { buffer: b, position: 2 }, (e, n, buf) => { print(n, buf === b, String(b)); fs.read(fd, b, (e, n) => { print(n); fs.read(fd, b, { length: 2, position: 0 }, (e, n) => { print(n, String(b)); fs.readv(fd, [b, Buffer.alloc(2)], 1, (e, n, bufs) => print(n, bufs.map(String))); }); }); }); });`,
  ),
  cjs(
    "write with every form of arguments",
    `const fd = fs.openSync("f", "w+"); print(fs.writeSync(fd, "abc"), fs.writeSync(fd, "ZZ", 1), fs.writeSync(fd, "e4f6", 3, "hex"), fs.writeSync(fd, Buffer.from("qrst"), 1, 2), fs.writeSync(fd, Buffer.from("qrst"), { offset: 3, position: 10 }), fs.writeSync(fd, new Float64Array(1)), fs.writevSync(fd, [Buffer.from("v"), Buffer.from("w")], 20), fs.writeSync(fd, ""), fs.writevSync(fd, [])); print(fs.readFileSync("f").toString("hex")); print(attempt(() => fs.writeSync(fd, { toString: () => "x" })), attempt(() => fs.writeSync(fd, 5)), attempt(() => fs.writeSync(fd, "x", 0, "zz"))); fs.write(fd, "cb", 0, "latin1", (e, n, s) => { print(e, n, s); fs.write(fd, Buffer.from("buf"), (e, n, b) => { print(n, b); fs.writev(fd, [Buffer.from("1"), Buffer.from("2")], 0, (e, n, bs) => { print(e, n, bs); print(fs.readFileSync("f").length); }); }); });`,
  ),
  cjs(
    "appending ignores positions, and sees what others append",
    `fs.writeFileSync("f", "start"); const a = fs.openSync("f", "a+"), b = fs.openSync("f", "a"); fs.writeSync(a, "A", 0); fs.writeSync(b, "B"); fs.writeSync(a, "C"); const buf = Buffer.alloc(20); print(fs.readFileSync("f", "utf8"), fs.readSync(a, buf, 0, 20, 0)); print(fs.readSync(a, buf), fs.readSync(a, buf, 0, 3, 1), String(buf.subarray(0, 3))); fs.ftruncateSync(a, 2); fs.writeSync(b, "!"); print(fs.readFileSync("f", "utf8"));`,
  ),
  cjs(
    "sparse files and holes",
    `const fd = fs.openSync("f", "w+"); fs.writeSync(fd, "end", 5_000_000); print(fs.fstatSync(fd).size, fs.readFileSync("f").subarray(0, 10).every((x) => x === 0), fs.readFileSync("f").subarray(-3).toString()); fs.ftruncateSync(fd, 10_000_000); print(fs.fstatSync(fd).size); const b = Buffer.alloc(10, 1); print(fs.readSync(fd, b, 0, 10, 9_999_995), b); fs.ftruncateSync(fd, 3); fs.ftruncateSync(fd, 6); print(fs.readFileSync("f")); fs.truncateSync("f", 8); print(fs.readFileSync("f").length); fs.truncateSync("f"); print(fs.readFileSync("f").length, attempt(() => fs.ftruncateSync(fd, -5)), fs.fstatSync(fd).size); fs.truncate("f", 4, (e) => print(e, fs.readFileSync("f")));`,
  ),
  cjs(
    "big files go in and out whole",
    `const big = Buffer.alloc(20_000_003, "abcdefg"); fs.writeFileSync("f", big); print(fs.statSync("f").size, fs.readFileSync("f").equals(big), fs.readFileSync("f", "latin1").length); fs.copyFileSync("f", "g"); fs.appendFileSync("g", "tail"); print(fs.statSync("g").size); fs.readFile("g", (e, d) => { print(d.length, d.subarray(-4).toString()); fs.promises.readFile("f").then((d) => print(d.equals(big))); }); const s = "é\\u{1f600}".repeat(500_000); fs.writeFileSync("t", s); print(fs.statSync("t").size, fs.readFileSync("t", "utf8") === s);`,
  ),
  cjs(
    "text in every encoding",
    `const s = "aé€\\u{1f600}\\ud800z"; for (const e of ["utf8", "utf16le", "ucs2", "latin1", "binary", "ascii", "base64", "base64url", "hex"]) { const t = e === "hex" ? "0aff" : e.startsWith("base64") ? "aGk_" : s; fs.writeFileSync("f", t, e); print(e, fs.readFileSync("f").toString("hex"), JSON.stringify(fs.readFileSync("f", e)), JSON.stringify(fs.readFileSync("f", { encoding: "utf8" }))); } fs.writeFileSync("bom", "\\ufeffx"); print(fs.readFileSync("bom", "utf8").length); fs.writeFileSync("bad", Buffer.from([0x61, 0xff, 0xc3])); print(fs.readFileSync("bad", "utf8"));`,
  ),
  cjs(
    "what writeFile takes",
    `for (const d of [new Uint8Array([65]), new DataView(new ArrayBuffer(2)), Buffer.from("b"), new Uint16Array([0x4141])]) { fs.writeFileSync("f", d); print(fs.readFileSync("f")); } for (const d of [5, {}, null, undefined, true, Symbol("x"), [1], { toString: () => "s" }]) print(attempt(() => fs.writeFileSync("f", d)), attempt(() => fs.appendFileSync("f", d)).code); fs.writeFile("f", "x", { flush: true }, (e) => print(e)); print(attempt(() => fs.writeFileSync("f", "x", { flush: 1 })), attempt(() => fs.writeFileSync("f", "x", { encoding: "zz" })), attempt(() => fs.writeFile("f", 5, () => {})), attempt(() => fs.writeFileSync("f", "x", { flag: "qq" })));`,
  ),
  task(
    "promises.writeFile takes iterables and streams",
    `await fs.promises.writeFile("f", ["a", "b", "é"]); print(fs.readFileSync("f", "utf8")); await fs.promises.writeFile("f", (async function* () { yield "1"; await sleep(1); yield Buffer.from("2"); })()); print(fs.readFileSync("f", "utf8")); await fs.promises.writeFile("f", stream.Readable.from(["x", "y"])); print(fs.readFileSync("f", "utf8")); print(await settle(fs.promises.writeFile("f", [1]))); print(await settle(fs.promises.writeFile("f", (function* () { yield "ok"; throw new Error("mid"); })())), fs.readFileSync("f", "utf8")); const c = new AbortController(); print(await settle(fs.promises.writeFile("f", (async function* () { yield "1"; c.abort(); yield "2"; })(), { signal: c.signal })), fs.readFileSync("f", "utf8"));`,
  ),
  task(
    "read streams: ranges, errors, back-pressure, events in order",
    `fs.writeFileSync("f", "0123456789"); const log = (name, o) => new Promise((done) => { const s = fs.createReadStream("f", o); const seen = []; for (const e of ["open", "ready", "data", "end", "close", "error", "pause", "resume"]) s.on(e, (x) => { seen.push(e === "data" ? String(x) : e); if (e === "close") { print(name, seen, s.bytesRead, s.pending, s.path, s.closed); done(); } }); }); await log("all", {}); await log("range", { start: 2, end: 5, highWaterMark: 2 }); await log("end only", { end: 0 }); await log("start past", { start: 50 }); await log("text", { encoding: "hex", start: 8 }); await log("fd", { fd: fs.openSync("f"), start: 3 }); await log("no close", { emitClose: true, autoClose: true });
     const bad = fs.createReadStream("none"); const seen = []; for (const e of ["open", "ready", "error", "close", "end"]) bad.on(e, () => seen.push(e)); await once(bad, "close").catch(() => {}); await sleep(5); print(seen, bad.destroyed, bad.fd); const d = fs.createReadStream("."); print(await settle(text(d))); const closed = fs.createReadStream(null, { fd: 9999 }); print(await settle(text(closed)));`,
  ),
  task(
    "write streams: positions, flags, events in order, after the end",
    `fs.writeFileSync("f", "0123456789"); const w = fs.createWriteStream("f", { flags: "r+", start: 3 }); const seen = []; for (const e of ["open", "ready", "finish", "close", "drain", "pipe", "error"]) w.on(e, () => seen.push(e)); w.write("AB", () => seen.push("cb1")); w.write(Buffer.from("C"), () => seen.push("cb2")); w.end("D", () => seen.push("end cb")); await once(w, "close"); print(seen, fs.readFileSync("f", "utf8"), w.bytesWritten, w.pending, w.fd); w.write("x", (e) => print(e.code)); w.on("error", (e) => print("error", e.code)); await sleep(5);
     const a = fs.createWriteStream("f", { flags: "a" }); a.end("!"); await once(a, "finish"); const bad = fs.createWriteStream("none/x"); bad.on("error", (e) => print(shape(e))); bad.write("x", (e) => print("cb", e.code)); bad.end(); await once(bad, "close").catch(() => {}); const ex = fs.createWriteStream("f", { flags: "wx" }); ex.on("error", (e) => print(e.code, e.path)); await once(ex, "close").catch(() => {}); const c = fs.createWriteStream("g", { flush: true }); c.cork(); c.write("1"); c.write("2"); c.uncork(); c.end(); await once(c, "close"); print(fs.readFileSync("g", "utf8"), fs.readFileSync("f", "utf8"));`,
  ),
  task(
    "back-pressure of a write stream",
    `const w = fs.createWriteStream("f", { highWaterMark: 1000 }); print(w.write("x".repeat(999)), w.write("y"), w.writableLength, w.writableNeedDrain); await once(w, "drain"); print(w.writableLength, w.writableNeedDrain, w.bytesWritten); let n = 0; while (w.write("z".repeat(100))) n++; print(n); w.end(); await once(w, "finish"); print(fs.statSync("f").size);`,
  ),
  task(
    "pipelines between files fail as a whole",
    `fs.writeFileSync("f", "x".repeat(300000)); const { Transform } = stream; let n = 0; const bad = new Transform({ transform(c, e, done) { n += c.length; done(n > 100000 ? Object.assign(new Error("mid"), { code: "EMID" }) : null, c); } }); const r = fs.createReadStream("f"), w = fs.createWriteStream("g"); print(await settle(pipeline(r, bad, w)), r.destroyed, w.destroyed, r.closed || (await once(r, "close"), true)); print(await settle(pipeline(fs.createReadStream("none"), fs.createWriteStream("h"))), await settle(pipeline(fs.createReadStream("f"), fs.createWriteStream("none/h")))); const c = new AbortController(); const p = settle(pipeline(fs.createReadStream("f", { highWaterMark: 10 }), async function* (s) { for await (const x of s) { c.abort(); yield x; } }, fs.createWriteStream("i"), { signal: c.signal })); print(await p); await pipeline(fs.createReadStream("f"), require("zlib").createGzip(), fs.createWriteStream("z")); print((await text(fs.createReadStream("z").pipe(require("zlib").createGunzip()))).length);`,
  ),
  task(
    "destroying streams before they have opened",
    `fs.writeFileSync("f", "x"); for (const make of [() => fs.createReadStream("f"), () => fs.createWriteStream("g")]) { const s = make(); s.on("open", () => print("open")).on("close", () => print("close", s.fd)).on("error", (e) => print(e.message)); s.destroy(); print(s.destroyed, s.pending); await once(s, "close"); } const e = fs.createReadStream("f"); e.on("error", (x) => print("error", x.message)).on("close", () => print("closed")); e.destroy(new Error("mine"));`,
  ),
  task(
    "fs of one's own in a stream",
    `const calls = []; const own = { open: (...a) => { calls.push("open"); fs.open(...a); }, read: (...a) => { calls.push("read"); fs.read(...a); }, close: (...a) => { calls.push("close"); fs.close(...a); }, write: (...a) => { calls.push("write"); fs.write(...a); } }; fs.writeFileSync("f", "data"); print(await text(fs.createReadStream("f", { fs: own }))); const w = fs.createWriteStream("g", { fs: own }); w.end("x"); await once(w, "close"); print(calls);`,
  ),
  cjs(
    "a file that was removed can still be read and written",
    `fs.writeFileSync("f", "old"); const fd = fs.openSync("f", "r+"); fs.unlinkSync("f"); fs.writeSync(fd, "new!"); const b = Buffer.alloc(10); print(fs.readSync(fd, b, 0, 10, 0), String(b.subarray(0, 4)), fs.fstatSync(fd).nlink, fs.existsSync("f")); fs.writeFileSync("f", "second"); print(fs.readFileSync("f", "utf8"), fs.fstatSync(fd).size); fs.closeSync(fd); const g = fs.openSync("a", "w"); fs.renameSync("a", "b"); fs.writeSync(g, "moved"); print(fs.readFileSync("b", "utf8")); const d = fs.openSync("."); fs.fsyncSync(d); print(fs.fstatSync(d).isDirectory());`,
  ),
  cjs(
    "standard descriptors, /dev and /proc as files",
    `fs.writeSync(1, "to one\\n"); fs.writeFileSync(2, "to two\\n"); print(fs.readFileSync("/dev/null").length, fs.statSync("/dev/null").isCharacterDevice(), fs.readFileSync(0, "utf8"), fs.readSync(fs.openSync("/dev/zero"), Buffer.alloc(4, 1))); fs.writeFileSync("/dev/null", "x"); print(fs.readFileSync("/proc/self/cmdline", "latin1").split("\\0")[1].endsWith("main.js"), fs.readlinkSync("/proc/self/cwd") === process.cwd(), fs.readdirSync("/proc/self/fd").length > 2, fs.fstatSync(0).isFIFO() || fs.fstatSync(0).isSocket());`,
    { stdin: "typed" },
  ),
  cjs(
    "URLs and buffers as paths",
    `const { pathToFileURL } = require("url"); const u = pathToFileURL("sp ace%é#?.txt"); fs.writeFileSync(u, "x"); print(fs.readdirSync(".").includes("sp ace%é#?.txt"), fs.readFileSync(u, "utf8"), fs.existsSync(u), fs.statSync(Buffer.from("sp ace%é#?.txt")).size, attempt(() => fs.readFileSync(new URL("http://x/y"))), attempt(() => fs.readFileSync(new URL("file://host/y"))), attempt(() => fs.readFileSync(new URL("file:///a%2Fb"))), fs.existsSync(new URL("http://x/")), attempt(() => fs.readFileSync("file:///etc"))); fs.unlinkSync(u); fs.mkdirSync(pathToFileURL("d/e"), { recursive: true }); print(fs.readdirSync(pathToFileURL("d")));`,
  ),
  esm(
    "many operations at once, all answered",
    `import fs from "node:fs/promises"; const all = await Promise.all(Array.from({ length: 300 }, async (_, i) => { await fs.writeFile("f" + i, "x".repeat(i)); const h = await fs.open("f" + i); const { size } = await h.stat(); await h.close(); const text = await fs.readFile("f" + i, "utf8"); await fs.unlink("f" + i); return size === i && text.length === i; })); console.log(all.every(Boolean), (await fs.readdir(".")).length);`,
  ),
  cjs(
    "order of callbacks, promises, ticks and immediates around files",
    `fs.writeFileSync("f", "x"); process.nextTick(() => print("tick")); Promise.resolve().then(() => print("micro")); fs.stat("f", () => { print("stat"); process.nextTick(() => print("tick in stat")); Promise.resolve().then(() => print("micro in stat")); setImmediate(() => { print("immediate in stat"); setTimeout(() => print("timeout"), 1); }); }); print("main");`,
  ),
  task(
    "callbacks that throw, and callbacks that are missing",
    `for (const f of ["readFile", "stat", "open", "mkdir", "unlink", "readdir", "access", "exists", "close", "rename"]) print(f, attempt(() => fs[f]("x", 1)).code, attempt(() => fs[f]()).code); print(await call(fs.exists, "main.js")); process.on("uncaughtException", (e) => print("caught", e.message)); fs.stat(".", () => { throw new Error("in callback"); });`,
  ),
  task(
    "promisified and traditional forms agree",
    `const p = util.promisify; fs.writeFileSync("f", "abc"); const fd = fs.openSync("f", "r+"); print(await p(fs.read)(fd, Buffer.alloc(2), 0, 2, 0), await p(fs.write)(fd, "z"), await p(fs.readv)(fd, [Buffer.alloc(1)], 0), await p(fs.writev)(fd, [Buffer.from("q")], 0), await p(fs.exists)("f"), (await p(fs.readFile)("f", "utf8")), await p(fs.realpath)(".") === process.cwd()); print(fs.promises === require("fs/promises"), fs.promises.constants === fs.constants, Object.keys(fs.promises).sort().join(), Object.keys(fs).sort().join(), Object.entries(fs.constants).map(([k, v]) => k + "=" + v).join());`,
  ),
];
