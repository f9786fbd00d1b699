import type { Script } from "./script.ts";

const fs = (name: string, code: string): Script => ({
  name,
  code: `const fs = require("fs"), path = require("path"); const t = (f) => { try { return f() } catch (e) { return [e.code, e.message, e.syscall, e.path, e.dest, e.errno] } };\n${code}`,
});

const promises = (name: string, code: string): Script => ({
  name,
  files: {
    "main.mjs": `import fs from "node:fs/promises"; import { createReadStream, createWriteStream, constants } from "node:fs"; const t = async (f) => { try { return await f() } catch (e) { return [e.code, e.message, e.syscall, e.path, e.dest] } };\n${code}`,
  },
});

export const FS_SCRIPTS: Script[] = [
  fs(
    "calls what a program has put in the place of its functions",
    "const { fsyncSync, openSync } = fs; let calls = []; fs.fsyncSync = (fd) => (calls.push('fsync'), fsyncSync(fd)); fs.openSync = (...a) => (calls.push('open ' + a[1]), openSync(...a)); fs.writeFileSync('a', 'one', { flush: true }); console.log(calls, fs.readFileSync('a', 'latin1'), calls)",
  ),
  fs(
    "checks descriptors",
    "for (const fd of ['', undefined, {}, -1, 1.5, 2 ** 31, NaN, 99]) for (const k of ['closeSync', 'fsyncSync', 'fdatasyncSync', 'fchmodSync', 'fstatSync', 'ftruncateSync', 'fchownSync', 'futimesSync', 'readSync']) console.log(k, t(() => fs[k](fd, k === 'readSync' ? Buffer.alloc(1) : 1, 1)))",
  ),
  fs(
    "refuses copies of what cannot be copied there",
    "fs.mkdirSync('d/sub', { recursive: true }); fs.writeFileSync('f', 'f'); fs.symlinkSync('f', 'l'); fs.symlinkSync('d', 'ld'); const r = { recursive: true }; for (const [a, b, o] of [['d', 'e'], ['d', 'd', r], ['f', 'f'], ['l', 'f'], ['f', 'd'], ['d', 'f', r], ['d', 'd/sub/x', r], ['no', 'x'], ['l', 'm'], ['l', 'm'], ['f', 'x/y/z'], ['f', 'x/y/z', { force: false }], ['f', 'x/y/z', { force: false, errorOnExist: true }], ['ld', 'n', r], ['f', 'ld']]) console.log(a, b, t(() => fs.cpSync(a, b, o))); console.log(fs.lstatSync('n').isSymbolicLink(), fs.lstatSync('ld').isSymbolicLink())",
  ),
  fs(
    "copies links so that none loses what it leads to",
    "const at = process.cwd() + '/', show = (v) => JSON.stringify(v)?.replaceAll(at, ''); fs.mkdirSync('q/a', { recursive: true }); fs.symlinkSync(at + 'q/a', 'q/link'); const copy = (to, o) => console.log(to, show(t(() => fs.cpSync('q', to, { recursive: true, ...o })))); copy('w'); copy('w'); fs.mkdirSync('r'); fs.symlinkSync(at + 'q', 'r/link'); copy('r'); fs.symlinkSync('../f', 'q/out'); copy('v', { verbatimSymlinks: true }); copy('u'); console.log(fs.readlinkSync('v/out'), show(fs.readlinkSync('u/out')))",
  ),
  fs(
    "writes, reads and appends",
    "fs.writeFileSync('a', 'one'); fs.appendFileSync('a', Buffer.from('two')); console.log(fs.readFileSync('a', 'utf8'), fs.readFileSync('a'), fs.readFileSync('a', 'latin1'))",
  ),
  fs(
    "names what is missing in every call",
    "for (const f of ['readFileSync', 'statSync', 'lstatSync', 'readdirSync', 'unlinkSync', 'rmdirSync', 'readlinkSync', 'realpathSync', 'accessSync', 'opendirSync', 'truncateSync']) console.log(f, t(() => fs[f]('no/where')))",
  ),
  fs(
    "names both paths",
    "console.log(t(() => fs.renameSync('no', 'x')), t(() => fs.linkSync('no', 'x')), t(() => fs.copyFileSync('no', 'x')), t(() => fs.symlinkSync('a', 'no/x')))",
  ),
  fs("shows the stack of a failed call", "fs.readFileSync('nowhere')"),
  fs("shows the stack of a failed stat", "function f() { fs.statSync('nowhere') }\nf()"),
  fs("shows a failure of a promise", "fs.promises.readFile('nowhere')"),
  fs(
    "answers what a stat is",
    "fs.writeFileSync('f', 'x'); fs.mkdirSync('d'); fs.symlinkSync('f', 'l'); for (const n of ['f', 'd', 'l']) { const s = fs.lstatSync(n); console.log(n, s.isFile(), s.isDirectory(), s.isSymbolicLink(), (s.mode & 0o777).toString(8), s.size, s.nlink, s.mtime instanceof Date) }",
  ),
  fs(
    "answers big stats",
    "fs.writeFileSync('f', 'xyz'); const s = fs.statSync('f', { bigint: true }); console.log(s.size, typeof s.mtimeNs, s.mtimeNs / 1000000n === s.mtimeMs)",
  ),
  fs(
    "answers undefined instead of throwing",
    "console.log(fs.statSync('no', { throwIfNoEntry: false }), fs.lstatSync('no', { throwIfNoEntry: false }), fs.existsSync('no'), fs.existsSync('.'))",
  ),
  fs(
    "keeps two stats apart",
    "fs.writeFileSync('a', '1'); fs.writeFileSync('b', '22'); const x = fs.statSync('a'), y = fs.statSync('b'); console.log(x.size, y.size)",
  ),
  fs(
    "makes and removes directories",
    "console.log(fs.mkdirSync('a/b/c', { recursive: true }) === path.resolve('a'), fs.mkdirSync('a/b/c', { recursive: true }), t(() => fs.mkdirSync('a')), t(() => fs.rmdirSync('a')), fs.readdirSync('a')); fs.rmSync('a', { recursive: true }); console.log(fs.existsSync('a'), t(() => fs.rmSync('a')), fs.rmSync('a', { force: true }))",
  ),
  fs(
    "lists with types",
    "fs.mkdirSync('d/e', { recursive: true }); fs.writeFileSync('d/f', ''); fs.symlinkSync('f', 'd/l'); console.log(fs.readdirSync('d', { withFileTypes: true }).map((e) => [e.name, e.isFile(), e.isDirectory(), e.isSymbolicLink(), e.parentPath]).sort())",
  ),
  fs(
    "lists recursively",
    "fs.mkdirSync('d/e/g', { recursive: true }); fs.writeFileSync('d/e/f', ''); console.log(fs.readdirSync('d', { recursive: true }).sort(), fs.readdirSync('d', { recursive: true, withFileTypes: true }).map((e) => path.join(e.parentPath, e.name)).sort())",
  ),
  fs(
    "lists as buffers",
    "fs.mkdirSync('d'); fs.writeFileSync('d/\\u00e9', ''); console.log(fs.readdirSync('d'), fs.readdirSync('d', 'buffer'), fs.readdirSync(Buffer.from('d')))",
  ),
  fs(
    "works with descriptors",
    "const fd = fs.openSync('f', 'w+'); console.log(fs.writeSync(fd, 'hello'), fs.writeSync(fd, Buffer.from('XY'), 0, 2, 1), fs.fstatSync(fd).size); const b = Buffer.alloc(10); console.log(fs.readSync(fd, b, 0, 10, 0), b.toString(), fs.readSync(fd, b), fs.ftruncateSync(fd, 3), fs.readFileSync('f', 'utf8')); fs.closeSync(fd); console.log(t(() => fs.closeSync(fd)), t(() => fs.readSync(fd, b)), t(() => fs.writeSync(fd, 'x')))",
  ),
  fs(
    "reads and writes vectors",
    "const fd = fs.openSync('f', 'w+'); console.log(fs.writevSync(fd, [Buffer.from('ab'), Buffer.from('cde')])); const x = Buffer.alloc(2), y = Buffer.alloc(9); console.log(fs.readvSync(fd, [x, y], 0), x, y)",
  ),
  fs(
    "honours flags",
    "fs.writeFileSync('f', '1'); console.log(t(() => fs.writeFileSync('f', '2', { flag: 'wx' })), t(() => fs.openSync('f', 'zz')), fs.writeFileSync('f', '3', { flag: 'a' }), fs.readFileSync('f', 'utf8'), t(() => fs.readFileSync('.')))",
  ),
  fs(
    "links, symlinks, real paths",
    "fs.writeFileSync('f', 'x'); fs.linkSync('f', 'h'); fs.symlinkSync('f', 's'); fs.symlinkSync('loop', 'loop'); console.log(fs.statSync('h').nlink, fs.readlinkSync('s'), fs.realpathSync('s'), fs.realpathSync.native('s'), t(() => fs.statSync('loop')))",
  ),
  fs(
    "changes modes and times",
    "fs.writeFileSync('f', ''); fs.chmodSync('f', 0o640); fs.utimesSync('f', 1000, 2000.5); const s = fs.statSync('f'); console.log((s.mode & 0o777).toString(8), s.atimeMs, s.mtimeMs); fs.futimesSync(fs.openSync('f'), 1, 2); console.log(fs.statSync('f').mtimeMs); fs.symlinkSync('f', 'l'); fs.lutimesSync('l', 5, 6); console.log(fs.lstatSync('l').mtimeMs, fs.statSync('l').mtimeMs)",
  ),
  fs(
    "copies",
    "fs.writeFileSync('f', 'x'); fs.copyFileSync('f', 'g'); console.log(fs.readFileSync('g', 'utf8'), t(() => fs.copyFileSync('f', 'g', fs.constants.COPYFILE_EXCL)), t(() => fs.copyFileSync('.', 'q')))",
  ),
  fs(
    "renames",
    "fs.mkdirSync('d'); fs.writeFileSync('f', 'x'); fs.renameSync('f', 'd/g'); console.log(fs.readdirSync('d'), t(() => fs.renameSync('d', 'd/x')))",
  ),
  fs(
    "opens directories",
    "fs.mkdirSync('d'); for (const n of 'abc') fs.writeFileSync('d/' + n, ''); const d = fs.opendirSync('d'); const names = []; for (let e; (e = d.readSync()); ) names.push(e.name); d.closeSync(); console.log(names.sort(), d.path, t(() => d.readSync()))",
  ),
  fs(
    "calls back",
    "fs.writeFile('f', 'data', (e) => fs.readFile('f', 'utf8', (e, d) => { console.log(e, d); fs.stat('f', (e, s) => { console.log(s.size); fs.readdir('.', (e, n) => { console.log(n.sort()); fs.unlink('f', (e) => fs.access('f', (e) => console.log(e.code, e.message))) }) }) })); console.log('first')",
  ),
  fs(
    "calls back with descriptors",
    "fs.open('f', 'w+', (e, fd) => fs.write(fd, 'abc', 0, (e, n, s) => fs.read(fd, Buffer.alloc(2), 0, 2, 1, (e, n, b) => { console.log(n, b.toString()); fs.close(fd, (e) => console.log(e)) })))",
  ),
  fs(
    "calls back with failures",
    "fs.readFile('no', (e) => console.log(e)); fs.open('no/x', 'w', (e) => console.log(e)); fs.mkdtemp('no/x', (e) => console.log(e.code))",
  ),
  fs(
    "streams",
    "fs.writeFileSync('f', 'x'.repeat(200000)); const w = fs.createWriteStream('g'); const part = () => fs.createReadStream('f', { start: 10, end: 14, encoding: 'utf8' }).on('data', console.log).on('close', missing); const missing = () => fs.createReadStream('no').on('error', (e) => console.log(e.message)); fs.createReadStream('f', { highWaterMark: 5000 }).pipe(w).on('finish', () => { console.log(w.bytesWritten, fs.statSync('g').size); part() })",
  ),
  fs(
    "makes temporary directories",
    "const d = fs.mkdtempSync(path.join(process.cwd(), 't-')); console.log(/t-.{6}$/.test(d), fs.statSync(d).isDirectory())",
  ),
  fs(
    "globs",
    "fs.mkdirSync('a/b', { recursive: true }); fs.writeFileSync('a/x.js', ''); fs.writeFileSync('a/b/y.js', ''); console.log(fs.globSync('**/*.js').filter((f) => f !== 'main.js').sort())",
  ),
  fs(
    "changes directory",
    "fs.mkdirSync('d'); process.chdir('d'); fs.writeFileSync('f', ''); console.log(process.cwd(), fs.existsSync('../d/f'), path.resolve('x')); console.log(t(() => process.chdir('no')))",
  ),
  fs(
    "keeps the umask",
    "console.log(process.umask(0o77).toString(8) !== '', process.umask().toString(8)); fs.writeFileSync('f', ''); console.log((fs.statSync('f').mode & 0o777).toString(8))",
  ),
  fs(
    "validates as Node does",
    "console.log(t(() => fs.readFileSync(5.5)), t(() => fs.readFileSync({})), t(() => fs.openSync('a\\0b')), t(() => fs.writeFileSync('f', 5)))",
  ),
  fs(
    "removes with rm",
    "fs.mkdirSync('d/e', { recursive: true }); console.log(t(() => fs.rmSync('d'))); fs.rm('d', { recursive: true }, (e) => console.log(e, fs.existsSync('d')))",
  ),
  promises(
    "makes the same directories many times at once",
    "const made = await Promise.all(Array.from({ length: 8 }, (_, i) => fs.mkdir('a/b/c' + (i % 2) + '/d', { recursive: true }))); console.log(made.filter((d) => d?.endsWith('/a')).length, await fs.readdir('a/b'))",
  ),
  promises(
    "reads and writes",
    "await fs.writeFile('f', 'abc'); console.log(await fs.readFile('f', 'utf8'), (await fs.stat('f')).size, await t(() => fs.readFile('no')), await t(() => fs.readFile('.')))",
  ),
  promises(
    "uses file handles",
    "const h = await fs.open('f', 'w+'); await h.writeFile('line1\\nline2\\n'); console.log((await h.stat()).size, (await h.read(Buffer.alloc(5), 0, 5, 0)).bytesRead); await h.truncate(8); await h.close(); const g = await fs.open('f'); for await (const l of g.readLines()) console.log(l); console.log(await t(() => g.stat()))",
  ),
  promises(
    "walks directories",
    "await fs.mkdir('d/e', { recursive: true }); await fs.writeFile('d/f', ''); const seen = []; for await (const e of await fs.opendir('d')) seen.push([e.name, e.isDirectory()]); console.log(seen.sort()); console.log((await fs.readdir('d', { recursive: true })).sort()); await fs.rm('d', { recursive: true }); console.log(await t(() => fs.access('d')))",
  ),
  promises(
    "copies trees",
    "await fs.mkdir('d/e', { recursive: true }); await fs.writeFile('d/e/f', 'deep'); await fs.cp('d', 'g', { recursive: true }); console.log(await fs.readFile('g/e/f', 'utf8'), await fs.mkdtemp('tmp-').then((d) => d.length))",
  ),
  promises(
    "pipes streams",
    "import { pipeline } from 'node:stream/promises'; await fs.writeFile('f', 'q'.repeat(100000)); await pipeline(createReadStream('f'), createWriteStream('g')); console.log((await fs.stat('g')).size)",
  ),
  promises(
    "aborts",
    "const c = new AbortController(); c.abort(); console.log(await t(() => fs.readFile('main.mjs', { signal: c.signal })))",
  ),
  fs(
    "watches a directory",
    "fs.mkdirSync('d'); const w = fs.watch('d', (type, name) => { console.log(type, name); if (type === 'rename') { w.close(); } }); w.on('close', () => console.log('closed')); setTimeout(() => fs.mkdirSync('d/new'), 20)",
  ),
  fs(
    "watches a file",
    "fs.writeFileSync('f', ''); const w = fs.watch('f', (type, name) => { console.log(type, name); w.close() }); setTimeout(() => fs.chmodSync('f', 0o600), 20)",
  ),
  fs("refuses to watch what is not there", "console.log(t(() => fs.watch('no')))"),
  fs(
    "watches by looking",
    "fs.writeFileSync('f', 'a'); fs.watchFile('f', { interval: 10 }, (now, before) => { console.log(now.size > before.size); fs.unwatchFile('f'); clearInterval(growth) }); const growth = setInterval(() => fs.appendFileSync('f', 'bc'), 30)",
  ),
  fs(
    "waits by looking for what is not there",
    "fs.watchFile('f', { interval: 10 }, (now) => { console.log(now.size, now.mtimeMs); fs.unwatchFile('f') })",
  ),
  promises(
    "watches until it is aborted",
    "const c = new AbortController(); await fs.mkdir('d'); setTimeout(() => fs.mkdir('d/x'), 20); try { for await (const e of fs.watch('d', { signal: c.signal })) { console.log(e); c.abort() } } catch (e) { console.log(e.name) }",
  ),
];
