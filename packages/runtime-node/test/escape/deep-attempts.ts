// Attempts by older objects, captured natives, patched prototypes and odd arguments. The prelude is that of host-target.ts; a
// script that gets anywhere prints PWNED or the host's secret.

export const DEEP_ATTEMPTS: Readonly<Record<string, string>> = {
  // objects that are older than the lock-down
  "find the real stream as the resource of the program's start":
    "const r = require('async_hooks').executionAsyncResource(); if ('readStart' in r || 'open' in r) console.log('PWNED')",
  "open a descriptor with the class of that resource":
    "const C = require('async_hooks').executionAsyncResource().constructor; for (let fd = 0; fd < 50; fd++) if (new C(0).open(fd) === 0) console.log('PWNED', fd)",
  "bind a UNIX socket of the host with it":
    "const C = require('async_hooks').executionAsyncResource().constructor; if (new C(0).bind(path.dirname(HOST_FILE) + '/s') === 0) console.log('PWNED')",
  "find the real stream where data arrives":
    "const c = require('child_process').spawn('echo', ['x']); c.stdout.on('data', () => { let p = require('async_hooks').executionAsyncResource(); for (; p; p = Object.getPrototypeOf(p)) if (Object.hasOwn(p, 'open') && /native code/.test(p.open)) console.log('PWNED') })",
  "find the real stream in a signal's listener":
    "process.once('SIGUSR2', () => { const r = require('async_hooks').executionAsyncResource(); if (r && 'readStart' in r) console.log('PWNED') }); process.kill(process.pid, 'SIGUSR2')",
  "use natives of a socket's base classes":
    "let p = require('net').createServer().listen(0)._handle; for (; p; p = Object.getPrototypeOf(p)) for (const k of ['open', 'connect', 'bind', 'listen']) if (Object.hasOwn(p, k) && /native code/.test(p[k])) console.log('PWNED', k); process.exit()",
  "build a file job from a resource":
    "require('async_hooks').createHook({ init(i, t, r, o) { let p = o; for (; p; p = Object.getPrototypeOf(p)) if (Object.hasOwn(p, 'run') && /native code/.test(p.run)) try { p.run.call(new o.constructor(HOST_FILE)); console.log('PWNED') } catch {} } }).enable(); fs.readFile('/etc/passwd', () => {}); fs.writeFile('/tmp/w', 'x', () => {})",
  "open a descriptor by a file handle's class":
    "fs.promises.open('/etc/passwd').then((h) => { const F = Object.getPrototypeOf(h).constructor; for (let fd = 3; fd < 20; fd++) { if (fd === h.fd) continue; try { if (new F(fd).fd === fd) new F({ fd, getAsyncId() {} }).read(Buffer.alloc(9), 0, 9, null).then((r) => r.bytesRead && console.log('PWNED'), () => {}) } catch {} } })",

  // natives that Node took before the lock-down
  "see where the host's node is": "if (process.argv0 !== 'node') console.log('PWNED', process.argv0)",
  "load the host's file into the environment": "process.loadEnvFile(HOST_FILE); console.log('PWNED')",
  "keep a compile cache on the host":
    "const m = require('module'); if (m.enableCompileCache(path.dirname(HOST_FILE)).directory || m.getCompileCacheDir()) console.log('PWNED'); m.flushCompileCache()",
  "hear of the host's files from the compile cache":
    "const r = require('module').enableCompileCache('/tmp'); if (/permission/.test(r.message)) console.log('PWNED')",
  "measure the host's memory":
    "if (process.availableMemory() > os.totalmem() || process.constrainedMemory() > os.totalmem()) console.log('PWNED')",
  "find package.json files of the host":
    "console.log(require('module').findPackageJSON('x', 'file://' + path.dirname(HOST_FILE) + '/y') ?? '')",
  "run the main module of the host": "process.argv[1] = HOST_FILE; require('module').runMain(HOST_FILE)",
  "run tests of the host":
    "require('node:test').run({ files: [HOST_FILE] }).on('test:pass', () => console.log('PWNED')).on('test:fail', () => {}).resume()",
  "start a REPL on the internals":
    "const r = require('repl').start({ input: fs.createReadStream('/dev/null') }); r.context.require?.('internal/test/binding') && console.log('PWNED')",
  "import a file URL of the host": "import('file://' + HOST_FILE).then(() => console.log('PWNED'), () => {})",
  "fetch a file URL": "fetch('file://' + HOST_FILE).then((r) => r.text()).then(console.log, () => {})",
  "import the internals from a data URL":
    "import('data:text/javascript,' + encodeURIComponent('import b from \"node:internal/test/binding\"; console.log(\"PWNED\")')).catch(() => {})",
  "use a binding in a data URL":
    'import(\'data:text/javascript,process.binding("fs");console.log("PWNED")\').catch(() => {})',

  // command lines and environments of children
  "expose internals in a child":
    "console.log(require('child_process').spawnSync(process.execPath, ['--expose-internals', '-e', 'require(\"internal/test/binding\");console.log(\"PW\"+\"NED\")']).stdout + '')",
  "let a child read the host":
    "console.log(require('child_process').spawnSync(process.execPath, ['--allow-fs-read=*', '-e', 'console.log(require(\"fs\").readFileSync(' + JSON.stringify(HOST_FILE) + ',\"utf8\"))']).stdout + '')",
  "set NODE_OPTIONS for a child":
    "console.log(require('child_process').spawnSync(process.execPath, ['-e', 'try{require(\"internal/test/binding\");console.log(\"PW\"+\"NED\")}catch{}'], { env: { ...process.env, NODE_OPTIONS: '--expose-internals --allow-fs-read=*' } }).stdout + '')",
  "use V8's natives in a child":
    "console.log(require('child_process').spawnSync(process.execPath, ['--allow-natives-syntax', '-e', '%GetUndetectable();console.log(\"PW\"+\"NED\")']).stdout + '')",
  "inspect a child":
    "const r = require('child_process').spawnSync(process.execPath, ['--inspect-brk=0', '-e', '0']); if (/Debugger listening/.test(r.stderr)) console.log('PWNED')",
  "preload the host's file in a child":
    "console.log(require('child_process').spawnSync(process.execPath, ['-r', HOST_FILE, '-e', '0']).stdout + '')",

  // prototypes patched and arguments that change
  "catch the map of builtin modules":
    "const { get } = Map.prototype; Map.prototype.get = function (k) { const v = Reflect.apply(get, this, [k]); if (v?.compileForInternalLoader) { Map.prototype.get = get; console.log('PWNED') } return v }; process.stdin; process.stderr; require('tty'); process.exit()",
  "catch natives that are bound or called":
    "const seen = []; for (const k of ['call', 'apply', 'bind']) { const o = Function.prototype[k]; Function.prototype[k] = function (...a) { seen.push(this); return Reflect.apply(o, this, a) } } try { fs.readFileSync('/etc/passwd'); fs.statSync('/') } catch {} for (const f of seen) { const b = new Uint8Array(9); try { if (Reflect.apply(f, null, [3, b, 0, 9, -1]) > 0) console.log('PWNED') } catch {} }",
  "forge a length of the channel":
    "const o = DataView.prototype.setUint32; DataView.prototype.setUint32 = function (at, v, l) { return Reflect.apply(o, this, [at, 0xffffffff, l]) }; fs.readFileSync('/etc/passwd')",
  "forge a call of the channel":
    "const o = String.prototype.codePointAt; String.prototype.toWellFormed = function () { return HOST_FILE }; String.prototype.isWellFormed = () => false; console.log(fs.readFileSync('/etc/passwd', 'utf8'))",
  "give a path that changes":
    "let n = 0; const p = { toString: () => (n++ ? HOST_FILE : '/etc/passwd') }; console.log(fs.readFileSync(p, 'utf8'))",
  "give a URL that changes":
    "const u = new URL('file:///etc/passwd'); let n = 0; Object.defineProperty(u, 'pathname', { get: () => (n++ ? HOST_FILE : '/etc/passwd') }); console.log(fs.readFileSync(u, 'utf8').includes('SECRET') ? 'PWNED' : '')",
  "give a proxy of a buffer as a path":
    "console.log(fs.readFileSync(new Proxy(Buffer.from('/etc/passwd'), { get: (t, k) => (k === 'length' ? HOST_FILE.length : t[k]) }), 'utf8'))",
  "climb out of the root":
    "for (const p of ['/..'.repeat(30) + HOST_FILE, '/proc/self/root' + HOST_FILE, '/proc/1/root' + HOST_FILE, '/dev/fd/../../..' + HOST_FILE, '/proc/self/cwd/../../..' + HOST_FILE]) try { console.log(fs.readFileSync(p, 'utf8')) } catch {}",
  "link to the host": "fs.symlinkSync(HOST_FILE, '/tmp/l'); console.log(fs.readFileSync('/tmp/l', 'utf8'))",
  "read the real /proc/self/fd":
    "for (const d of ['/proc/self/fd', '/dev/fd']) for (const f of fs.readdirSync(d)) try { if (/pipe|socket|anon_inode/.test(fs.readlinkSync(d + '/' + f)) && +f > 2) console.log('PWNED', f) } catch {}",
  "find the walls in /proc/self/cmdline":
    "if (/permission|expose|zero-fill/.test(fs.readFileSync('/proc/self/cmdline', 'latin1'))) console.log('PWNED')",
  "find the host's node in /proc/self/maps":
    "if (/node_modules|libstdc/.test(fs.readFileSync('/proc/self/maps', 'latin1'))) console.log('PWNED')",

  // code of other kinds
  "import host functions in wasm": "new WebAssembly.Module(fs.readFileSync(HOST_FILE)); console.log('PWNED')",
  "leave a context by an error":
    "const e = require('vm').runInNewContext('try { null.x } catch (e) { e }'); if (e.constructor.constructor('return typeof require')() !== 'undefined') console.log('PWNED')",
  "reach a dynamic import from a context":
    "const vm = require('vm'); const p = vm.runInThisContext('import(\"node:internal/test/binding\")', { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }); p.then(() => console.log('PWNED'), () => {})",
  "deserialize host objects":
    "const m = new (require('worker_threads').MessageChannel)(); const b = new Blob(['x']); m.port1.on('messageerror', () => {}); m.port1.on('message', () => process.exit()); m.port2.postMessage(b)",
  "name the host":
    "if (os.hostname() === HOST_NAME || JSON.stringify(os.networkInterfaces()).includes('eth')) console.log('PWNED')",
  "subscribe to what the boot code does":
    "require('diagnostics_channel').subscribe('child_process', () => console.log('PWNED')); fs.readFileSync('/etc/passwd')",
};
