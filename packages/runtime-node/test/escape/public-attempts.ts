// Attempts of a guest to get out. Each prints PWNED, or the secret of the host, if it succeeds. HOST_FILE is a file of the
// host that holds the secret, HOST_PORT a port it listens on, HOST_PID a process of its own.

/** What it tries → how. */
export const PUBLIC_ATTEMPTS: Readonly<Record<string, string>> = {
  // public ways to files
  "read the host's file": "console.log(fs.readFileSync(HOST_FILE, 'utf8'))",
  "read it by promises": "fs.promises.readFile(HOST_FILE, 'utf8').then(console.log)",
  "read it by callback": "fs.readFile(HOST_FILE, 'utf8', (e, d) => console.log(d))",
  "read it by a stream": "fs.createReadStream(HOST_FILE).on('error', () => {}).pipe(process.stdout)",
  "read it by a file: import": "import('file://' + HOST_FILE).catch((e) => console.log(e.message))",
  "read it by require": "require(HOST_FILE)",
  "read it by Module._extensions":
    "require('module')._extensions['.js']({ _compile: console.log }, HOST_FILE)",
  "read it as JSON": "require('module')._extensions['.json']({}, HOST_FILE)",
  "read it through /proc/self/root": "console.log(fs.readFileSync('/proc/self/root' + HOST_FILE, 'utf8'))",
  "read it through /proc/1/root": "console.log(fs.readFileSync('/proc/1/root' + HOST_FILE, 'utf8'))",
  "read it through a symbolic link":
    "fs.symlinkSync(HOST_FILE, 'l'); console.log(fs.readFileSync('l', 'utf8'))",
  "read it by going up": "console.log(fs.readFileSync('../'.repeat(40) + HOST_FILE, 'utf8'))",
  "read it as a blob": "fs.openAsBlob(HOST_FILE).then((b) => b.text()).then(console.log)",
  "read it by fetch": "fetch('file://' + HOST_FILE).then((r) => r.text()).then(console.log)",
  "read it with process.loadEnvFile": "process.loadEnvFile(HOST_FILE); console.log(process.env)",
  "find it with glob": "console.log(fs.globSync(HOST_FILE).length ? 'PWNED' : '')",
  "see it with existsSync": "if (fs.existsSync(HOST_FILE)) console.log('PWNED')",
  "list its directory":
    "console.log(fs.readdirSync(path.dirname(HOST_FILE)).includes(path.basename(HOST_FILE)) ? 'PWNED' : '')",
  "copy its directory":
    "fs.cpSync(path.dirname(HOST_FILE), 'copy', { recursive: true }); console.log('PWNED')",
  "watch it": "fs.watchFile(HOST_FILE, { interval: 10 }, () => {}); setTimeout(() => process.exit(), 50)",
  "find its package.json":
    "console.log(require('module').findPackageJSON('file://' + HOST_FILE) ? 'PWNED' : '')",
  "make it the compile cache":
    "const r = require('module').enableCompileCache(path.dirname(HOST_FILE)); if (r && r.directory) console.log('PWNED')",
  "read it with crypto's key URLs":
    "console.log(require('crypto').createPrivateKey(new URL('file://' + HOST_FILE)) ? 'PWNED' : '')",
  "sign with a key URL":
    "require('crypto').sign('sha256', Buffer.from('x'), new URL('file://' + HOST_FILE)); console.log('PWNED')",
  "decrypt with a key URL":
    "require('crypto').privateDecrypt(new URL('file://' + HOST_FILE), Buffer.alloc(256)); console.log('PWNED')",
  "read the host's certificates":
    "if (require('tls').getCACertificates('system').length) console.log('PWNED')",
  "load an engine":
    "require('crypto').setEngine('/usr/lib/x86_64-linux-gnu/engines-3/afalg.so'); console.log('PWNED')",
  "open it with sqlite": "new (require('node:sqlite').DatabaseSync)(HOST_FILE); console.log('PWNED')",
  "make a database beside it":
    "new (require('node:sqlite').DatabaseSync)(path.dirname(HOST_FILE) + '/made').exec('CREATE TABLE t (x)'); console.log('PWNED')",
  "attach it to a database in memory":
    "new (require('node:sqlite').DatabaseSync)(':memory:').exec('ATTACH ' + JSON.stringify(HOST_FILE) + ' AS x'); console.log('PWNED')",
  "open it with wasi":
    "new (require('node:wasi').WASI)({ version: 'preview1', preopens: { '/': path.dirname(HOST_FILE) } }); console.log('PWNED')",
  "open it with wasi from the root":
    "const { WASI } = require('node:wasi'); const w = new WASI({ version: 'preview1', preopens: { '/': '/' } }); const memory = new WebAssembly.Memory({ initial: 1 }); w.finalizeBindings({ exports: { memory } }); const b = Buffer.from(memory.buffer); const n = b.write(HOST_FILE.slice(1), 100); if (w.wasiImport.path_open(3, 1, 100, n, 0, 2n, 0n, 0, 8) === 0) console.log('PWNED')",
  "find the native class of wasi":
    "const { WASI } = require('node:wasi'); const w = new WASI({ version: 'preview1' }); for (let o = w.wasiImport; o; o = Object.getPrototypeOf(o)) if (/native code/.test(o.constructor) && o.constructor !== Object) console.log('PWNED')",
  "load a native library":
    "process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6'); console.log('PWNED')",
  "require a native addon": "fs.writeFileSync('a.node', ''); require('./a.node'); console.log('PWNED')",
  "use ffi": "require('node:ffi'); console.log('PWNED')",
  "write a heap snapshot":
    "require('v8').writeHeapSnapshot(path.dirname(HOST_FILE) + '/snapshot'); console.log('PWNED')",
  "stream a heap snapshot": "require('v8').getHeapSnapshot(); console.log('PWNED')",
  "take coverage": "require('v8').takeCoverage(); console.log('PWNED')",
  "set V8's flags":
    "require('v8').setFlagsFromString('--allow-natives-syntax'); console.log(eval('%DebugPrint(1)'), 'PWNED')",
  "write a report": "process.report.writeReport(path.dirname(HOST_FILE) + '/report'); console.log('PWNED')",
  "get a report":
    "console.log(JSON.stringify(process.report.getReport()).includes('environmentVariables') ? 'PWNED' : '')",
  "trace to a file":
    "require('trace_events').createTracing({ categories: ['node'] }).enable(); console.log('PWNED')",

  // the environment and the machine
  "see the host's environment": "console.log(JSON.stringify(process.env))",
  "see it in /proc/self/environ": "console.log(fs.readFileSync('/proc/self/environ', 'latin1'))",
  "see the host's working directory":
    "if (!process.cwd().startsWith('/home/user')) console.log('PWNED', process.cwd())",
  "see where node is":
    "if (process.execPath !== '/usr/bin/node' || process.argv[0] !== '/usr/bin/node') console.log('PWNED')",
  "see the flags of the host's command line":
    "if (process.execArgv.some((a) => /permission|expose|agentos/.test(a))) console.log('PWNED')",
  "see the boot code": "if (/internalBinding|agentos/.test(process._eval || '')) console.log('PWNED')",
  "see the host's process id": "if (process.pid > 1000 || process.ppid > 1000) console.log('PWNED')",
  "see its users": "console.log(JSON.stringify(os.userInfo()), os.homedir())",
  "see uninitialised memory":
    "for (let i = 0; i < 200; i++) if (Buffer.allocUnsafe(8192).some((b) => b)) { const t = Buffer.allocUnsafe(65536); if (t.includes('SECRET')) console.log('PWNED'); }",
  "renice the host": "os.setPriority(HOST_PID, 19); console.log('PWNED')",
  "become root": "process.setuid(0); if (process.getuid() === 0) console.log('PWNED')",

  // processes
  "kill a process of the host": "process.kill(HOST_PID, 'SIGKILL'); console.log('PWNED')",
  "look for a process of the host": "if (process.kill(HOST_PID, 0)) console.log('PWNED')",
  "kill by the raw function": "if (process._kill(HOST_PID, 9) === 0) console.log('PWNED')",
  "debug a process of the host": "process._debugProcess(HOST_PID); console.log('PWNED')",
  "run a program of the host":
    "console.log(require('child_process').execFileSync('/bin/cat', [HOST_FILE]) + '')",
  "run one along its path": "console.log(require('child_process').spawnSync('cat', [HOST_FILE]).stdout + '')",
  "become another program": "process.execve('/bin/cat', ['cat', HOST_FILE], {}); console.log('PWNED')",
  "abort the sidecar": "process.abort()",
  "fork into the open": "require('child_process').fork(HOST_FILE).on('exit', () => {})",

  // sockets
  "connect to the host":
    "require('net').connect(HOST_PORT, '127.0.0.1', () => console.log('PWNED')).on('error', () => {})",
  "fetch from the host": "fetch('http://127.0.0.1:' + HOST_PORT).then((r) => r.text()).then(console.log)",
  "request from the host":
    "require('http').get({ port: HOST_PORT }, () => console.log('PWNED')).on('error', () => {})",
  "open an inspector": "require('inspector').open(0); console.log('PWNED')",
  "open a session with the inspector": "new (require('inspector').Session)().connect(); console.log('PWNED')",
  "reach a worker's main thread":
    "new (require('node:inspector/promises').Session)().connectToMainThread(); console.log('PWNED')",
  "start a cluster": "require('cluster').fork(); console.log('PWNED')",

  // descriptors of the real process
  "read the channel":
    "for (const fd of [3, 4, 5, 6, 7, 8]) { try { const b = Buffer.alloc(10); if (fs.readSync(fd, b, 0, 10, null) >= 0) console.log('PWNED', fd) } catch {} }",
  "write to the channel":
    "for (const fd of [3, 4, 5, 6]) { try { fs.writeSync(fd, 'xxxx'); console.log('PWNED', fd) } catch {} }",
  "close the channel":
    "for (let fd = 3; fd < 20; fd++) { try { fs.closeSync(fd); console.log('PWNED', fd) } catch {} }",
  "open the channel as a socket":
    "new (require('net').Socket)({ fd: 3 }).on('data', () => console.log('PWNED')).on('error', () => {}); setTimeout(() => process.exit(), 50)",
  "open the channel as a file handle":
    "fs.createReadStream(null, { fd: 4 }).on('data', () => console.log('PWNED')).on('error', () => {}); setTimeout(() => process.exit(), 50)",

  // Node's insides
  "require the internals": "require('internal/test/binding'); console.log('PWNED')",
  "require them with node:": "require('node:internal/bootstrap/realm'); console.log('PWNED')",
  "import them": "import('node:internal/test/binding').then(() => console.log('PWNED'), () => {})",
  "load them by Module._load": "require('module')._load('internal/test/binding'); console.log('PWNED')",
  "get them as builtin modules":
    "if (process.getBuiltinModule('internal/test/binding')) console.log('PWNED')",
  "get a binding": "process.binding('fs'); console.log('PWNED')",
  "get a linked binding": "process._linkedBinding('fs'); console.log('PWNED')",
  "let a hook resolve to the internals":
    "require('module').registerHooks({ resolve: (s, c, n) => s === 'zz' ? { url: 'node:internal/test/binding', format: 'builtin', shortCircuit: true } : n(s, c) }); require('zz'); console.log('PWNED')",
  "let a hook resolve an import":
    "require('module').registerHooks({ resolve: (s, c, n) => s === 'zz' ? { url: 'node:internal/test/binding', format: 'builtin', shortCircuit: true } : n(s, c) }); import('zz').then(() => console.log('PWNED'), () => {})",
  "allow the internals again":
    "const B = process.getBuiltinModule; const M = require('module'); M.builtinModules.push('internal/test/binding'); require('internal/test/binding'); console.log('PWNED')",
  "find functions of the boot code on the stack":
    "Error.prepareStackTrace = (e, s) => s; const s = (() => { try { fs.readFileSync('/none') } catch (e) { return e.stack } })(); for (const c of s) { const f = c.getFunction?.(), t = c.getThis?.(); if (t && /KernelClient|FsBinding|GuestChannel/.test(t.constructor?.name)) console.log('PWNED'); if (f && /agentos/.test(c.getFileName?.() ?? '')) console.log('PWNED') }",
  "find natives as async resources":
    "require('async_hooks').createHook({ init(i, t, r, o) { if (/FSREQ|FILEHANDLE|PROCESSWRAP/.test(t)) { try { const j = new o.constructor('/etc/hostname', 0, 100); j.ondone = (e, b) => b && console.log('PWNED', b + ''); j.run('/etc/hostname') } catch {} } } }).enable(); fs.readFile('/none', () => {})",
  "find natives by active handles": "console.log(process._getActiveHandles().length ? 'PWNED' : '')",
  "build a native of a handle":
    "const h = process.stdout._handle; if (h) { const P = h.constructor; const p = new P(0); if (p.open(3) === 0 && p.readStart() === 0) p.onread = (b) => b && console.log('PWNED') } setTimeout(() => process.exit(), 50)",
  "reach a native base class":
    "let p = process.stdout._handle; while (p) { if (typeof p.open === 'function' && /native code/.test(p.open)) console.log('PWNED'); p = Object.getPrototypeOf(p) }",
  "steal what is called with":
    "const seen = []; const call = Function.prototype.call, apply = Reflect.apply; Reflect.apply = (f, t, a) => { seen.push(f); return apply(f, t, a) }; Function.prototype.call = function (...a) { seen.push(this); return apply(this, a[0], a.slice(1)) }; fs.readFileSync('/etc/passwd'); Function.prototype.call = call; for (const f of seen) { try { const b = Buffer.alloc(100); if (f(3, b, 0, 100, -1) > 0) console.log('PWNED') } catch {} }",
  "poison the map of answers":
    "const get = Map.prototype.get; Map.prototype.get = function (k) { const v = get.call(this, k); if (typeof v === 'function' && /agentos/.test(v)) console.log('PWNED'); return v }; fs.stat('.', () => {})",
  "register loader hooks in a thread":
    "require('module').register('data:text/javascript,import fs from \"fs\"; console.log(fs.readFileSync(' + JSON.stringify(HOST_FILE) + ', \"utf8\"))'); import('data:text/javascript,1').catch(() => {})",
  "message the main thread": "require('worker_threads').postMessageToThread(0, 'x').catch(() => {})",
  "query the heap":
    "const r = require('v8').queryObjects?.(Function, { format: 'count' }); if (typeof r === 'object') console.log('PWNED')",
  "store beyond the process": "localStorage.setItem('a', 'b'); console.log('PWNED')",
  "leave by a realm":
    "const r = require('vm').runInNewContext('this.constructor.constructor(\"return process\")()'); if (r && r !== process) console.log('PWNED')",
  "run on after exit": "try { process.exit(0) } finally { console.log('PWNED') }",
  "break the protocol": "process.kill(process.pid, { valueOf: () => 9 })",
};
