// A registry of packages made of text, on the host's loopback.

import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

/** Package → file below its folder → content; package.json gives name and version. */
export type Packages = Readonly<Record<string, Readonly<Record<string, string>>>>;

const BLOCK = 512;

/** Source: POSIX.1-2024 pax, ustar interchange format. */
function tarball(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const data = Buffer.from(content);
    const head = Buffer.alloc(BLOCK);
    head.write(`package/${path}`, 0);
    head.write("0000755\0", 100);
    head.write(`${data.length.toString(8).padStart(11, "0")}\0`, 124);
    head.write("00000000000\0        0", 136);
    head.write("ustar\x0000", 257);
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [head, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

export interface Registry {
  port: number;
  close(): void;
}

export async function startRegistry(packages: Packages): Promise<Registry> {
  const tarballs = new Map(Object.entries(packages).map(([name, files]) => [name, tarball(files)]));
  const server = createServer((request, response) => {
    const [, name = "", file] = (request.url ?? "").split("/");
    const data = tarballs.get(name);
    if (!data) response.writeHead(404).end("{}");
    else if (file) response.end(data);
    else response.setHeader("content-type", "application/json").end(packument(name, data));
  });
  const packument = (name: string, data: Buffer): string => {
    const manifest = JSON.parse(packages[name]!["package.json"]!) as { version: string };
    const { port } = server.address() as { port: number };
    const dist = {
      tarball: `http://127.0.0.1:${port}/${name}/${name}.tgz`,
      integrity: `sha512-${createHash("sha512").update(data).digest("base64")}`,
    };
    return JSON.stringify({
      name,
      "dist-tags": { latest: manifest.version },
      versions: { [manifest.version]: { ...manifest, dist } },
    });
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as { port: number }).port, close: () => server.close() };
}
