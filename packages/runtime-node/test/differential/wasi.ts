import { readFileSync } from "node:fs";
import { cjs, type Script } from "./script.ts";

/** Assembles WebAssembly, and drives the calls of WASI through it. */
const ASSEMBLER = readFileSync(new URL("../fixtures/wasm-assembler.js", import.meta.url), "utf8");

const wasi = (name: string, body: string, more: Partial<Script> = {}): Script =>
  cjs(
    name,
    `const { WASI } = require("node:wasi"); const { assemble, hello, open } = require("./assembler.js");\n${body}`,
    {
      ...more,
      env: { NODE_NO_WARNINGS: "1", ...more.env },
      files: {
        "assembler.js": ASSEMBLER,
        "box/a.txt": "hello",
        "box/sub/b.txt": "b",
        "outside.txt": "out",
        ...more.files,
      },
    },
  );

export const WASI_SCRIPTS: Script[] = [
  wasi(
    "runs a program to its exit code",
    "const w = new WASI({ version: 'preview1' }); const m = new WebAssembly.Module(hello('hello\\n', 7)); print(w.start(new WebAssembly.Instance(m, w.getImportObject())))",
  ),
  wasi(
    "ends the process with its exit code",
    "process.on('exit', () => print('exit')); const w = new WASI({ version: 'preview1', returnOnExit: false }); w.start(new WebAssembly.Instance(new WebAssembly.Module(hello('bye\\n', 9)), w.getImportObject())); print('not here')",
  ),
  wasi(
    "gives arguments and environment",
    "const w = open({ args: ['prog', 'ä', ''], env: { A: '1', B: undefined, C: 'x y' } }); print(w.texts('args'), w.texts('environ'))",
  ),
  wasi(
    "writes to given descriptors",
    "const out = fs.openSync('out', 'w'); const w = open({ stdout: out }); print(w.write(1, ['one ', 'two']), w.write(2, ['err\\n'])); print(fs.readFileSync('out', 'utf8'))",
  ),
  wasi("reads standard input", "const w = open({}); print(w.read(0, 3), w.read(0, 10), w.read(0, 10))", {
    stdin: "abcdef",
  }),
  wasi(
    "opens, reads, seeks and tells",
    "const w = open({ preopens: { '/box': 'box' } }); const f = w.open(3, 'a.txt'); print(f.errno, w.read(f.fd, 2), w.seek(f.fd, -1n, 2), w.read(f.fd, 9), w.seek(f.fd, 1n, 0), w.tell(f.fd), w.seek(f.fd, 2n, 1), w.seek(f.fd, -9n, 0), w.seek(f.fd, 0n, 7), w.pread(f.fd, 3, 1n), w.tell(f.fd))",
  ),
  wasi(
    "creates, writes, appends and truncates",
    "const w = open({ preopens: { '/box': 'box' } }); const f = w.open(3, 'new', { oflags: 1 }); print(f.errno, w.write(f.fd, ['hello ', 'world']), w.pwrite(f.fd, 'J', 0n), w.x.fd_filestat_set_size(f.fd, 7n), w.x.fd_sync(f.fd), w.x.fd_datasync(f.fd), w.x.fd_close(f.fd), w.x.fd_close(f.fd)); print(fs.readFileSync('box/new', 'utf8')); const a = w.open(3, 'new', { fdflags: 1 }); w.write(a.fd, ['!']); w.write(a.fd, ['?']); print(fs.readFileSync('box/new', 'utf8')); const t = w.open(3, 'new', { oflags: 8 }); print(t.errno, fs.statSync('box/new').size, w.open(3, 'new', { oflags: 5 }).errno, w.open(3, 'none').errno)",
  ),
  wasi(
    "holds a program to what it opened a file for",
    "const w = open({ preopens: { '/box': 'box' } }); const r = w.open(3, 'a.txt', { rights: 2n }); print(w.read(r.fd, 9), w.write(r.fd, ['x']), w.seek(r.fd, 0n, 0)); const f = w.open(3, 'a.txt', { rights: 64n }); print(w.write(f.fd, ['X']), w.read(f.fd, 1))",
  ),
  wasi(
    "keeps names in their directory",
    "fs.symlinkSync('../outside.txt', 'box/up'); fs.symlinkSync('/etc/passwd', 'box/abs'); fs.symlinkSync('a.txt', 'box/in'); fs.symlinkSync('sub', 'box/dir'); fs.symlinkSync('loop', 'box/loop'); const w = open({ preopens: { '/box': 'box' } }); for (const n of ['../outside.txt', '/etc/passwd', 'a/../../x', '..', 'sub/../a.txt', 'up', 'in', 'dir/b.txt', 'dir/../a.txt', './a.txt', 'sub//b.txt', '', 'none/x', 'a.txt/x']) print(n, w.open(3, n, { rights: 2n, lookup: 1 }).errno, w.stat(3, n, 1).errno)",
  ),
  wasi(
    "does not follow what it is not asked to",
    "fs.symlinkSync('a.txt', 'box/l'); const w = open({ preopens: { '/box': 'box' } }); print(w.stat(3, 'l', 0).type, w.stat(3, 'l', 1).type, w.readlink(3, 'l'), w.readlink(3, 'a.txt'))",
  ),
  wasi(
    "makes and removes directories, links and files",
    "const w = open({ preopens: { '/box': 'box' } }); print(w.path('create_directory', 3, 'd'), w.path('create_directory', 3, 'd'), w.path('remove_directory', 3, 'sub'), w.path('remove_directory', 3, 'd'), w.path('unlink_file', 3, 'none'), w.rename(3, 'a.txt', 3, 'sub/c.txt'), w.link(3, 'sub/c.txt', 3, 'hard'), w.symlink('sub/c.txt', 3, 'soft'), w.symlink('/abs', 3, 'soft2'), w.path('unlink_file', 3, 'soft')); print(fs.readdirSync('box', { recursive: true }).sort(), fs.statSync('box/hard').nlink)",
  ),
  wasi(
    "tells the state of files",
    "fs.utimesSync('box/a.txt', 1, 2); const w = open({ preopens: { '/box': 'box' } }); const { ino, ...s } = w.stat(3, 'a.txt', 1); print({ ...s, ctim: 0, dev: 0 }, ino === fs.statSync('box/a.txt', { bigint: true }).ino); print(w.setTimes(3, 'a.txt', 5_000_000_000n, 6_000_000_000n, 5), fs.statSync('box/a.txt').mtimeMs, fs.statSync('box/a.txt').atimeMs)",
  ),
  wasi(
    "lists directories",
    "for (let i = 0; i < 20; i++) fs.writeFileSync('box/f' + i, ''); const w = open({ preopens: { '/box': 'box' } }); print(w.list(3, 4096).sort(), w.list(3, 100).length); const d = w.open(3, 'sub', { oflags: 2, rights: 1n << 14n }); print(d.errno, w.list(d.fd, 4096), w.open(3, 'a.txt', { oflags: 2 }).errno)",
  ),
  wasi(
    "tells what is open",
    "const w = open({ preopens: { '/box': 'box', '/sub': 'box/sub' } }); print(w.prestat(3), w.prestat(4), w.prestat(5), w.prestat(0)); const f = w.open(3, 'a.txt', { rights: 66n }); for (const fd of [3, f.fd]) print(w.fdstat(fd)); print(w.x.fd_renumber(f.fd, 4), w.read(4, 5), w.prestat(4), w.x.fd_close(99), w.fdstat(99))",
  ),
  wasi(
    "gives clocks and chance",
    "const w = open({}); print(Math.abs(Number(w.clock(0).time / 1000000n) - Date.now()) < 5000, w.clock(1).errno, w.clock(1).time <= w.clock(1).time, w.clock(9).errno, w.x.clock_res_get(0, 8), w.x.clock_res_get(9, 8), w.random(64).some((b) => b !== 0), w.x.sched_yield())",
  ),
  wasi(
    "waits for a clock",
    "const w = open({}); const before = Date.now(); print(w.poll([{ userdata: 7n, timeout: 20_000_000n }, { userdata: 8n, timeout: 9_000_000_000n }]), Date.now() - before >= 19, w.poll([]))",
  ),
  wasi(
    "checks addresses",
    "const w = open({ preopens: { '/box': 'box' } }); print(w.x.args_sizes_get(0x7fffffff, 0), w.x.random_get(-8, 64), w.x.fd_read(0, 65532, 4, 0), w.x.fd_prestat_dir_name(3, 0, 1))",
  ),
  wasi(
    "initializes a reactor",
    "const w = new WASI({ version: 'preview1' }); const m = new WebAssembly.Module(assemble({ body: [0x0b], start: '_initialize' })); print(w.initialize(new WebAssembly.Instance(m, w.getImportObject())), attempt(() => w.initialize({ exports: {} })).code)",
  ),
  wasi(
    "checks its options",
    "for (const o of [undefined, {}, { version: 'x' }, { version: 'preview1', args: 1 }, { version: 'preview1', preopens: { '/': 'none' } }, { version: 'preview1', preopens: { '/': 'outside.txt' } }, { version: 'preview1', stdin: 99 }, { version: 'preview1', returnOnExit: 1 }]) { const e = attempt(() => new WASI(o)); print(e.code, e.message, e.errno, e.syscall) }",
  ),
  wasi(
    "wants a program with memory",
    "const w = () => new WASI({ version: 'preview1' }); print(attempt(() => w().start({})).code, attempt(() => w().start({ exports: {} })).code, attempt(() => w().start({ exports: { memory: new WebAssembly.Memory({ initial: 1 }) } })).code, attempt(() => w().wasiImport.fd_close(1)).code)",
  ),
  wasi(
    "has all calls",
    "const w = new WASI({ version: 'preview1' }); print(Object.keys(w.wasiImport).sort().join(), Object.keys(new WASI({ version: 'unstable' }).getImportObject()))",
  ),
];
