import { type Script, task as script } from "./script.ts";

export const PLATFORM_SCRIPTS: Script[] = [
  script(
    "watches a tree",
    "fs.mkdirSync('d/e',{recursive:true});const w=fs.watch('d',{recursive:true},(e,n)=>{console.log(e,n);w.close()});setTimeout(()=>fs.writeFileSync('d/e/x','1'),60)",
  ),
  script(
    "watches by iteration",
    "fs.mkdirSync('d');setTimeout(()=>fs.writeFileSync('d/x','1'),30);for await(const e of fsp.watch('d')){console.log(e);break}",
  ),
  script(
    "stops watching by a signal",
    "const a=new AbortController();setTimeout(()=>a.abort(),20);try{for await(const e of fsp.watch('.',{signal:a.signal})){}}catch(e){console.log(e.name)}",
  ),
  script(
    "reads files as blobs",
    "fs.writeFileSync('f','hello');const b=await fs.openAsBlob('f',{type:'text/plain'});console.log(b.size,b.type,await b.text(),await b.slice(1,3).text(), (await b.arrayBuffer()).byteLength)",
  ),
  script(
    "streams a large file as a blob",
    "fs.writeFileSync('f','x'.repeat(200000));const b=await fs.openAsBlob('f');let n=0;for await(const c of b.stream())n+=c.length;console.log(n)",
  ),
  script("finds no blob where there is no file", "console.log(await settle(()=>fs.openAsBlob('nope')))"),
  script(
    "globs with options",
    "fs.mkdirSync('d/e',{recursive:true});fs.writeFileSync('d/a.js','');console.log(fs.globSync('*',{cwd:'d',withFileTypes:true}).map(d=>[d.name,d.isDirectory()]).sort(), fs.globSync('**',{exclude:['d/e']}).sort(), fs.globSync('**',{exclude:(n)=>n==='e'}).sort())",
  ),
  script(
    "reads lines by events",
    "const rl=require('readline').createInterface({input:process.stdin});rl.on('line',l=>console.log('L',l)).on('close',()=>console.log('close'))",
    { stdin: "a\nb\nc" },
  ),
  script(
    "asks questions without a terminal",
    "const rl=require('readline/promises').createInterface({input:process.stdin,output:process.stdout});console.log(await rl.question('q? '));console.log(await rl.question('r? '));rl.close()",
    { stdin: "a\nb\n" },
  ),
  script(
    "reads lines by iteration",
    "for await(const l of require('readline').createInterface({input:process.stdin}))console.log(l)",
    { stdin: "a\nb\nc" },
  ),
  script(
    "looks names up",
    "const dns=require('dns');dns.lookup('localhost',(e,a,f)=>console.log(e,a,f));console.log(await settle(()=>dns.promises.lookup('127.0.0.1')),await settle(()=>dns.promises.lookup('localhost',{all:true,family:4})));console.log(await settle(()=>dns.promises.lookup('::1')))",
  ),
  script(
    "describes the machine",
    "console.log(typeof os.hostname(),os.type(),os.platform(),os.arch(),os.endianness(),typeof os.release(),os.loadavg().length,os.freemem()>0,os.totalmem()>0,os.uptime()>0,os.cpus().length>0,os.availableParallelism()>0,Object.keys(os.networkInterfaces()).includes('lo'),os.EOL,os.devNull,os.tmpdir(),os.machine(),typeof os.version())",
  ),
  script(
    "says what it uses",
    "const r=process.resourceUsage();console.log(Object.keys(r),Object.values(r).every(v=>typeof v==='number'),Object.keys(process.cpuUsage()),Object.keys(process.memoryUsage()),process.memoryUsage.rss()>0,typeof process.availableMemory(),typeof process.constrainedMemory(),Object.keys(process.threadCpuUsage()))",
  ),
  script(
    "has everything on process",
    "console.log(process.title,process.argv0!==undefined,process.execArgv,process.version===process.versions.node?1:0,process.release.name,process.config.variables!==undefined,process.getActiveResourcesInfo(),process.allowedNodeEnvironmentFlags.size>100,process.umask().toString(8),process.exitCode,process.hasUncaughtExceptionCaptureCallback(),process.emitWarning.length,process.stdin.fd,process.connected,process.channel)",
  ),
  script(
    "tells of children by diagnostics_channel",
    "const dc=require('diagnostics_channel');dc.subscribe('child_process',(m)=>console.log(Object.keys(m)));cp.spawnSync('true');cp.spawn('true')",
  ),
  script(
    "tells of HTTP by diagnostics_channel",
    "const dc=require('diagnostics_channel');for (const n of ['net.client.socket','net.server.socket','http.client.request.start','http.server.request.start','http.client.response.finish'])dc.subscribe(n,(m)=>console.log(n,Object.keys(m)));const http=require('http');const s=http.createServer((q,r)=>r.end('x')).listen(0,()=>http.get({port:s.address().port},(r)=>{r.resume();s.close()}))",
  ),
  script(
    "measures",
    "const {performance,PerformanceObserver,monitorEventLoopDelay,createHistogram}=require('perf_hooks');const o=new PerformanceObserver(l=>{console.log(l.getEntries().map(e=>[e.name,e.entryType]));o.disconnect()});o.observe({entryTypes:['mark','measure','function']});performance.mark('a');performance.mark('b');performance.measure('m','a','b');performance.timerify(function ff(){})();const h=monitorEventLoopDelay({resolution:5});h.enable();const look=()=>{if(h.count===0)setTimeout(look,10);else{h.disable();console.log(h.max>0,typeof h.percentile(50))}};setImmediate(look)",
  ),
  script(
    "has the timing of Node",
    "const {PerformanceObserver,performance}=require('perf_hooks');console.log(performance.timeOrigin>0,Object.keys(performance.nodeTiming.toJSON()),performance.eventLoopUtilization().utilization>=0)",
  ),
  script(
    "observes HTTP and sockets",
    "const {PerformanceObserver}=require('perf_hooks');const o=new PerformanceObserver(l=>{for(const e of l.getEntries())console.log(e.name,e.entryType,Object.keys(e.detail??{}))});o.observe({entryTypes:['http','net','dns']});const http=require('http');const s=http.createServer((q,r)=>r.end('x')).listen(0,()=>http.get({port:s.address().port},(r)=>{r.resume();s.close();setTimeout(()=>o.disconnect(),30)}))",
  ),
  script(
    "serializes and counts its heap",
    "const v8=require('v8');console.log(v8.deserialize(v8.serialize({a:new Map([[1,2]])})),Object.keys(v8.getHeapStatistics()).length,v8.getHeapSpaceStatistics().length>3,typeof v8.cachedDataVersionTag(),Object.keys(v8.getHeapCodeStatistics()),v8.startupSnapshot.isBuildingSnapshot(),attempt(()=>v8.isStringOneByteRepresentation('a')))",
  ),
  script(
    "hooks promises and profiles garbage collection",
    "const v8=require('v8');const p=v8.promiseHooks.createHook({init(){}});p();console.log(typeof v8.GCProfiler,attempt(()=>{const g=new v8.GCProfiler();g.start();return typeof g.stop()}))",
  ),
  script(
    "runs code in contexts",
    "const vm=require('vm');const x=vm.createContext({a:1});console.log(vm.runInContext('a+1',x),vm.isContext(x),vm.runInNewContext('b',{b:2}),attempt(()=>vm.runInNewContext('while(true){}',{},{timeout:20})),new vm.Script('1+1',{cachedData:undefined,produceCachedData:true}).runInThisContext(),vm.compileFunction('return a',['a'])(4),attempt(()=>vm.runInNewContext('throw new Error(1)')));const s=new vm.Script('5');console.log(s.createCachedData().length>0);console.log(await settle(()=>vm.measureMemory({mode:'summary',execution:'eager'}).then(r=>Object.keys(r))))",
  ),
  script(
    "parses arguments, styles texts, names errors",
    "console.log(util.parseArgs({args:['-f','--bar','b','p'],options:{f:{type:'boolean',short:'f'},bar:{type:'string'}},allowPositionals:true}),util.styleText('red','x'),util.stripVTControlCharacters('\\x1b[31mx'),util.getSystemErrorName(-2),util.getSystemErrorMap().size>10,attempt(()=>util.getCallSites().length>0),util.inspect(process.versions).length>10)",
  ),
  script(
    "hashes, derives, signs, encrypts",
    "const c=require('crypto');console.log(c.createHash('sha256').update('a').digest('hex'),c.randomBytes(4).length,c.randomUUID().length,c.pbkdf2Sync('a','b',1,8,'sha1').toString('hex'),c.scryptSync('a','b',8).toString('hex'),c.getHashes().length>10,c.getCiphers().length>10,c.getCurves().length>3,c.timingSafeEqual(Buffer.from('a'),Buffer.from('a')),c.hkdfSync('sha1','k','s','i',4).byteLength);c.pbkdf2('a','b',1,8,'sha1',(e,k)=>console.log(k.toString('hex')));c.generateKeyPair('rsa',{modulusLength:512},(e,k)=>console.log(e,k.type));console.log(c.createCipheriv('aes-128-cbc',Buffer.alloc(16),Buffer.alloc(16)).update('x'.repeat(16),'utf8','hex'));const k=c.generateKeyPairSync('ed25519');console.log(c.verify(null,Buffer.from('a'),k.publicKey,c.sign(null,Buffer.from('a'),k.privateKey)))",
  ),
  script(
    "encrypts by WebCrypto",
    "const k=await crypto.subtle.generateKey({name:'AES-GCM',length:128},true,['encrypt','decrypt']);const iv=new Uint8Array(12);const e=await crypto.subtle.encrypt({name:'AES-GCM',iv},k,new Uint8Array(3));console.log(e.byteLength,(await crypto.subtle.decrypt({name:'AES-GCM',iv},k,e)).byteLength,Buffer.from(await crypto.subtle.digest('SHA-256',new Uint8Array(1))).toString('hex'))",
  ),
  script(
    "compresses every way",
    "const z=require('zlib');const b=Buffer.from('a'.repeat(100));for(const [a,d] of [['gzipSync','gunzipSync'],['deflateSync','inflateSync'],['brotliCompressSync','brotliDecompressSync'],['zstdCompressSync','zstdDecompressSync'],['deflateRawSync','inflateRawSync']])console.log(a,z[d](z[a](b)).length);z.gzip(b,(e,r)=>z.gunzip(r,(e,r)=>console.log(r.length)));console.log(z.crc32('a'),(await util.promisify(z.zstdCompress)(b)).length);fs.createReadStream(__filename).pipe(z.createGzip()).pipe(z.createGunzip()).on('data',()=>{}).on('end',()=>console.log('end'))",
  ),
  script(
    "pipes web streams",
    "const {ReadableStream,CompressionStream,TextDecoderStream}=require('stream/web');const r=new ReadableStream({start(c){c.enqueue(new Uint8Array([97]));c.close()}}).pipeThrough(new CompressionStream('gzip')).pipeThrough(new DecompressionStream('gzip')).pipeThrough(new TextDecoderStream());for await(const x of r)console.log(x)",
  ),
  script(
    "clones, messages, blobs and their URLs",
    "console.log(structuredClone({a:new Date(0),b:new Map([[1,new Set([2])]]),c:/x/g,d:new Error('e').message}));const {MessageChannel}=require('worker_threads');const m=new MessageChannel();m.port1.on('message',x=>{console.log(x);m.port1.close()});m.port2.postMessage({x:1});const b=new Blob(['ab','c']);console.log(await b.text(),b.size);const u=URL.createObjectURL(b);console.log(require('buffer').resolveObjectURL(u).size)",
  ),
  script(
    "has no localStorage without a file",
    "console.log(typeof globalThis.localStorage,attempt(()=>globalThis.localStorage?.getItem('a')))",
  ),
  script(
    "keeps a sessionStorage",
    "console.log(typeof sessionStorage,attempt(()=>{sessionStorage.setItem('a','1');return sessionStorage.getItem('a')}),attempt(()=>sessionStorage.length))",
  ),
  script(
    "gives detached children a session of their own",
    "const k=cp.spawn('sh',['-c','ps -o pid,sid,pgid -p $$ 2>/dev/null; echo x'],{detached:true});let s='';k.stdout.on('data',d=>s+=d).on('end',()=>{const [p,sid,pg]=s.split('\\n')[1].trim().split(/ +/);console.log(p===sid,p===pg)})",
  ),
  script(
    "gives children every kind of descriptor",
    "const o=fs.openSync('o','w');const r=cp.spawnSync('sh',['-c','echo a; echo b>&2; echo c>&3; echo d >&4'],{stdio:['ignore','pipe','inherit','pipe',o]});console.log(r.output.map(String),fs.readFileSync('o','utf8'))",
  ),
  script(
    "overlaps as it pipes",
    "const k=cp.spawn('cat',{stdio:['overlapped','pipe','inherit']});k.stdout.on('data',d=>console.log(''+d));k.stdin.end('x')",
  ),
  script(
    "gives streams to children",
    "const o=fs.createWriteStream('o');o.on('open',()=>{cp.spawn('echo',['hi'],{stdio:['ignore',o,o]}).on('close',()=>console.log(fs.readFileSync('o','utf8')))})",
  ),
  script(
    "pipes beyond standard error",
    "const k=cp.spawn('sh',['-c','cat <&3; echo out >&4'],{stdio:['ignore','inherit','inherit','pipe','pipe']});k.stdio[4].on('data',d=>console.log('4',''+d));k.stdio[3].end('three\\n')",
  ),
  script(
    "opens a channel by stdio",
    "if(process.argv[2]){process.send({fd:1});process.disconnect()}else{const k=cp.spawn(process.execPath,[__filename,'x'],{stdio:['inherit','inherit','inherit','ipc']});k.on('message',m=>console.log(m)).on('exit',c=>console.log('exit',c))}",
  ),
  script("names children", "console.log(cp.spawnSync('sh',['-c','echo $0'],{argv0:'zz'}).stdout+'')"),
];
