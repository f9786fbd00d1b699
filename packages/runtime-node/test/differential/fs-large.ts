import { cjs, type Script, task } from "./script.ts";

export const FS_LARGE_SCRIPTS: Script[] = [
  cjs(
    "files larger than any message are read whole at once",
    `fs.writeFileSync("f", ""); fs.truncateSync("f", 270_000_000); print(fs.readFileSync("f").length, fs.readFileSync("f", "utf8").length, fs.readFileSync(fs.openSync("f"), "utf8").length); const b = Buffer.alloc(270_000_000), fd = fs.openSync("f"); print(fs.readSync(fd, b, 0, b.length, 0), fs.readvSync(fd, [b.subarray(0, 100_000_000), b.subarray(100_000_000)], 0)); fs.truncateSync("f", 0);`,
  ),
  task(
    "files larger than any message are read whole later",
    `fs.writeFileSync("f", ""); fs.truncateSync("f", 270_000_000); print((await fs.promises.readFile("f")).length, (await new Promise((done) => fs.readFile("f", (e, b) => done(b)))).length); const b = Buffer.alloc(270_000_000), h = await fs.promises.open("f"); print((await h.read(b, 0, b.length, 0)).bytesRead); await h.close();
     fs.truncateSync("f", 2 ** 31 + 5); print(attempt(() => fs.readFileSync("f")), await settle(fs.promises.readFile("f")), await call(fs.readFile, "f")); fs.truncateSync("f", 0);`,
  ),
  cjs(
    "writes larger than any message arrive whole at once",
    `const b = Buffer.alloc(270_000_000, "abcdefg"), size = () => { const t = Buffer.alloc(3), fd = fs.openSync("f"); fs.readSync(fd, t, 0, 3, 269_999_990); return [fs.fstatSync(fd).size, String(t)]; }; fs.writeFileSync("f", b); print(size()); fs.writeFileSync("f", b.toString("latin1")); print(size()); const fd = fs.openSync("f", "w"); print(fs.writeSync(fd, b), fs.writeSync(fd, b, 0, b.length, 5), size()); print(fs.writevSync(fd, [b.subarray(0, 200_000_000), b.subarray(200_000_000)], 0)); fs.truncateSync("f", 0);`,
  ),
  task(
    "writes larger than any message arrive whole later",
    `const b = Buffer.alloc(270_000_000, "abcdefg"), size = () => { const t = Buffer.alloc(3), fd = fs.openSync("f"); fs.readSync(fd, t, 0, 3, 269_999_990); return [fs.fstatSync(fd).size, String(t)]; }; await fs.promises.writeFile("f", b); print(size()); print(await call(fs.writeFile, "f", b), size()); const fd = fs.openSync("f", "w"); print((await call(fs.write, fd, b, 0, b.length, 0)).slice(0, 2)); const s = fs.createWriteStream("f"); s.end(b); await once(s, "close"); print(size()); fs.truncateSync("f", 0);`,
  ),
  task(
    "output larger than any message arrives whole at pipes and sockets",
    `const b = Buffer.alloc(270_000_000, "x"); const c = cp.spawn("wc", ["-c"]); c.stdin.end(b); print((await text(c.stdout)).trim()); print(cp.execSync("node -e 'process.stdout.write(Buffer.alloc(270_000_000))' | wc -c").toString().trim());
     const server = require("node:net").createServer((s) => { let n = 0; s.on("data", (d) => (n += d.length)); s.on("end", () => { print(n); s.end(); server.close(); }); }); server.listen(0, () => require("node:net").connect(server.address().port).end(b));`,
  ),
  cjs(
    "hundreds of files are read at once",
    `fs.writeFileSync("f", Buffer.alloc(500_000)); fs.writeFileSync("g", Buffer.alloc(1_000_000)); const all = (read) => Promise.all(Array.from({ length: 450 }, (_, i) => read(i % 2 ? "f" : "g"))).then((list) => list.reduce((sum, b) => sum + b.length, 0));
     all((f) => new Promise((done) => fs.readFile(f, (e, b) => done(b)))).then(print).then(() => all((f) => fs.promises.readFile(f))).then(print); for (const end = Date.now() + 500; Date.now() < end; );`,
  ),
];
