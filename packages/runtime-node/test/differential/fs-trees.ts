import { cjs, esm, type Script, task } from "./script.ts";

/** Paths below a directory with their kinds, modes and contents. */
const TREE = `const tree = (root) => fs.readdirSync(root, { recursive: true }).sort().map((name) => { const at = path.join(root, name), s = fs.lstatSync(at); return name + (s.isSymbolicLink() ? " -> " + fs.readlinkSync(at).replace(process.cwd(), "CWD") : s.isDirectory() ? "/" : " " + fs.readFileSync(at, "utf8")) + " " + (s.mode & 0o7777).toString(8); });
const grow = () => { fs.mkdirSync("from/a/b", { recursive: true }); fs.mkdirSync("from/empty"); fs.writeFileSync("from/x", "x", { mode: 0o640 }); fs.writeFileSync("from/a/y", "y", { mode: 0o755 }); fs.writeFileSync("from/a/b/z", "z"); fs.symlinkSync("x", "from/l"); fs.symlinkSync("../x", "from/a/up"); fs.symlinkSync("a", "from/d"); fs.symlinkSync("none", "from/broken"); };
const both = async (from, to, options) => { print(attempt(() => fs.cpSync(from, to, options)), await settle(() => fs.promises.cp(from, to + "-async", options))); };`;

export const FS_TREE_SCRIPTS: Script[] = [
  task(
    "cp copies trees with their links and modes",
    `${TREE} grow(); await both("from", "to", { recursive: true }); print(tree("to"), tree("to-async"));`,
  ),
  task(
    "cp keeps links verbatim or follows them",
    `${TREE} grow(); fs.unlinkSync("from/broken"); await both("from", "v", { recursive: true, verbatimSymlinks: true }); await both("from", "d", { recursive: true, dereference: true }); print(tree("v"), tree("v-async"), tree("d"), tree("d-async"));`,
  ),
  task(
    "cp refuses what Node refuses",
    `${TREE} grow(); fs.writeFileSync("file", "f"); fs.mkdirSync("dir"); fs.mkdirSync("dir-async"); fs.writeFileSync("file-async", "g");
     await both("from", "to"); await both("none", "to"); await both("from", "file", { recursive: true }); await both("file", "dir"); await both("from", "from/a/in", { recursive: true }); await both("from", "from", { recursive: true }); await both("file", "file"); await both("from/x", "none/deep/x"); print(fs.readFileSync("none/deep/x", "utf8"));`,
  ),
  task(
    "cp onto what is there",
    `${TREE} grow(); for (const to of ["to", "to-async"]) { fs.mkdirSync(to + "/a", { recursive: true }); fs.writeFileSync(to + "/x", "old"); fs.writeFileSync(to + "/own", "own"); fs.writeFileSync(to + "/a/y", "old"); }
     fs.unlinkSync("from/broken"); fs.unlinkSync("from/d"); fs.unlinkSync("from/l"); fs.unlinkSync("from/a/up"); await both("from", "to", { recursive: true, force: false }); print(tree("to"), tree("to-async")); await both("from", "to", { recursive: true, force: false, errorOnExist: true }); await both("from", "to", { recursive: true }); print(tree("to"), tree("to-async"));`,
  ),
  task(
    "cp asks its filter",
    `${TREE} grow(); const seen = []; fs.cpSync("from", "to", { recursive: true, filter: (from, to) => { seen.push(from + ">" + to); return !from.endsWith("y") && !from.endsWith("b"); } }); print(seen.sort(), tree("to")); await fs.promises.cp("from", "async", { recursive: true, filter: async (from) => { await sleep(1); return !from.includes("a/"); } }); print(tree("async")); print(attempt(() => fs.cpSync("from", "p", { recursive: true, filter: async () => true })));`,
  ),
  task(
    "cp preserves timestamps if asked",
    `${TREE} fs.mkdirSync("from"); fs.writeFileSync("from/f", "x"); fs.utimesSync("from/f", 1000, 2000); await both("from", "to", { recursive: true, preserveTimestamps: true }); print(fs.statSync("to/f").mtimeMs, fs.statSync("to-async/f").mtimeMs); await both("from/f", "one", { preserveTimestamps: true }); print(fs.statSync("one").mtimeMs, fs.statSync("one-async").mtimeMs); fs.cpSync("from/f", "new"); print(fs.statSync("new").mtimeMs > 1e12);`,
  ),
  cjs(
    "cp calls back, and takes URLs",
    `const { pathToFileURL } = require("url"); fs.mkdirSync("a"); fs.writeFileSync("a/f", "x"); fs.cp("a", "b", (e) => { print(shape(e)); fs.cp(pathToFileURL("a"), pathToFileURL("c"), { recursive: true }, (e) => print(e, fs.readdirSync("c"))); }); print(attempt(() => fs.cpSync("a", "b", { mode: 99 })), attempt(() => fs.cp("a", "b")));`,
  ),
  task(
    "cp with COPYFILE_EXCL, of special files and special modes",
    `fs.writeFileSync("a", "1"); fs.writeFileSync("b", "2"); print(await settle(fs.promises.cp("a", "b", { mode: fs.constants.COPYFILE_EXCL })), attempt(() => fs.cpSync("a", "b", { mode: fs.constants.COPYFILE_EXCL }))); cp.execSync("mkfifo pipe"); print(attempt(() => fs.cpSync("pipe", "q")), await settle(fs.promises.cp("pipe", "q"))); fs.chmodSync("a", 0o400); fs.cpSync("a", "ro"); print((fs.statSync("ro").mode & 0o777).toString(8));`,
  ),
  task(
    "rm with force, retries, on links and on trees",
    `${TREE} grow(); fs.rmSync("from/d"); print(fs.existsSync("from/a/y")); print(attempt(() => fs.rmSync("from/a")), await settle(fs.promises.rm("from/a")), attempt(() => fs.rmSync("none", { recursive: true })), await settle(fs.promises.rm("none", { recursive: true })), fs.rmSync("none", { force: true }), await fs.promises.rm("none", { force: true, recursive: true })); fs.symlinkSync("from", "link"); fs.rmSync("link", { recursive: true }); print(fs.existsSync("from/x")); await fs.promises.rm("from", { recursive: true }); print(fs.existsSync("from"), attempt(() => fs.rmSync("x\\0"))); print(attempt(() => fs.rmdirSync("none", { recursive: true })));`,
  ),
  task(
    "opendir in all its ways",
    `fs.mkdirSync("d/e/g", { recursive: true }); for (const n of ["d/f", "d/e/h", "d/e/g/i"]) fs.writeFileSync(n, ""); fs.symlinkSync("f", "d/l");
     const show = (e) => e && [e.name, e.parentPath, e.isFile(), e.isDirectory(), e.isSymbolicLink(), e.isFIFO(), e.isSocket(), e.isBlockDevice(), e.isCharacterDevice()].join();
     const all = []; for await (const e of await fs.promises.opendir("d", { recursive: true, bufferSize: 2 })) all.push(show(e)); print(all.sort());
     const d = fs.opendirSync("d", { bufferSize: 1 }); const names = []; for (let e; (e = await d.read()); ) names.push(show(e)); print(names.sort()); await d.close(); print(await settle(d.close()), attempt(() => d.closeSync()), await settle(d.read()), attempt(() => d.readSync()));
     const r = fs.opendirSync("d", { recursive: true }); const rec = []; for (let e; (e = r.readSync()); ) rec.push(path.join(e.parentPath, e.name)); r.closeSync(); print(rec.sort());
     fs.opendir("d", (e, dir) => { print(e, dir.path, dir.constructor.name); dir.read((e, entry) => { print(e, entry.constructor.name); attempt(() => print(dir.readSync() !== null)); dir.close((e) => { print("closed", e); dir.close((e) => print(e.code)); }); }); });`,
  ),
  task(
    "a directory closes itself at the end of the loop, and when it is disposed of",
    `fs.mkdirSync("d"); fs.writeFileSync("d/a", ""); fs.writeFileSync("d/b", ""); const dir = await fs.promises.opendir("d"); for await (const e of dir) break; print(await settle(dir.read())); let kept; { await using other = await fs.promises.opendir("d"); kept = other; } print(await settle(kept.close())); { using third = fs.opendirSync("d"); kept = third; } print(attempt(() => kept.readSync())); const fourth = fs.opendirSync("d"); const p = fourth.read(); print(attempt(() => fourth.readSync())); await p; fourth.closeSync();`,
  ),
  task(
    "readdir of every kind of entry, by name and as buffers",
    `fs.mkdirSync("d/sub", { recursive: true }); fs.writeFileSync("d/f", ""); fs.symlinkSync("none", "d/broken"); cp.execSync("mkfifo d/pipe"); const s = require("net").createServer().listen("d/sock"); await once(s, "listening"); fs.writeFileSync(Buffer.concat([Buffer.from("d/"), Buffer.from([0xff, 0x41])]), "");
     const kind = (e) => [typeof e.name === "string" ? e.name : e.name.toString("hex"), ["File", "Directory", "SymbolicLink", "FIFO", "Socket"].filter((k) => e["is" + k]()).join()].join(); print(fs.readdirSync("d", { withFileTypes: true }).map(kind).sort(), fs.readdirSync("d", { withFileTypes: true, encoding: "buffer" }).map(kind).sort(), fs.readdirSync("d", "hex").sort(), fs.readdirSync("d", { encoding: "latin1" }).map((n) => n.length).sort(), (await fs.promises.readdir("d", { withFileTypes: true })).map(kind).sort()); print(fs.readFileSync(Buffer.from("642fff41", "hex"), "utf8") === "", fs.lstatSync("d/pipe").isFIFO(), fs.lstatSync("d/sock").isSocket()); s.close();`,
  ),
  task(
    "readdir recursive with types, of files and links",
    `fs.mkdirSync("d/e/g", { recursive: true }); fs.writeFileSync("d/e/f", ""); fs.symlinkSync("e", "d/link"); print(fs.readdirSync("d", { recursive: true }).sort(), (await fs.promises.readdir("d", { recursive: true })).sort(), (await fs.promises.readdir("d", { recursive: true, withFileTypes: true })).map((e) => e.parentPath + ":" + e.name + e.isSymbolicLink()).sort()); fs.readdir("d", { recursive: true }, (e, n) => print(n.sort())); print(fs.readdirSync("d", { recursive: true, withFileTypes: true }).map((e) => [e.parentPath, e.name, e.isDirectory()].join()).sort(), fs.readdirSync("./d/", { recursive: true, encoding: "buffer" }).map(String).sort());`,
  ),
  task(
    "glob with patterns, exclusion, types and cwd",
    `for (const f of ["a/b/c.js", "a/d.ts", "a/.hidden/x.js", "node_modules/m/i.js", "top.js", "a/b/e.JS"]) { fs.mkdirSync(path.dirname(f), { recursive: true }); fs.writeFileSync(f, ""); } fs.unlinkSync("main.js");
     const g = (p, o) => print(p, fs.globSync(p, o).map((e) => (typeof e === "string" ? e : e.parentPath.replace(process.cwd(), "CWD") + "|" + e.name)).sort()); g("**/*.js"); g("**"); g("a/*"); g("{a,top}*"); g("**/[cd].?s"); g(["*.js", "a/**/*.ts"]); g("**/*.js", { exclude: (n) => n === "node_modules" }); g("**/*.js", { exclude: ["node_modules/**"] }); g("*", { cwd: "a" }); g("b/*", { cwd: "a", withFileTypes: true }); g("none/*"); g("../" + path.basename(process.cwd()) + "/top.*"); g("a/**/"); g("./a/./b/*.js"); for await (const f of fs.promises.glob("*.js")) print(f); fs.glob("a/*.ts", (e, m) => print(e, m)); print(path.matchesGlob("a/b/c.js", "a/**/*.js"));`,
  ),
  task(
    "symbolic links: targets as they are, chains, types",
    `fs.mkdirSync("d"); fs.writeFileSync("d/f", "x"); fs.symlinkSync("d/../d/./f", "a"); fs.symlinkSync("a", "b"); fs.symlinkSync(path.resolve("d"), "abs"); fs.symlinkSync("d", "dl", "dir"); fs.symlinkSync(Buffer.from("b"), "buf"); print(fs.readlinkSync("a"), fs.readlinkSync("b", "buffer"), fs.readlinkSync("abs") === path.resolve("d"), fs.readFileSync("buf", "utf8"), fs.realpathSync("b") === path.resolve("d/f"), fs.realpathSync("abs/f") === path.resolve("d/f"), fs.realpathSync.native("dl/../d/f") === path.resolve("d/f"), fs.realpathSync("dl", "buffer") instanceof Buffer, fs.realpathSync("/"), fs.realpathSync("") === process.cwd()); print(attempt(() => fs.symlinkSync("", "e")), attempt(() => fs.symlinkSync("x", ""))); fs.linkSync("b", "hard"); print(fs.lstatSync("hard").isSymbolicLink(), fs.lstatSync("b").nlink); print(await call(fs.readlink, "a"), (await call(fs.realpath, "b"))[1] === path.resolve("d/f"), await call(fs.lchown, "a", process.getuid(), process.getgid())); fs.chmodSync("a", 0o600); print((fs.statSync("d/f").mode & 0o777).toString(8));`,
  ),
  task(
    "realpath follows the cache-free rules of Node",
    `fs.mkdirSync("x/y", { recursive: true }); fs.symlinkSync("../..", "x/y/up"); fs.writeFileSync("t", ""); print(path.relative(process.cwd(), fs.realpathSync("x/y/up/t")), attempt(() => fs.realpathSync("t/z")), attempt(() => fs.realpathSync.native("t/z")), fs.realpathSync("x/y/up/x/y/up/x") === path.resolve("x"), fs.realpathSync("x//y/../y/.") === path.resolve("x/y")); fs.symlinkSync("self", "self"); print(attempt(() => fs.realpathSync("self"))); print(await call(fs.realpath, "self"), path.relative(process.cwd(), (await call(fs.realpath, "x/y/up/t"))[1]));`,
  ),
  cjs(
    "modes: setuid bits, umask, chmod by text",
    `process.umask(0); fs.writeFileSync("a", "", { mode: 0o666 }); fs.mkdirSync("d", 0o777); fs.mkdirSync("s", { mode: "0755" }); print(["a", "d", "s"].map((f) => (fs.statSync(f).mode & 0o7777).toString(8))); process.umask("077"); fs.writeFileSync("b", ""); fs.mkdirSync("e"); fs.mkdirSync("p/q", { recursive: true, mode: 0o770 }); fs.closeSync(fs.openSync("o", "w", 0o644)); fs.createWriteStream("w", { mode: 0o666 }).end(() => print((fs.statSync("w").mode & 0o7777).toString(8))); print(["b", "e", "p", "p/q", "o"].map((f) => (fs.statSync(f).mode & 0o7777).toString(8)), process.umask()); fs.chmodSync("a", "4755"); print((fs.statSync("a").mode & 0o7777).toString(8)); fs.chmodSync("d", 0o1777); print((fs.statSync("d").mode & 0o7777).toString(8), attempt(() => process.umask("9")), attempt(() => process.umask({})), attempt(() => process.umask(2 ** 32))); fs.fchmodSync(fs.openSync("a"), 0o600); print((fs.statSync("a").mode & 0o7777).toString(8)); fs.writeFileSync("a", "again", { mode: 0o777 }); print((fs.statSync("a").mode & 0o7777).toString(8)); fs.copyFileSync("a", "copy"); fs.appendFileSync("app", "x", { mode: 0o600 }); print(["copy", "app"].map((f) => (fs.statSync(f).mode & 0o7777).toString(8))); fs.accessSync("a", fs.constants.R_OK | fs.constants.W_OK);`,
  ),
  cjs(
    "times: fractions, dates, text, nanoseconds, before 1970",
    `fs.writeFileSync("f", ""); const show = () => { const s = fs.statSync("f", { bigint: true }); print(s.atimeNs, s.mtimeNs, s.mtimeMs, s.mtime.toISOString()); }; fs.utimesSync("f", 1.5, 2.25); show(); fs.utimesSync("f", new Date(1234), new Date("2020-02-03T04:05:06.789Z")); show(); fs.utimesSync("f", "10", "20.5"); show(); fs.utimesSync("f", 1600000000.123456, 1600000000.999999); show(); fs.utimesSync("f", 0, 4294967297); show(); print(fs.statSync("f").mtimeMs, fs.statSync("f").mtime); const fd = fs.openSync("f", "r+"); fs.futimesSync(fd, 7, 8.001); show(); fs.utimes("f", 3, 4, (e) => { print(e); show(); fs.futimes(fd, 5, 6, (e) => { print(e); show(); fs.lutimes("f", 9, 9, (e) => { print(e); show(); }); }); }); print(attempt(() => fs.utimesSync("f", NaN, 1)), attempt(() => fs.utimesSync("f", Infinity, 1)), attempt(() => fs.utimesSync("f", {}, 1)));`,
  ),
  cjs(
    "what changes which time of a file",
    `const now = () => { const s = fs.statSync("f", { bigint: true }); return [s.atimeNs, s.mtimeNs, s.ctimeNs]; }; const wait = () => { const end = Date.now() + 15; while (Date.now() < end); }; fs.writeFileSync("f", "abc"); let last = now(); const step = (name, f) => { wait(); f(); const next = now(); print(name, next.slice(1).map((v, i) => v > last[i + 1])); last = next; }; step("write", () => fs.appendFileSync("f", "x")); step("chmod", () => fs.chmodSync("f", 0o600)); step("truncate", () => fs.truncateSync("f", 1)); step("same size", () => fs.truncateSync("f", 1)); step("rename", () => { fs.renameSync("f", "g"); fs.renameSync("g", "f"); }); step("link", () => fs.linkSync("f", "h")); step("unlink", () => fs.unlinkSync("h")); step("open w", () => fs.closeSync(fs.openSync("f", "w"))); step("empty write", () => fs.appendFileSync("f", "")); step("nothing", () => fs.closeSync(fs.openSync("f", "a"))); fs.mkdirSync("d"); const dir = () => fs.statSync("d", { bigint: true }).mtimeNs; let before = dir(); wait(); fs.writeFileSync("d/x", ""); print("entry", dir() > before); before = dir(); wait(); fs.writeFileSync("d/x", "more"); print("content", dir() > before); wait(); fs.unlinkSync("d/x"); print("removed", dir() > before);`,
  ),
  task(
    "stats: numbers of links, blocks, printing",
    `fs.mkdirSync("d/e", { recursive: true }); fs.writeFileSync("f", "x".repeat(5000)); fs.linkSync("f", "g"); const s = fs.statSync("f"); print(s.nlink, s.size, s.isFile(), fs.statSync("g").ino === s.ino, s.blksize, Object.keys(s), s.constructor.name, s.mtime instanceof Date, Math.round(s.mtimeMs) === +s.mtime); print(fs.statSync("d").isDirectory(), fs.statSync("d").nlink); const b = fs.statSync("f", { bigint: true }); print(typeof b.size, b.size, b.constructor.name, Object.keys(b)); print(Object.keys(JSON.parse(JSON.stringify(s)))); print((await call(fs.lstat, "f", { bigint: true }))[1].size, (await call(fs.stat, "f"))[1] instanceof fs.Stats, (await call(fs.fstat, fs.openSync("f")))[1].ino === s.ino, await settle(fs.promises.stat("none", { throwIfNoEntry: false }))); print(s.dev === fs.statSync("d").dev, s.rdev, s.uid === process.getuid(), s.gid === process.getgid(), fs.statSync("/dev/null").isCharacterDevice(), fs.statSync("/").isDirectory());`,
  ),
  esm(
    "a tree with many files is walked, read and removed",
    `import fs from "node:fs"; import fsp from "node:fs/promises"; for (let i = 0; i < 20; i++) { fs.mkdirSync("t/d" + i, { recursive: true }); await Promise.all(Array.from({ length: 20 }, (_, j) => fsp.writeFile("t/d" + i + "/f" + j, String(i * j)))); } const names = await fsp.readdir("t", { recursive: true }); console.log(names.length); const sums = await Promise.all(names.filter((n) => n.includes("/")).map(async (n) => Number(await fsp.readFile("t/" + n, "utf8")))); console.log(sums.reduce((a, b) => a + b)); await fsp.cp("t", "u", { recursive: true }); console.log((await fsp.readdir("u", { recursive: true })).length); await fsp.rm("t", { recursive: true }); console.log(fs.readdirSync(".").sort());`,
  ),
  task(
    "readdir goes round links that lead back, as often as a path may",
    `fs.mkdirSync("p/q", { recursive: true }); fs.symlinkSync("..", "p/q/up"); fs.symlinkSync("nowhere", "p/dangling"); fs.symlinkSync("self", "p/self"); print(fs.readdirSync("p", { recursive: true }).length, fs.readdirSync("p", { recursive: true, withFileTypes: true }).length, (await fs.promises.readdir("p", { recursive: true })).length, (await call(fs.readdir, "p", { recursive: true }))[1].length); fs.rmSync("p", { recursive: true }); print(fs.existsSync("p"));`,
  ),
  task(
    "copyFile onto the same file, by itself and by its links",
    `fs.writeFileSync("f", "x"); fs.symlinkSync("f", "soft"); fs.linkSync("f", "hard"); for (const [a, b] of [["f", "f"], ["f", "soft"], ["soft", "f"], ["f", "hard"]]) for (const mode of [0, fs.constants.COPYFILE_EXCL]) print(a, b, mode, attempt(() => fs.copyFileSync(a, b, mode)), await settle(fs.promises.copyFile(a, b, mode)), fs.readFileSync(b, "utf8"));`,
  ),
  task(
    "watch tells of no change where an empty write makes none",
    `fs.mkdirSync("w"); const seen = []; const w = fs.watch("w", (...event) => { seen.push(event); if (event[1] === "end") { w.close(); print(seen); } }); await sleep(20); fs.writeFileSync("w/f", ""); fs.writeSync(fs.openSync("w/f", "a"), ""); fs.mkdirSync("w/end");`,
  ),
];
