// Certificates that a program trusts in addition to Node's own: files of the VM named by NODE_EXTRA_CA_CERTS and, with
// --use-system-ca or --use-openssl-ca, those in OpenSSL's places. Node's C++ side would read the host's. Source:
// node's src/crypto/crypto_context.cc, doc/api/cli.md; X509_get_default_cert_file(3).

import type { Internals, Native, NodeInternals } from "../internals.ts";
import type { KernelClient } from "../kernel-client.ts";
import { toKernel } from "../text.ts";

const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";
/** Where distributions keep them: one file with all of them, or one file each. */
const SYSTEM_FILES = ["/etc/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt"];
const SYSTEM_DIRECTORY = "/etc/ssl/certs";

interface Crypto extends Internals {
  getBundledRootCertificates(): string[];
  resetRootCertStore(certificates: readonly string[]): void;
}

/** To be called once environment and options are those of the program. */
export function trustCertificates(node: NodeInternals, kernel: KernelClient): void {
  const { getOptionValue } = node.module("internal/options") as { getOptionValue: Native };
  const extraFile = process.env.NODE_EXTRA_CA_CERTS;
  const usesOpenssl = getOptionValue("--use-openssl-ca") === true;
  const usesSystem = getOptionValue("--use-system-ca") === true || process.env.NODE_USE_SYSTEM_CA === "1";
  const crypto = node.binding("crypto") as Crypto;
  const { getBundledRootCertificates, resetRootCertStore } = crypto;
  const parse = once(
    () => (node.module("internal/crypto/x509") as unknown as { X509Certificate: Parse }).X509Certificate,
  );
  const extra = once(() => (extraFile ? readExtra(kernel, extraFile, parse()) : []));
  const system = once(() => readSystem(kernel, parse()));
  crypto.getExtraCACertificates = extra;
  crypto.getSystemCACertificates = system;
  if (!extraFile && !usesOpenssl && !usesSystem) return;

  let isLoaded = false;
  const load = (): void => {
    if (isLoaded) return;
    isLoaded = true;
    const own = usesOpenssl ? [] : getBundledRootCertificates();
    resetRootCertStore([...own, ...(usesOpenssl || usesSystem ? system() : []), ...extra()]);
  };
  // tls.setDefaultCACertificates()
  crypto.resetRootCertStore = (certificates) => {
    isLoaded = true;
    resetRootCertStore(certificates);
  };
  const { prototype } = crypto.SecureContext as { prototype: { addRootCerts: Native } };
  const { addRootCerts } = prototype;
  prototype.addRootCerts = function (this: object) {
    load();
    return Reflect.apply(addRootCerts, this, []);
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

type Parse = new (pem: string) => object;

function readExtra(kernel: KernelClient, file: string, parse: Parse): string[] {
  const { text, failure } = read(kernel, file);
  const { certificates, isMalformed } = split(text, parse);
  const why = failure ?? (isMalformed ? "error:0488000D:PEM routines::ASN1 lib" : undefined);
  if (why !== undefined) {
    kernel.call(
      "complain",
      Buffer.from(`Warning: Ignoring extra certs from \`${file}\`, load failed: ${why}\n`),
    );
  }
  return certificates;
}

function readSystem(kernel: KernelClient, parse: Parse): string[] {
  const { SSL_CERT_FILE, SSL_CERT_DIR } = process.env;
  const found = new Set<string>();
  const take = (file: string): void => {
    for (const certificate of split(read(kernel, file).text, parse).certificates) found.add(certificate);
  };
  for (const file of SSL_CERT_FILE ? [SSL_CERT_FILE] : SYSTEM_FILES) take(file);
  if (found.size === 0 || SSL_CERT_DIR) {
    for (const directory of (SSL_CERT_DIR || SYSTEM_DIRECTORY).split(":")) {
      for (const file of filesOf(kernel, directory)) take(file);
    }
  }
  return [...found];
}

function filesOf(kernel: KernelClient, directory: string): string[] {
  const { errno, value } = kernel.call("readdir", toKernel(directory), 0);
  if (errno < 0) return [];
  const [names] = value as [string[]];
  return names.map((name) => `${directory}/${name}`);
}

function read(kernel: KernelClient, file: string): { text: string; failure?: string } {
  const { errno, value } = kernel.call("readFile", toKernel(file), 0);
  if (errno >= 0) return { text: Buffer.from(value as Uint8Array).toString("latin1") };
  const code = (0x8000_0000 - errno).toString(16).toUpperCase();
  return { text: "", failure: `error:${code}:system library::${REASONS[errno] ?? "unknown"}` };
}

const REASONS: Readonly<Record<number, string>> = {
  [-2]: "No such file or directory",
  [-13]: "Permission denied",
};

/** The certificates before the first that cannot be parsed. */
function split(text: string, parse: Parse): { certificates: string[]; isMalformed: boolean } {
  const certificates: string[] = [];
  for (let at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at + 1)) {
    const end = text.indexOf(END, at);
    try {
      if (end < 0) throw new Error("no end");
      const certificate = `${text.slice(at, end)}${END}\n`;
      new parse(certificate);
      certificates.push(certificate);
    } catch {
      return { certificates, isMalformed: true };
    }
  }
  return { certificates, isMalformed: false };
}
