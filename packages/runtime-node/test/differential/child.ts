import type { Script } from "./script.ts";

const cp = (name: string, code: string, more: Partial<Script> = {}): Script => ({
  name,
  code: `const cp = require("child_process"); const t = (f) => { try { return f() } catch (e) { return [e.code, e.message, e.status, e.signal] } };\n${code}`,
  ...more,
});

export const CHILD_SCRIPTS: Script[] = [
  cp(
    "spawns and pipes",
    "const c = cp.spawn('cat'); let s = ''; c.stdout.on('data', (d) => s += d); c.on('spawn', () => console.log('spawn', typeof c.pid)).on('exit', (...a) => console.log('exit', a)).on('close', (...a) => console.log('close', a, s)); c.stdin.write('a'); c.stdin.end('b')",
  ),
  cp(
    "reports commands that are missing",
    "cp.spawn('nope', ['x']).on('error', (e) => console.log(e)); console.log(cp.spawnSync('nope').error, t(() => cp.execFileSync('nope')))",
  ),
  cp(
    "runs shell commands",
    "console.log(cp.execSync('echo $((1+2)); echo $HOME', { encoding: 'utf8' })); cp.exec('echo out; echo err >&2; exit 4', (e, out, err) => console.log(e.code, e.message, out, err))",
  ),
  cp(
    "execFile with options",
    "cp.execFile('sh', ['-c', 'pwd; echo $X'], { cwd: '/', env: { X: 'y', PATH: process.env.PATH } }, (e, out) => console.log(e, out))",
  ),
  cp(
    "spawnSync in full",
    "const r = cp.spawnSync('sh', ['-c', 'cat; echo e >&2; exit 2'], { input: 'in' }); console.log(r.status, r.signal, r.stdout + '', r.stderr + '', r.output.length)",
  ),
  cp(
    "times out",
    "const r = cp.spawnSync('sleep', ['5'], { timeout: 30 }); console.log(r.status, r.signal, r.error.code); cp.exec('sleep 5', { timeout: 30 }, (e) => console.log(e.killed, e.signal))",
  ),
  cp(
    "keeps the chunk that passes maxBuffer",
    "for (const f of [() => cp.execSync('echo this is stdout', { maxBuffer: 1 }), () => cp.spawnSync('sh', ['-c', 'echo abcdefg; exit 3'], { maxBuffer: 8 })]) { let r; try { r = f() } catch (e) { r = e } console.log(r.code, r.error?.code, r.stdout + '') }",
  ),
  cp(
    "gives a child's output to the next child, whole",
    "const a = cp.spawn('seq', ['200000']), b = cp.spawn('wc', ['-c'], { stdio: [a.stdout, 'inherit', 'inherit'] }); b.on('close', (c) => console.log(c))",
  ),
  {
    name: "send() tells whether to go on",
    files: {
      "child.js": "process.on('message', () => process.exit())",
      "main.js":
        "const c = require('child_process').fork('./child.js'); console.log(c.send('a', (e) => console.log(e)))",
    },
  },
  cp(
    "has standard streams though they were closed",
    "console.log(cp.spawnSync('sh', ['-c', 'node -p \"[0, 1, 2].map((i) => fs.fstatSync(i).isCharacterDevice()) + String(fs.openSync(process.execPath)) > 2\" 1>&- 2>&-; node -e \"fs.fstatSync(1); fs.fstatSync(2)\" 1>&- 2>&-; echo $?']).stdout + '')",
  ),
  cp(
    "stops at maxBuffer",
    "const r = cp.spawnSync('sh', ['-c', 'while :; do echo yyyyyyyy; done'], { maxBuffer: 100 }); console.log(r.error.code)",
  ),
  cp(
    "kills",
    "const c = cp.spawn('sleep', ['10']); c.on('exit', (...a) => console.log(a, c.killed)); console.log(c.kill('SIGINT'));",
  ),
  cp(
    "inherits standard streams",
    "cp.spawn('sh', ['-c', 'echo child; echo err >&2'], { stdio: 'inherit' }).on('close', (c) => console.log('done', c))",
  ),
  cp(
    "gives descriptors",
    "const fs = require('fs'); const fd = fs.openSync('f', 'w'); cp.spawnSync('sh', ['-c', 'echo one; echo two >&3'], { stdio: ['ignore', fd, 'pipe', fd] }); console.log(fs.readFileSync('f', 'utf8'))",
  ),
  cp("gives its own standard input", "cp.spawn('cat', { stdio: ['inherit', 'inherit', 'inherit'] })", {
    stdin: "from outside",
  }),
  cp(
    "runs node",
    "console.log(cp.execFileSync(process.execPath, ['-p', '1+1']) + '', cp.spawnSync('node', ['-e', 'process.exit(5)'], { env: { PATH: require('path').dirname(process.execPath) } }).status)",
  ),
  cp(
    "forks and talks",
    "if (process.argv[2] === 'child') { process.on('message', (m) => { process.send({ got: m }); if (m === 'end') process.disconnect() }); process.send('hello') } else { const c = cp.fork(__filename, ['child']); const ends = []; c.on('message', (m) => { console.log(m); if (m === 'hello') { c.send([1, { a: 'b' }]); c.send('end') } }).on('disconnect', () => ends.push('disconnect')).on('exit', (c) => ends.push('exit ' + c)).on('close', () => console.log(ends.sort())) }",
  ),
  cp(
    "forks with structured clones",
    "if (process.argv[2]) { process.once('message', (m) => process.send(m)) } else { const c = cp.fork(__filename, ['x'], { serialization: 'advanced' }); c.send(new Map([[1, new Set([2])]])); c.on('message', (m) => console.log(m)) }",
  ),
  cp(
    "ends without its children when they are let go",
    "const c = cp.spawn('sleep', ['30'], { detached: true, stdio: 'ignore' }); c.unref(); process.on('exit', () => c.kill('SIGKILL')); console.log('end')",
  ),
  cp(
    "closes the streams of a child that did not start",
    "const c = cp.spawn('./none'); console.log(c.pid); c.on('error', (e) => console.log(e.code)); c.on('close', (...a) => console.log('close', ...a)); c.stdout.on('end', () => console.log('end')).resume(); c.stdin.on('error', () => {}); c.stdin.end('x')",
  ),
  cp(
    "aborts",
    "const a = new AbortController(); cp.execFile('sleep', ['10'], { signal: a.signal }, (e) => console.log(e.name, e.code)); a.abort()",
  ),
  cp(
    "promises",
    "require('util').promisify(cp.exec)('echo x; exit 1').catch((e) => console.log(e.code, e.stdout))",
  ),
  cp(
    "gets signals of its own",
    "process.once('SIGUSR2', (s, n) => { console.log(s, n); clearInterval(t1) }); const t1 = setInterval(() => {}, 1000); process.kill(process.pid, 'SIGUSR2')",
  ),
  cp("dies of a signal nobody catches", "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)"),
  cp(
    "refuses wrong signals and processes",
    "console.log(t(() => process.kill(process.pid, 'SIGX')), t(() => process.kill(99999999, 0)))",
  ),
];
