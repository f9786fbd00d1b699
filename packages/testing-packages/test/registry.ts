// A registry of packages on the host's loopback: made of text, or of what is installed here.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { findPackageJSON } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** Path in the package → content; package.json gives name and version. */
export type PackageFiles = Readonly<Record<string, string | Buffer>>;

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
}

interface Published {
  manifest: Manifest;
  tarball: Buffer;
}

const BLOCK = 512;

/** Source: POSIX.1-2024 pax, ustar interchange format. */
function tarball(files: PackageFiles): Buffer {
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

/** The files of an installed package and of all that it depends on. */
export function installed(name: string, importer: string, found = new Map<string, PackageFiles>()) {
  const directory = realpathSync(dirname(findPackageJSON(name, importer)!));
  if (found.has(directory)) return found;
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
    (path) => !path.startsWith("node_modules") && statSync(join(directory, path)).isFile(),
  );
  found.set(directory, Object.fromEntries(paths.map((path) => [path, readFileSync(join(directory, path))])));
  const manifest = join(directory, "package.json");
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
  for (const dependency of Object.keys(dependencies)) installed(dependency, manifest, found);
  return found;
}

export class Registry implements Disposable {
  readonly #packages = new Map<string, Published[]>();
  readonly #server: Server;

  private constructor(packages: Iterable<PackageFiles>) {
    for (const files of packages) {
      const manifest = JSON.parse(String(files["package.json"])) as Manifest;
      const versions = this.#packages.get(manifest.name) ?? [];
      this.#packages.set(manifest.name, [...versions, { manifest, tarball: tarball(files) }]);
    }
    this.#server = createServer((request, response) => {
      const [name = "", file] = decodeURIComponent(request.url ?? "")
        .slice(1)
        .split("/-/");
      const versions = this.#packages.get(name);
      const published = versions?.find(({ manifest }) => `${manifest.version}.tgz` === file);
      if (published) response.end(published.tarball);
      else if (versions && file === undefined) response.end(this.#packument(name, versions));
      else response.writeHead(404).end("{}");
    });
  }

  static async start(packages: Iterable<PackageFiles>): Promise<Registry> {
    const registry = new Registry(packages);
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  [Symbol.dispose](): void {
    this.#server.close();
  }

  #packument(name: string, published: readonly Published[]): string {
    const versions = published.map(({ manifest, tarball }) => {
      const dist = {
        tarball: `${this.url}${name}/-/${manifest.version}.tgz`,
        integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
      };
      return [manifest.version, { ...manifest, dist }];
    });
    const latest = published.at(-1)!.manifest.version;
    return JSON.stringify({ name, "dist-tags": { latest }, versions: Object.fromEntries(versions) });
  }
}
