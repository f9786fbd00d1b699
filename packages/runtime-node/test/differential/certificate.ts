import { readFileSync } from "node:fs";

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");

/** A server's key and its self-signed certificate for localhost, as files of a script. */
export const CERTIFICATE = {
  "key.pem": fixture("localhost-key.pem"),
  "cert.pem": fixture("localhost-cert.pem"),
};
