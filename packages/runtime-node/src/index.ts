import { createRequire } from "node:module";
import { dirname } from "node:path";
import { defineSoftware, type Software } from "@agentos/kernel/program";

/** How many processes wait for a program, in the host process that runs the VM. */
export interface PoolSize {
  /** So many always wait. @default 1 */
  least?: number;
  /** So many at most, while many programs are started. @default 4 */
  most?: number;
}

/** The real npm, as a Node installation has it. */
const NPM = "/usr/lib/node_modules/npm";

/** Where -g installs; that it does not look for another npm; and a wait of seconds, not minutes, for a network that is not there. */
const NPM_CONFIG = `prefix=/usr/local
update-notifier=false
fetch-retry-mintimeout=1000
fetch-retry-maxtimeout=5000
`;

/** @param from this module's URL; a size of the pool is in its query, because a sidecar knows a package by its URL */
function software(from: string): Software {
  return defineSoftware({
    name: "@agentos/runtime-node",
    version: "0.1.0",
    from,
    commands: { node: { image: () => loadImage(new URL(from).searchParams) } },
    walls: () => import("./walls.ts"),
    files: { "/usr/etc/npmrc": NPM_CONFIG },
    links: { npm: `${NPM}/bin/npm-cli.js`, npx: `${NPM}/bin/npx-cli.js` },
    directories: { [NPM]: dirname(createRequire(import.meta.url).resolve("npm/package.json")) },
  });
}

async function loadImage(query: URLSearchParams): Promise<typeof import("./node-loader.ts")> {
  const [least, most] = [query.get("least"), query.get("most")];
  if (least && most) {
    const { pool } = await import("./pool.ts");
    pool.grow({ least: Number(least), most: Number(most) });
  }
  return import("./node-loader.ts");
}

/** Real Node.js in a VM, with npm and npx: `AgentOs.create({ software: [common, node] })`. */
export default software(import.meta.url);

/**
 * The same with a pool of another size; VMs that share a sidecar share the pool, which has the largest size any of them
 * asks for. @throws RangeError naming the field
 * @example AgentOs.create({ software: [common, withPool({ least: 4, most: 16 })] })
 */
export function withPool({ least = 1, most = Math.max(least, 4) }: PoolSize): Software {
  if (!isCount(most)) throw new RangeError(`most must be a whole number from 0 to ${LARGEST_POOL}`);
  if (!isCount(least) || least > most) throw new RangeError("least must be a whole number from 0 to most");
  const url = new URL(import.meta.url);
  url.search = new URLSearchParams({ least: String(least), most: String(most) }).toString();
  return software(url.href);
}

const LARGEST_POOL = 256;
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= LARGEST_POOL;
