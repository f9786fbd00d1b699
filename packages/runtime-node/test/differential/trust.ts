import { CERTIFICATE } from "./certificate.ts";
import { type Script, task } from "./script.ts";

const PRELUDE = `const https = require("https"), tls = require("tls"); const options = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") }; const server = https.createServer(options, (q, r) => r.end("trusted")).listen(0, "127.0.0.1"); await once(server, "listening"); const { port } = server.address();
const ask = () => settle(new Promise((done, fail) => https.get({ port, host: "127.0.0.1", agent: false }, async (r) => done(await text(r))).on("error", (e) => fail(e.code))));
const fetched = () => settle(fetch("https://127.0.0.1:" + port).then((r) => r.text(), (e) => e.cause.code));
const count = (type) => tls.getCACertificates(type).filter((pem) => pem.trim() === String(options.cert).trim()).length;
const show = async () => print(await ask(), await fetched(), count("default"), count("extra"), count("system"));
const close = () => { server.close(); server.closeAllConnections(); };`;

/** What the host's own environment and files say of trust is not to be seen. */
const NONE = { SSL_CERT_FILE: "/nonexistent", SSL_CERT_DIR: "certs" };

const trust = (name: string, body: string, env: Record<string, string>, more: Partial<Script> = {}): Script =>
  task(name, `${PRELUDE}\n${body}\nclose();`, {
    ...more,
    files: { ...CERTIFICATE, "certs/readme.txt": "", "junk.pem": "junk\n", ...more.files },
    env: { ...NONE, ...env },
  });

const MALFORMED = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

export const TRUST_SCRIPTS: Script[] = [
  trust("without more, only the certificates that Node brings are trusted", "await show();", {}),
  trust("NODE_EXTRA_CA_CERTS names a file of certificates", "await show();", {
    NODE_EXTRA_CA_CERTS: "cert.pem",
  }),
  trust(
    "the variable counts from the start",
    `process.env.NODE_EXTRA_CA_CERTS = "cert.pem"; await show();`,
    {},
  ),
  trust(
    "a child and a worker trust the same",
    `const code = "const r = require('https').get({ port: " + port + ", host: '127.0.0.1' }, (a) => { console.log(a.statusCode); a.destroy(); }).on('error', (e) => console.log(e.code))"; print(await text(cp.spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] }).stdout)); const { Worker } = require("worker_threads"); await once(new Worker(code, { eval: true }), "exit");`,
    { NODE_EXTRA_CA_CERTS: "cert.pem" },
  ),
  trust("a file that is not there", "await show();", { NODE_EXTRA_CA_CERTS: "none.pem" }),
  trust("a file without certificates", "await show();", { NODE_EXTRA_CA_CERTS: "junk.pem" }),
  trust(
    "a file with a malformed certificate",
    "await show();",
    { NODE_EXTRA_CA_CERTS: "malformed.pem" },
    { files: { "malformed.pem": CERTIFICATE["cert.pem"] + MALFORMED + CERTIFICATE["cert.pem"] } },
  ),
  trust(
    "certificates that the program sets take the place of all others",
    `await show(); tls.setDefaultCACertificates([]); print(await ask(), tls.getCACertificates("default").length); tls.setDefaultCACertificates([options.cert]); print(await ask());`,
    { NODE_EXTRA_CA_CERTS: "cert.pem" },
  ),
  trust(
    "certificates that the program sets before any is used",
    `tls.setDefaultCACertificates([]); print(await ask(), tls.getCACertificates("default").length);`,
    { NODE_EXTRA_CA_CERTS: "cert.pem" },
  ),
  trust("--use-system-ca: what SSL_CERT_FILE names", "await show();", {
    NODE_OPTIONS: "--use-system-ca",
    SSL_CERT_FILE: "cert.pem",
  }),
  trust("NODE_USE_SYSTEM_CA", "print(await ask(), await fetched());", {
    NODE_USE_SYSTEM_CA: "1",
    SSL_CERT_FILE: "cert.pem",
  }),
  trust(
    "--use-openssl-ca: what is in SSL_CERT_DIR alone is not Node's",
    `print(await ask(), tls.getCACertificates("default").length);`,
    { NODE_OPTIONS: "--use-openssl-ca", SSL_CERT_FILE: "cert.pem" },
  ),
];
