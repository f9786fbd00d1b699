import { cjs, type Script } from "./script.ts";

/** A program that forks itself; what the parent has to say comes at its end, in no order of its own. */
const sends = (name: string, body: string): Script =>
  cjs(
    name,
    `const net = require("net"), http = require("http"), dgram = require("dgram");
     const said = [], say = (...values) => said.push(values.join(" "));
     process.on("exit", () => { if (!isChild) print(said.sort()) });
     const isChild = process.argv[2] === "child", fork = (options) => cp.fork(__filename, ["child"], options);
     ${body}`,
  );

export const HANDLE_SCRIPTS: Script[] = [
  sends(
    "a server, which the child takes over",
    "if(isChild){process.on('message',(m,s)=>{console.log('child',m,s.constructor.name,s.listening);s.on('connection',k=>{k.end('from child');s.close();process.disconnect()});process.send('ready')})}else{const s=net.createServer().listen(0,()=>{const k=fork();const p=s.address().port;k.send('server',s);k.on('message',()=>s.close(()=>say('parent closed')));k.on('message',()=>net.connect(p).on('data',d=>say(''+d)).on('close',()=>say('closed')));k.on('exit',c=>say('exit',c))})}",
  ),
  sends(
    "a connection",
    "if(isChild){process.on('message',(m,s)=>{console.log('child',m,s.constructor.name);s.on('data',d=>{s.end('echo '+d);}).on('close',()=>process.disconnect());s.resume()})}else{const k=fork();k.on('exit',c=>say('exit',c));const s=net.createServer({pauseOnConnect:true},x=>{k.send('sock',x);s.close()}).listen(0,()=>{const q=net.connect(s.address().port,()=>q.write('hi'));q.on('data',d=>say(''+d)).on('end',()=>say('end'))})}",
  ),
  sends(
    "with structured clones",
    "if(isChild){process.on('message',(m,s)=>{console.log('child',m,s.constructor.name);s.end('x'.repeat(100000));s.on('close',()=>process.disconnect())})}else{const k=fork({serialization:'advanced'});k.on('exit',c=>say('exit',c));const s=net.createServer({pauseOnConnect:true},x=>{k.send(new Map([[1,2]]),x);s.close()}).listen(0,()=>{let n=0;net.connect(s.address().port).on('data',d=>n+=d.length).on('close',()=>say(n))})}",
  ),
  sends(
    "a server for HTTP",
    "if(isChild){const h=http.createServer((q,r)=>{r.end('child '+q.url);});process.on('message',(m,s)=>{if(m==='server')h.listen(s,()=>process.send('ready'));else process.exit()})}else{const s=net.createServer().listen(0,()=>{const port=s.address().port;const k=fork();k.send('server',s);k.on('message',()=>{s.close();http.get({port,path:'/a',agent:false},r=>{let t='';r.on('data',d=>t+=d).on('end',()=>{say(t);k.send('end')})})});k.on('exit',c=>say('exit',c))})}",
  ),
  sends(
    "a socket of datagrams",
    "if(isChild){process.on('message',(m,s)=>{s.on('message',d=>{console.log('child got',''+d);s.close();process.disconnect()});process.send('ready')})}else{const s=dgram.createSocket('udp4');s.bind(0,'127.0.0.1',()=>{const port=s.address().port;const k=fork();k.send('dgram',s);k.on('message',()=>{s.close();const t=dgram.createSocket('udp4');t.send('hello',port,'127.0.0.1',()=>t.close())});k.on('exit',c=>say('exit',c))})}",
  ),
  sends(
    "many connections, one after the other",
    "if(isChild){let n=0;process.on('message',(m,s)=>{if(s)s.end('n'+(n++));else{process.disconnect()}})}else{const k=fork();let done=0;const s=net.createServer({pauseOnConnect:true},x=>k.send('s',x)).listen(0,()=>{const got=[];for(let i=0;i<10;i++)net.connect(s.address().port).on('data',d=>got.push(''+d)).on('close',()=>{if(++done===10){say(got.sort());k.send('end');s.close()}})});k.on('exit',c=>say('exit',c))}",
  ),
  sends(
    "to the parent",
    "if(isChild){const s=net.createServer().listen(0,()=>{process.send({port:s.address().port},s,()=>{s.close();process.disconnect()})})}else{const k=fork();k.on('message',(m,s)=>{say(s.address().port===m.port,s.constructor.name);s.on('connection',c=>{c.end('parent');s.close()});net.connect(m.port).on('data',d=>say(''+d))}).on('exit',c=>say('exit',c))}",
  ),
  sends(
    "what is no handle",
    "if(isChild){process.on('message',()=>process.disconnect())}else{const k=fork();try{k.send('x',{a:1})}catch(e){say(e.code,e.message)}try{k.send('x',5)}catch(e){say(e.code)}k.send('end')}",
  ),
  sends(
    "a connection that both keep",
    "if(isChild){process.on('message',(m,s)=>{s.write('child ');process.disconnect();s.destroy?.()})}else{const k=fork();const s=net.createServer({pauseOnConnect:true},x=>{k.send('s',x,{keepOpen:true},()=>{});k.on('exit',()=>{x.end('parent');s.close()})}).listen(0,()=>{let t='';net.connect(s.address().port).on('data',d=>t+=d).on('close',()=>say(t))})}",
  ),
];
