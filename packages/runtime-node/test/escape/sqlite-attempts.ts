// Attempts to reach files of the host through SQLite. As in public-attempts.ts: each prints PWNED, or the secret, if it succeeds;
// a file in the directory of HOST_FILE counts too.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates are those of the guest's code.

const db = (code: string): string =>
  `const sqlite = require("node:sqlite"), { DatabaseSync } = sqlite; const d = new DatabaseSync(":memory:"); const HOST_NEW = path.dirname(HOST_FILE) + "/new";
   const t = (f) => { try { return f() } catch (e) { console.log("refused:", e.message) } };\n${code}`;

export const SQLITE_ATTEMPTS: Readonly<Record<string, string>> = {
  "attach a file of the host to a database": db("d.exec(`ATTACH '${HOST_NEW}' AS x; CREATE TABLE x.t(a)`)"),
  "attach it by a parameter": db("d.prepare('ATTACH ? AS x').run(HOST_NEW); d.exec('CREATE TABLE x.t(a)')"),
  "attach it by an expression": db("d.exec(`ATTACH '' || '${HOST_NEW}' AS x; CREATE TABLE x.t(a)`)"),
  "attach it by an identifier": db('d.exec(`ATTACH "${HOST_NEW}" AS x; CREATE TABLE x.t(a)`)'),
  "attach it by a URI": db("d.exec(`ATTACH 'file:${HOST_NEW}' AS x; CREATE TABLE x.t(a)`)"),
  "attach it by a URI that says memory": db(
    "d.exec(`ATTACH 'file::memory:?/../${HOST_NEW}' AS x`); d.exec(`ATTACH 'file:${HOST_NEW}?mode=rwc' AS y; CREATE TABLE y.t(a)`)",
  ),
  "attach it in a transaction, with an authorizer that allows all": db(
    "d.setAuthorizer(() => 0); t(() => d.exec(`ATTACH '${HOST_NEW}' AS x; CREATE TABLE x.t(a)`)); d.setAuthorizer(null); d.exec(`ATTACH '${HOST_NEW}' AS x; CREATE TABLE x.t(a)`)",
  ),
  "vacuum into a file of the host": db("d.exec('CREATE TABLE t(a)'); d.exec(`VACUUM INTO '${HOST_NEW}'`)"),
  "vacuum into it by a parameter": db(
    "d.exec('CREATE TABLE t(a)'); d.prepare('VACUUM INTO ?').run(HOST_NEW)",
  ),
  "back up into it": db(
    "d.exec('CREATE TABLE t(a)'); sqlite.backup(d, HOST_NEW).then(() => console.log(fs.readdirSync(path.dirname(HOST_FILE))), (e) => console.log(e.message))",
  ),
  "open it again under another name": db(
    "d.close(); d.location = () => HOST_FILE; d.path = HOST_FILE; d.open(); console.log(d.prepare('SELECT * FROM sqlite_master').all())",
  ),
  "load a library as an extension": db(
    "t(() => d.enableLoadExtension(true)); t(() => d.loadExtension('/lib/x86_64-linux-gnu/libm.so.6')); d.exec(\"SELECT load_extension('/lib/x86_64-linux-gnu/libm.so.6')\"); console.log('PWNED')",
  ),
  "allow extensions": db(
    "new DatabaseSync(':memory:', { allowExtension: true }).enableLoadExtension(true); console.log('PWNED')",
  ),
  "allow extensions by a getter that changes its mind": db(
    "let n = 0; const e = new DatabaseSync(':memory:', { get allowExtension() { return n++ > 0 } }); e.enableLoadExtension(true); e.prepare(\"SELECT load_extension('/lib/x86_64-linux-gnu/libm.so.6')\").get(); console.log('PWNED')",
  ),
  "allow extensions by a prototype": db(
    "Object.prototype.allowExtension = true; const e = new DatabaseSync(':memory:', {}); e.prepare(\"SELECT load_extension('/lib/x86_64-linux-gnu/libm.so.6')\").get(); console.log('PWNED')",
  ),
  "put temporary files on the host": db(
    "t(() => d.exec(`PRAGMA temp_store_directory = '${path.dirname(HOST_FILE)}'`)); d.exec('PRAGMA TEMP_STORE = 1'); console.log('PWNED')",
  ),
  "poison what the authorizer calls": db(
    "String.prototype.toLowerCase = () => 'harmless'; String.prototype.startsWith = () => true; Array.prototype.includes = () => true; t(() => d.exec('PRAGMA temp_store = 1')); d.exec(`ATTACH '${HOST_NEW}' AS x; CREATE TABLE x.t(a)`)",
  ),
  "attach while a getter says which content to replace": db(
    "const e = new DatabaseSync(':memory:'); e.exec('CREATE TABLE t(a)'); const bytes = e.serialize(); d.deserialize(bytes, { get dbName() { t(() => d.exec(`ATTACH '${HOST_NEW}' AS x`)); return 'main' } }); d.exec('CREATE TABLE x.t(a)')",
  ),
  "see the address of a function": db(
    "console.log(d.prepare(\"SELECT fts3_tokenizer('simple') AS a\").get(), 'PWNED')",
  ),
  "attach while a content is being replaced": db(
    "const e = new DatabaseSync(':memory:'); e.exec(`CREATE TABLE t(a)`); const bytes = e.serialize(); d.setAuthorizer(() => { t(() => d.exec(`ATTACH '${HOST_NEW}' AS x`)); return 0 }); t(() => d.deserialize(bytes)); t(() => d.deserialize({ get length() { d.exec(`ATTACH '${HOST_NEW}' AS x`); return 5 } })); d.exec('CREATE TABLE x.t(a)')",
  ),
  "find the native class of a database": db(
    `d.exec("CREATE TABLE t(a)"); const s = d.prepare("SELECT 1 AS a"), store = d.createTagStore(), seen = new Set(), found = [];
     const look = (o, depth) => { if (o === null || !/object|function/.test(typeof o) || seen.has(o) || depth > 6) return; seen.add(o);
       if (typeof o === "function" && /native code/.test(Function.prototype.toString.call(o)) && /DatabaseSync/.test(o.name)) found.push(o);
       for (const k of Reflect.ownKeys(o)) { let v; try { v = o[k] } catch { continue } look(v, depth + 1) } look(Object.getPrototypeOf(o), depth + 1) };
     for (const o of [d, s, store, store.db, d.createSession(), s.iterate(), s.get(), sqlite, s.columns()]) look(o, 0);
     for (const N of found) { const n = new N(HOST_NEW); n.exec("CREATE TABLE t(a)"); console.log("PWNED") }`,
  ),
  "find it by its prototype's methods": db(
    "for (let p = Object.getPrototypeOf(d); p; p = Object.getPrototypeOf(p)) for (const k of Reflect.ownKeys(p)) { const f = Object.getOwnPropertyDescriptor(p, k).value; if (typeof f === 'function' && k !== 'constructor' && p !== Object.prototype && /native code/.test(f)) console.log('PWNED', k) }",
  ),
  "find it on the stack": db(
    "Error.prepareStackTrace = (e, s) => s; d.function('f', () => { for (const c of new Error().stack) { const o = c.getThis?.(); if (o && o.constructor?.name === 'DatabaseSync' && o !== d) console.log('PWNED') } return 1 }); d.prepare('SELECT f()').get()",
  ),
  "make a database of a stolen constructor": db(
    "class Thief extends DatabaseSync { constructor() { super(':memory:'); } } const C = Object.getPrototypeOf(Thief.prototype).constructor; const n = Reflect.construct(C, [HOST_NEW], C); n.exec('CREATE TABLE t(a)')",
  ),
  "keep the native class by a setter": db(
    "let stolen; Object.defineProperty(Object.prototype, 'native', { set(v) { stolen = v; Object.defineProperty(this, 'native', { value: v, writable: true }) }, configurable: true }); new DatabaseSync(':memory:'); if (stolen) { const n = new stolen.constructor(HOST_NEW); n.exec('CREATE TABLE t(a)'); console.log('PWNED') }",
  ),
};
