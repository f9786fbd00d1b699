// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates are those of the guest's code.

import { type Script, task } from "./script.ts";

const SQLITE = `const { DatabaseSync, StatementSync, Session, constants, backup } = require("node:sqlite");`;

/** Experimental: Node warns of it, with a process id. */
const script = (name: string, body: string): Script =>
  task(name, `${SQLITE}\n${body}`, { env: { NODE_NO_WARNINGS: "1" } });

export const SQLITE_SCRIPTS: Script[] = [
  script(
    "runs statements and reads rows",
    "const d=new DatabaseSync(':memory:');d.exec('create table t(a integer primary key,b text)');const i=d.prepare('insert into t(b) values(?)');console.log(i.run('x'),i.run('y'));console.log(d.prepare('select * from t').all(),d.prepare('select count(*) n from t').get(),[...d.prepare('select b from t where a>:a').iterate({a:0})],d.prepare('select a,b from t').columns());",
  ),
  script(
    "has settings for statements",
    "const d=new DatabaseSync(':memory:');const s=d.prepare('select 1 as a, ? as b');s.setReadBigInts(true);console.log(s.get(5));s.setReturnArrays(true);console.log(s.get(5));console.log(s.sourceSQL,s.expandedSQL);const n=d.prepare('select $x as x');n.setAllowBareNamedParameters(false);console.log(attempt(()=>n.get({x:1})));n.setAllowUnknownNamedParameters?.(true);console.log(n.get({$x:1,$y:2}))",
  ),
  script(
    "keeps a database in a file, and rolls back what is not committed",
    "let d=new DatabaseSync('x.db');console.log(fs.existsSync('x.db'),d.isOpen,d.isTransaction,d.location().endsWith('x.db'));d.exec('create table t(a);insert into t values(1),(2)');d.close();console.log(d.isOpen,fs.statSync('x.db').size);d=new DatabaseSync('x.db');console.log(d.prepare('select * from t').all());d.exec('begin');d.exec('delete from t');console.log(d.isTransaction);d.close();d=new DatabaseSync('x.db');console.log(d.prepare('select count(*) n from t').get())",
  ),
  script(
    "shows each connection what the other committed",
    "const a=new DatabaseSync('x.db'),b=new DatabaseSync('x.db');a.exec('create table t(a)');const s=b.prepare('select count(*) n from t');a.exec('insert into t values(1)');console.log(s.get());b.exec('insert into t values(2)');console.log(a.prepare('select * from t').all(),s.get());a.exec('begin;insert into t values(3)');console.log(s.get());a.exec('commit');console.log(s.get());a.exec('begin;insert into t values(3);rollback');console.log(s.get())",
  ),
  script(
    "shares a file with a child",
    "const a=new DatabaseSync('x.db');a.exec('create table t(a)');const cp=require('child_process');console.log(cp.execFileSync(process.execPath,['-e',\"const d=new (require('node:sqlite').DatabaseSync)('x.db');d.exec('insert into t values(7)');console.log(d.prepare('select * from t').all())\"])+'');console.log(a.prepare('select * from t').all())",
  ),
  script(
    "opens for reading only",
    "new DatabaseSync('x.db').exec('create table t(a)');const d=new DatabaseSync('x.db',{readOnly:true});console.log(d.prepare('select * from t').all(),attempt(()=>d.exec('insert into t values(1)')),attempt(()=>new DatabaseSync('none.db',{readOnly:true})),fs.existsSync('none.db'))",
  ),
  script(
    "says what is wrong",
    "console.log(attempt(()=>new DatabaseSync('/nonexistent/x')),attempt(()=>new DatabaseSync(5)),attempt(()=>new DatabaseSync('a\\0b')),attempt(()=>new StatementSync()),attempt(()=>new DatabaseSync('x',{readOnly:5})),attempt(()=>new DatabaseSync(':memory:',5)));const d=new DatabaseSync(':memory:');console.log(attempt(()=>d.exec('nope')),attempt(()=>d.exec(5)),attempt(()=>d.prepare('select * from none')),attempt(()=>d.setAuthorizer(5)),attempt(()=>d.deserialize(5)),attempt(()=>d.location(5)));d.close();console.log(attempt(()=>d.exec('x')),attempt(()=>d.close()),attempt(()=>d.prepare('x')),attempt(()=>d.location()));console.log(attempt(()=>d.open()),attempt(()=>d.open()));fs.writeFileSync('bad','not a database at all '.repeat(100));console.log(attempt(()=>new DatabaseSync('bad').exec('select * from sqlite_master')))",
  ),
  script(
    "opens later",
    "const d=new DatabaseSync('y.db',{open:false});console.log(d.isOpen,attempt(()=>d.prepare('x')),fs.existsSync('y.db'));d.open();console.log(d.isOpen)",
  ),
  script(
    "calls functions and aggregates",
    "const d=new DatabaseSync(':memory:');d.function('f',(x)=>x*2);d.aggregate('s',{start:0,step:(a,b)=>a+b});console.log(d.prepare('select f(4) a').get(),d.prepare('select s(column1) s from (values(1),(2))').get());console.log(attempt(()=>{d.function('g',()=>{throw new Error('in g')});d.prepare('select g()').get()}))",
  ),
  script(
    "stores every kind of value",
    "const d=new DatabaseSync(':memory:');d.exec('create table t(b blob,n,r real,i)');d.prepare('insert into t values(?,?,?,?)').run(new Uint8Array([1,2]),null,1.5,9007199254740993n);const s=d.prepare('select * from t');s.setReadBigInts(true);console.log(s.get());console.log(attempt(()=>d.prepare('select i from t').get()),attempt(()=>d.prepare('select ?').get({})),attempt(()=>d.prepare('select ?').get(Symbol())))",
  ),
  script(
    "records changes and applies them",
    "const a=new DatabaseSync(':memory:'),b=new DatabaseSync(':memory:');for(const d of [a,b])d.exec('create table t(a integer primary key,b)');const s=a.createSession();a.exec(\"insert into t values(1,'x')\");console.log(s.changeset().length>0,s.patchset().length>0,b.applyChangeset(s.changeset()),b.prepare('select * from t').all());s.close();console.log(attempt(()=>new Session()))",
  ),
  script(
    "takes and gives whole databases",
    "const a=new DatabaseSync(':memory:');a.exec('create table t(a);insert into t values(5)');const b=new DatabaseSync(':memory:');b.deserialize(a.serialize());console.log(b.prepare('select * from t').all(),a.serialize().length)",
  ),
  script(
    "asks an authorizer",
    "const d=new DatabaseSync(':memory:');d.exec('create table t(a)');const seen=[];d.setAuthorizer((...a)=>{seen.push(a.join());return a[0]===constants.SQLITE_DELETE&&a[1]==='t'?constants.SQLITE_DENY:constants.SQLITE_OK});d.prepare('select a from t').all();console.log(seen,attempt(()=>d.exec('delete from t')));d.setAuthorizer(null);d.exec('delete from t')",
  ),
  script(
    "backs up",
    "const d=new DatabaseSync('x.db');d.exec('create table t(a)');for(let i=0;i<50;i++)d.exec(\"insert into t values(hex(randomblob(1000)))\");const p=[];const n=await backup(d,'bk.db',{rate:10,progress:(x)=>p.push(x)});console.log(n,p,new DatabaseSync('bk.db').prepare('select count(*) n from t').get(),attempt(()=>backup(5)),attempt(()=>backup(d)))",
  ),
  script(
    "keeps statements of templates",
    "const d=new DatabaseSync(':memory:');d.exec('create table t(a,b)');const s=d.createTagStore(2);console.log(s.run`insert into t values(${1},${'x'})`,s.get`select * from t where a=${1}`,s.all`select * from t`,[...s.iterate`select b from t`],s.size,s.capacity,s.db===d);s.clear();console.log(s.size)",
  ),
  script(
    "stores settings in the file",
    "const d=new DatabaseSync('x.db');d.exec('pragma user_version=5;pragma journal_mode=delete');console.log(d.prepare('pragma user_version').get());d.close();const e=new DatabaseSync('x.db');console.log(e.prepare('pragma user_version').get(),e.prepare('pragma foreign_keys').get(),e.prepare('pragma integrity_check').get(),e.prepare('pragma page_size').get())",
  ),
  script(
    "searches texts, vacuums, indexes",
    "const d=new DatabaseSync('x.db');d.exec(\"create virtual table f using fts5(x);insert into f values('hello world');vacuum\");console.log(d.prepare(\"select * from f where f match 'world'\").all());d.exec('create table r(a);create index i on r(a);create temp table tt(a);insert into tt values(1);analyze;reindex');console.log(d.prepare('select * from tt').all())",
  ),
  script(
    "keeps constraints",
    "const d=new DatabaseSync(':memory:');d.exec('create table t(a unique)');const i=d.prepare('insert into t values(?)');i.run(1);console.log(attempt(()=>i.run(1)));d.exec('create table p(id integer primary key);create table c(p references p)');console.log(attempt(()=>d.exec('insert into c values(9)')))",
  ),
  script(
    "returns what it inserts",
    "const d=new DatabaseSync('x.db');d.exec('create table t(a)');console.log([...d.prepare('insert into t values(1),(2) returning a').iterate()],d.prepare('insert into t values(3) returning a').get());d.close();setTimeout(()=>console.log(new DatabaseSync('x.db').prepare('select count(*) n from t').get()),5)",
  ),
  script(
    "understands URIs and bytes as names",
    "const d=new DatabaseSync('file:x.db');d.exec('create table t(a)');d.close();console.log(attempt(()=>new DatabaseSync('file:x.db?mode=ro').exec('insert into t values(1)')),new DatabaseSync(require('url').pathToFileURL('x.db')).location().endsWith('x.db'),new DatabaseSync(Buffer.from('x.db')).location().endsWith('x.db'),new DatabaseSync('').location(),fs.readdirSync('.').sort())",
  ),
  script(
    "has written before a program fails",
    "const d=new DatabaseSync('x.db');d.exec('create table t(a);insert into t values(1)');process.on('uncaughtException',()=>{console.log(new DatabaseSync('x.db').prepare('select * from t').all())});throw new Error('x')",
  ),
  script(
    "looks the same",
    "const d=new DatabaseSync(':memory:');console.log(d,Object.keys(constants).length,d instanceof DatabaseSync,d.prepare('select 1') instanceof StatementSync,Object.keys(require('node:sqlite')))",
  ),
  script(
    "can be extended",
    "class D extends DatabaseSync{x(){return this.prepare('select 1 a').get()}}console.log(new D(':memory:').x())",
  ),
  script(
    "writes many rows in a transaction",
    "const d=new DatabaseSync('x.db');d.exec('create table t(a)');const i=d.prepare('insert into t values(?)');d.exec('begin');for(let k=0;k<5000;k++)i.run(k);d.exec('commit');console.log(d.prepare('select sum(a) s from t').get())",
  ),
  script("can be imported", "const m=await import('node:sqlite');console.log(Object.keys(m).sort())"),
  script(
    "small and large changes of a larger database, each as others read it",
    "const d=new DatabaseSync('x.db');d.exec('create table t(a integer primary key,b text)');const add=d.prepare('insert into t(b) values(?)');d.exec('begin');for(let i=0;i<3000;i++)add.run('x'.repeat(500));d.exec('commit');const before=fs.statSync('x.db');const show=(what)=>{const r=new DatabaseSync('x.db',{readOnly:true});console.log(what,r.prepare('select count(*) n,sum(length(b)) l from t').get(),r.prepare('pragma integrity_check').get(),fs.statSync('x.db').size%4096);r.close()};show('filled');for(let i=0;i<5;i++)add.run('y');show('added');d.prepare('update t set b=? where a=1500').run('z');show('updated');console.log(fs.statSync('x.db').ino===before.ino);d.exec('delete from t where a>100');d.exec('vacuum');show('vacuumed');console.log(fs.statSync('x.db').size<before.size/10);d.exec('drop table t;create table t(b)');show('emptied')",
  ),
];
