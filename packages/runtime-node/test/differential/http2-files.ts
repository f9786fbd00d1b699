import { type Script, task } from "./script.ts";

/** Serves by `onStream`, asks for each path, prints what comes, and ends. */
const SERVE = `const http2 = require("http2");
fs.writeFileSync("small", "hello"); fs.writeFileSync("big", Buffer.alloc(1 << 20, "x")); fs.writeFileSync("empty", "");
const serve = (onStream, paths, more = {}) => new Promise((done) => {
  const server = http2.createServer();
  server.on("stream", onStream).on("error", (e) => print("server", e.code));
  server.listen(0, () => {
    const client = http2.connect("http://localhost:" + server.address().port);
    let left = paths.length;
    for (const p of paths) {
      const r = client.request({ ":path": p, ...more });
      let size = 0, head = "", trailers;
      r.on("response", (h) => { head = [h[":status"], h["content-type"], h["content-length"], h["last-modified"] !== undefined] });
      r.on("trailers", (t) => { trailers = t["x-t"] }).on("data", (d) => { size += d.length }).on("error", (e) => print("request", p, e.code));
      r.on("close", () => { print(p, head, size, trailers, r.rstCode); if (--left === 0) { client.close(); server.close(done) } });
      r.end();
    }
  });
});`;

const http2 = (name: string, body: string): Script => task(name, `${SERVE}\n${body}`);

export const HTTP2_FILE_SCRIPTS: Script[] = [
  http2(
    "answers with a file",
    "await serve(s=>s.respondWithFile('small',{'content-type':'text/plain'}),['/']);",
  ),
  http2(
    "with a large one, with an empty one",
    "await serve(s=>s.respondWithFile('big'),['/a']);await serve(s=>s.respondWithFile('empty'),['/b'])",
  ),
  http2(
    "with a part of one",
    "await serve(s=>s.respondWithFile('big',{},{offset:100,length:70000}),['/a']);await serve(s=>s.respondWithFile('small',{},{offset:2}),['/b'])",
  ),
  http2(
    "looks at its state first",
    "await serve(s=>s.respondWithFile('small',{},{statCheck(stat,h){h['last-modified']=stat.mtime.toUTCString()}}),['/a']);await serve(s=>s.respondWithFile('small',{},{statCheck(stat,h){s.respond({':status':304});s.end();return false}}),['/b'])",
  ),
  http2(
    "when it is missing",
    "await serve(s=>s.respondWithFile('none',{},{onError(e){console.log(e.code);s.respond({':status':404});s.end()}}),['/a']);await serve(s=>{s.on('error',e=>console.log('stream',e.code));s.respondWithFile('none')},['/b'])",
  ),
  http2(
    "when it is a directory",
    "await serve(s=>s.respondWithFile('.',{},{onError(e){console.log(e.code);s.respond({':status':404});s.end()}}),['/a'])",
  ),
  http2(
    "with a descriptor",
    "const fd=fs.openSync('big');await serve(s=>{s.respondWithFD(fd,{'content-length':1<<20});s.on('close',()=>fs.closeSync(fd))},['/a'])",
  ),
  http2(
    "with a FileHandle",
    "const h=await fs.promises.open('small');await serve(s=>{s.respondWithFD(h);s.on('close',()=>h.close())},['/a'])",
  ),
  http2(
    "with a descriptor that is not open",
    "await serve(s=>{s.on('error',e=>console.log('stream',e.code));s.respondWithFD(999)},['/a'])",
  ),
  http2(
    "with trailers behind it",
    "await serve(s=>{s.respondWithFile('small',{},{waitForTrailers:true});s.on('wantTrailers',()=>s.sendTrailers({'x-t':'yes'}))},['/a'])",
  ),
  http2("to HEAD", "await serve(s=>s.respondWithFile('small'),['/a'],{':method':'HEAD'})"),
  http2(
    "to a client that goes away",
    "const s=http2.createServer();s.on('stream',t=>{t.on('error',()=>{});t.respondWithFile('big')});s.listen(0,()=>{const c=http2.connect('http://localhost:'+s.address().port);const r=c.request({':path':'/'});r.once('data',()=>{r.close(http2.constants.NGHTTP2_CANCEL)});r.on('close',()=>{console.log('closed');c.close();s.close(()=>console.log('server closed'))})})",
  ),
  http2("many times at once", "await serve(s=>s.respondWithFile('big'),Array.from({length:20},()=>'/a'))"),
  http2(
    "by the compatible interface",
    "const s=http2.createServer((q,r)=>{r.stream.respondWithFile('small',{'x-a':'b'})}).listen(0,()=>{const c=http2.connect('http://localhost:'+s.address().port);c.request().on('response',h=>console.log(h['x-a'])).on('data',d=>console.log(''+d)).on('close',()=>{c.close();s.close()})})",
  ),
];
