import { cjs, type Script, task } from "./script.ts";

/** Both ways of calling: the error thrown by fs.xSync and the one fs.promises.x rejects with. */
const BOTH = `const both = async (name, ...args) => { print(name, attempt(() => fs[name + "Sync"](...args)), await settle(() => fs.promises[name](...args))); };`;

export const FS_ERROR_SCRIPTS: Script[] = [
  task(
    "every call on a path through a file is ENOTDIR",
    `${BOTH} fs.writeFileSync("f", "");
     for (const name of ["open", "stat", "lstat", "readdir", "unlink", "rmdir", "readlink", "access", "readFile", "opendir", "chmod", "truncate", "mkdir", "realpath"]) await both(name, "f/x");
     await both("utimes", "f/x", 1, 1); await both("lutimes", "f/x", 1, 1); await both("chown", "f/x", 0, 0); await both("lchown", "f/x", 0, 0); await both("rm", "f/x");`,
  ),
  task(
    "calls of two paths name both",
    `${BOTH} fs.writeFileSync("f", ""); fs.mkdirSync("d/e", { recursive: true });
     for (const name of ["rename", "link", "copyFile", "symlink"]) { await both(name, "none", "x/y"); await both(name, "f", "none/y"); await both(name, "f", "f/y"); }
     await both("link", "f", "d"); await both("symlink", "f", "d"); await both("link", "d", "g");`,
  ),
  task(
    "rename over what is in the way",
    `${BOTH} fs.mkdirSync("full/x", { recursive: true }); fs.mkdirSync("empty"); fs.writeFileSync("f", "1"); fs.writeFileSync("g", "2");
     await both("rename", "f", "full"); await both("rename", "full", "f"); await both("rename", "empty", "full"); await both("rename", "full", "full/x/y"); await both("rename", "f", "f");
     await both("rename", "f", "g"); print(fs.readFileSync("g", "utf8"), fs.existsSync("f")); await both("rename", "full", "empty"); print(fs.readdirSync("empty"));`,
  ),
  task(
    "removing what is not of the kind",
    `${BOTH} fs.mkdirSync("d"); fs.writeFileSync("f", ""); fs.symlinkSync("d", "l"); fs.writeFileSync("d/x", "");
     await both("unlink", "d"); await both("rmdir", "f"); await both("rmdir", "l"); await both("rmdir", "d"); await both("rm", "d"); await both("rm", "none"); await both("rmdir", "."); await both("unlink", "none/");`,
  ),
  task(
    "trailing slashes, empty paths and dots",
    `${BOTH} fs.writeFileSync("f", ""); fs.mkdirSync("d"); fs.symlinkSync("d", "l");
     for (const name of ["stat", "lstat", "open", "unlink", "readdir"]) { await both(name, "f/"); await both(name, ""); }
     print(fs.lstatSync("l/").isDirectory(), fs.lstatSync("l").isDirectory()); await both("mkdir", "d/"); await both("mkdir", "n/."); await both("rename", "f/", "g"); await both("rename", "f", "g/");`,
  ),
  task(
    "names that are too long, and null bytes",
    `${BOTH} const long = "n".repeat(256); const deep = "d/".repeat(2100) + "x";
     for (const name of ["open", "stat", "mkdir", "readdir", "unlink"]) { print(attempt(() => fs[name + "Sync"](long)).code, (await settle(() => fs.promises[name](long))).code, attempt(() => fs[name + "Sync"](deep)).code); }
     print(fs.existsSync(long), attempt(() => fs.statSync(long, { throwIfNoEntry: false })).code); await both("stat", "a\\0b"); await both("rename", "a", "b\\0"); print(fs.existsSync("a\\0b"));`,
  ),
  task(
    "loops of symbolic links",
    `${BOTH} fs.symlinkSync("b", "a"); fs.symlinkSync("a", "b"); for (const name of ["stat", "open", "readdir", "realpath", "access", "chmod", "truncate", "mkdir", "rm"]) await both(name, "a");
     print(fs.existsSync("a"), fs.lstatSync("b").isSymbolicLink(), attempt(() => fs.realpathSync.native("a")));`,
  ),
  cjs(
    "open flags by text and by number",
    `const c = fs.constants; fs.writeFileSync("f", "abc"); fs.mkdirSync("d");
     for (const flag of ["r", "rs", "r+", "rs+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+", "as", "as+", "sr", "xw", "xa", "sa"]) for (const name of ["f", "none-" + flag.replace("+", "p")]) { const fd = attempt(() => fs.openSync(name, flag)); print(flag, name, typeof fd === "number" ? "ok" : fd.code); if (typeof fd === "number") fs.closeSync(fd); }
     for (const flag of ["", "q", "rw", "+r", "rr"]) print(attempt(() => fs.openSync("f", flag)));
     print(attempt(() => fs.openSync("d", "w")), attempt(() => fs.openSync("f", c.O_DIRECTORY)), attempt(() => fs.openSync("f", c.O_CREAT | c.O_EXCL)), attempt(() => fs.openSync("new", c.O_CREAT | c.O_WRONLY, 0o200)) > 0, (fs.statSync("new").mode & 0o7777).toString(8));
     fs.symlinkSync("f", "l"); fs.symlinkSync("none", "broken"); print(attempt(() => fs.openSync("l", c.O_NOFOLLOW)), attempt(() => fs.openSync("broken", "wx")), attempt(() => fs.openSync("broken", "w")) > 0, fs.existsSync("none"));`,
  ),
  task(
    "descriptors that are closed, or of the wrong kind",
    `const b = Buffer.alloc(4); fs.writeFileSync("f", "abcd"); const r = fs.openSync("f", "r"), w = fs.openSync("g", "w"), d = fs.openSync(".", "r"); const gone = 9999;
     print(attempt(() => fs.writeSync(r, "x")), attempt(() => fs.readSync(w, b)), attempt(() => fs.readSync(d, b)), attempt(() => fs.ftruncateSync(r, 1)), attempt(() => fs.writeSync(d, "x")));
     for (const f of ["fstatSync", "fsyncSync", "fdatasyncSync", "closeSync", "ftruncateSync", "readFileSync"]) print(f, attempt(() => fs[f](gone))); print(attempt(() => fs.fchmodSync(gone, 0)), attempt(() => fs.fchownSync(gone, 0, 0)), attempt(() => fs.futimesSync(gone, 0, 0)), attempt(() => fs.writevSync(gone, [b])), attempt(() => fs.readvSync(gone, [b])), attempt(() => fs.writeFileSync(gone, "x")), attempt(() => fs.appendFileSync(gone, "x")));
     print(await call(fs.fstat, gone), await call(fs.close, gone), (await call(fs.read, gone, b, 0, 1, 0))[0], (await call(fs.write, gone, "x"))[0]);`,
  ),
  cjs(
    "arguments of the wrong kind are refused before anything happens",
    `const bad = (f, ...a) => { const e = attempt(() => fs[f](...a)); print(f, e?.code, e?.message); };
     bad("readSync", "1"); bad("readSync", 3, "x"); bad("readSync", 3, Buffer.alloc(2), 3); bad("readSync", 3, Buffer.alloc(2), 0, 5); bad("readSync", 3, Buffer.alloc(2), -1); bad("readSync", 3, Buffer.alloc(2), 0, 2, "p"); bad("writeSync", 3, Buffer.alloc(2), 3); bad("writeSync", 3, {}); bad("openSync"); bad("openSync", "f", {}); bad("openSync", "f", "r", "zz"); bad("openSync", "f", "r", -1); bad("closeSync", -1); bad("closeSync", 2 ** 32); bad("closeSync", 1.5); bad("mkdirSync", "d", { recursive: 1 }); bad("mkdirSync", "d", "8"); bad("chmodSync", "f", {}); bad("chmodSync", "f", 2 ** 33); bad("chownSync", "f", "a", 1); bad("utimesSync", "f", "x", 1); bad("truncateSync", "f", 1.5); bad("ftruncateSync", 3, "s"); bad("readdirSync", ".", { encoding: "zz" }); bad("readFileSync", "f", { encoding: "zz" }); bad("readFileSync", "f", 5); bad("accessSync", "f", 9); bad("accessSync", "f", "r"); bad("copyFileSync", "f", "g", 8); bad("copyFileSync", "f"); bad("symlinkSync", "a", "b", "zz"); bad("mkdtempSync", 5); bad("mkdtempSync", "a\\0"); bad("rmSync", ".", { maxRetries: -1 }); bad("rmSync", ".", { recursive: "y" }); bad("cpSync", "a", "b", { mode: 99 }); bad("cpSync", "a", "b", { filter: 1 }); bad("opendirSync", ".", { bufferSize: 0 }); bad("writevSync", 3, "x"); bad("readFile", "f"); bad("stat", "f", 5); bad("watch", "f", 5); bad("watchFile", "f"); bad("createReadStream", "f", { start: 5, end: 2 }); bad("createReadStream", "f", { start: "a" }); bad("createWriteStream", "f", { start: -1 }); bad("createReadStream", 5.5); bad("statfsSync", 5); bad("openAsBlob", 5); bad("globSync", 5);`,
  ),
  cjs(
    "uncaught errors of synchronous calls, with their properties",
    `fs.mkdirSync("d"); process.on("exit", () => { try { fs.renameSync("none", "other"); } catch (e) { console.error(e); } });\nfs.rmdirSync("d/../none");`,
  ),
  cjs("uncaught errors of callbacks have no stack of ours", `fs.readdir("none", (e) => { throw e; });`),
  task("a rejection nobody handles", `await fs.promises.opendir("none");`),
  task(
    "errors of promises have a stack that leads to the caller",
    `async function reader() { await fs.promises.stat("none"); } try { await reader(); } catch (e) { print(e.stack); } try { await fs.promises.rename("a", "b"); } catch (e) { print(e.stack); }`,
  ),
  task(
    "AbortSignal stops reading and writing",
    `const run = async (f) => { const c = new AbortController(); const p = settle(() => f(c.signal)); c.abort(new Error("why")); print(await p); };
     fs.writeFileSync("f", Buffer.alloc(3e6)); await run((signal) => fs.promises.readFile("f", { signal })); await run((signal) => fs.promises.writeFile("g", Buffer.alloc(3e6), { signal })); await run(async (signal) => { const h = await fs.promises.open("f"); try { return await h.readFile({ signal }); } finally { await h.close(); } });
     await run((signal) => new Promise((r, j) => fs.readFile("f", { signal }, (e, d) => (e ? j(e) : r(d.length))))); await run((signal) => new Promise((r, j) => fs.writeFile("h", "x", { signal }, (e) => (e ? j(e) : r("written")))));
     const s = fs.createReadStream("f", { signal: AbortSignal.abort() }); s.on("error", (e) => print(e.name, e.code)); s.on("close", () => print("close", s.destroyed));`,
  ),
  task(
    "permissions are enforced for those who are not the superuser",
    `fs.mkdirSync("w", { mode: 0o777 }); fs.chmodSync("w", 0o777); fs.chmodSync(".", 0o755); fs.writeFileSync("secret", "s", { mode: 0o600 }); fs.mkdirSync("closed", { mode: 0o700 }); fs.writeFileSync("closed/x", ""); fs.writeFileSync("script", "#!/bin/sh\\n", { mode: 0o644 });
     if (process.getuid() === 0) { fs.chownSync("secret", 1, 1); fs.chownSync("closed", 1, 1); process.setgroups([]); process.setgid(1000); process.setuid(1000); print("dropped", process.getuid() === 1000) } else { print("dropped", true); fs.chmodSync("secret", 0); fs.chmodSync("closed", 0); fs.chmodSync(".", 0o555); }
     const show = (f) => { const e = attempt(f); print(e?.code, e?.syscall, e?.path, e?.dest, e?.message); };
     show(() => fs.readFileSync("secret")); show(() => fs.openSync("secret", "r+")); show(() => fs.accessSync("secret", fs.constants.R_OK)); show(() => fs.readdirSync("closed")); show(() => fs.statSync("closed/x")); show(() => fs.writeFileSync("new", "")); show(() => fs.mkdirSync("nd")); show(() => fs.unlinkSync("script")); show(() => fs.renameSync("script", "t")); show(() => fs.symlinkSync("a", "b")); show(() => fs.rmdirSync("w")); show(() => fs.mkdtempSync("x-")); show(() => fs.rmSync("closed", { recursive: true })); show(() => fs.copyFileSync("secret", "w/c")); show(() => fs.accessSync("script", fs.constants.X_OK)); print(fs.existsSync("closed/x"), fs.existsSync("secret"));
     fs.writeFileSync("w/mine", "m"); show(() => fs.chownSync("w/mine", 5, 5)); print(fs.readFileSync("w/mine", "utf8")); await settle(fs.promises.readFile("secret")).then((e) => print(e.code, e.message)); print(await call(fs.opendir, "closed"), await settle(text(fs.createReadStream("secret"))), shape((await once(fs.createWriteStream("closed/z"), "error"))[0]));`,
  ),
  cjs(
    "mkdir recursive and what is in its way",
    `fs.writeFileSync("f", ""); print(attempt(() => fs.mkdirSync("f", { recursive: true })), attempt(() => fs.mkdirSync("f/a/b", { recursive: true })), fs.mkdirSync("a/b/../c", { recursive: true }) === path.resolve("a"), fs.readdirSync("a"), attempt(() => fs.mkdirSync("none/x")));
     fs.mkdir("q/r/s", { recursive: true }, (e, first) => { print(e, first === path.resolve("q")); fs.mkdir("q/r/s", { recursive: true }, (e, first) => { print(e, first); fs.mkdir("f/z", { recursive: true }, (e) => print(shape(e))); }); }); fs.symlinkSync("none", "broken"); print(attempt(() => fs.mkdirSync("broken", { recursive: true })), attempt(() => fs.mkdirSync("broken")));`,
  ),
  cjs(
    "mkdtemp and what it makes",
    `const d = fs.mkdtempSync("t-"); print(d.length, (fs.statSync(d).mode & 0o777).toString(8), attempt(() => fs.mkdtempSync("none/t-")), attempt(() => fs.mkdtempSync("f\\u00e9-", "buffer")) instanceof Buffer); fs.mkdtemp("u-", (e, p) => { print(e, p.slice(0, 2), fs.existsSync(p)); fs.promises.mkdtemp("none/u-").catch((e) => print(e.code, e.path.length)); }); { using t = fs.mkdtempDisposableSync("v-"); fs.writeFileSync(t.path + "/x", ""); print(fs.existsSync(t.path)); globalThis.gone = t.path; } print(fs.existsSync(gone));`,
  ),
  task(
    "readlink of what is no link, realpath of what is not there",
    `fs.writeFileSync("f", ""); print(attempt(() => fs.readlinkSync("f")), attempt(() => fs.realpathSync("none/x")), attempt(() => fs.realpathSync.native("none/x"))); print(await call(fs.readlink, "f"), await call(fs.realpath, "none"), await call(fs.realpath.native, "none"), await settle(fs.promises.realpath("none")));`,
  ),
  task(
    "statfs, fsync and the rest of the seldom used",
    `fs.writeFileSync("f", "x"); const fd = fs.openSync("f", "r+"); print(fs.fsyncSync(fd), fs.fdatasyncSync(fd), Object.keys(fs.statfsSync(".")).join(), typeof fs.statfsSync(".", { bigint: true }).bsize, attempt(() => fs.statfsSync("none"))); print(await call(fs.statfs, "none"), await call(fs.fsync, fd), await call(fs.fdatasync, fd));`,
  ),
];
