import crypto from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Fs } from "@agentos/mount-s3";
import S3rver from "s3rver";
import { afterAll, beforeAll, vi } from "vitest";
import { fileSystemSuite } from "../../vfs/test/file-system-suite.ts";
import { S3Server } from "./s3-server.ts";

// The contract of every file system, against two services that know nothing of each other.

const opened: S3Fs[] = [];
const directory = mkdtempSync(join(tmpdir(), "agentos-s3rver-"));
let ours: S3Server;
let s3rver: S3rver;
let s3rverUrl: string;
let runs = 0;

/** s3rver hides where a listing's page ended with DES, which OpenSSL 3 no longer has. */
function replaceDes(): void {
  const twice = (bytes: unknown) => Buffer.concat([bytes as Buffer, bytes as Buffer]);
  const { createCipheriv, createDecipheriv } = crypto;
  vi.spyOn(crypto, "createCipheriv").mockImplementation((_, key, iv) =>
    createCipheriv("aes-128-cbc", twice(key), twice(iv)),
  );
  vi.spyOn(crypto, "createDecipheriv").mockImplementation((_, key, iv) =>
    createDecipheriv("aes-128-cbc", twice(key), twice(iv)),
  );
}

beforeAll(async () => {
  replaceDes();
  ours = await S3Server.start();
  s3rver = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: "bucket", configs: [] }],
  });
  const { port } = await s3rver.run();
  s3rverUrl = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  vi.restoreAllMocks();
  for (const fs of opened) await fs.close();
  await ours.stop();
  await s3rver.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(options: ConstructorParameters<typeof S3Fs>[0]): S3Fs {
  const fs = new S3Fs({ ...options, prefix: `run-${runs++}`, uid: 0, gid: 0 });
  opened.push(fs);
  return fs;
}

fileSystemSuite("a bucket", () => open(ours.options), { full: false, symlinks: false });
fileSystemSuite(
  "a bucket of s3rver",
  () =>
    open({
      bucket: "bucket",
      endpoint: s3rverUrl,
      credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
    }),
  { full: false, symlinks: false },
);
