// Message digests by the host's native code.
import { createHash } from "node:crypto";

export type DigestName = "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512" | "blake2b512";

export interface Digest {
  update(chunk: Uint8Array): void;
  /** Lower-case hexadecimal. */
  finish(): string;
}

export function newDigest(name: DigestName): Digest {
  const hash = createHash(name);
  return {
    update: (chunk) => void hash.update(chunk),
    finish: () => hash.digest("hex"),
  };
}
