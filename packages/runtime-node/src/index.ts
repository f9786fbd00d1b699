import { createRequire } from "node:module";
import { dirname } from "node:path";
import { defineSoftware, type Software } from "@agentos/kernel/program";

/** How many processes wait for a program, in the host process that runs the VM. */
export interface PoolSize {
  /** How many always wait. @default 1 */
  least?: number;
  /** How many may wait while many programs are being started. @default 4 */
  most?: number;
}

/** The real npm, where an installation of Node has it. */
const NPM = "/usr/lib/node_modules/npm";

/**
 * Where -g installs; no check for new versions of npm; and if there is no network, a timeout of seconds rather than
 * minutes.
 */
const NPM_CONFIG = `prefix=/usr/local
update-notifier=false
fetch-retry-mintimeout=1000
fetch-retry-maxtimeout=5000
`;

/** @param from this module's URL. A pool size is given in its query, as a sidecar knows a package only by its URL */
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
 * The same with a pool of another size. VMs in the same sidecar share one pool, which gets the largest size that any
 * of them asks for. @throws RangeError, which names the field
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
