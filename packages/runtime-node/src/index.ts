import { createRequire } from "node:module";
import { dirname } from "node:path";
import { defineSoftware } from "@agentos/kernel/program";

/** The real npm, as a Node installation has it. */
const NPM = "/usr/lib/node_modules/npm";

/** Where -g installs; that it does not look for another npm; and a wait of seconds, not minutes, for a network that is not there. */
const NPM_CONFIG = `prefix=/usr/local
update-notifier=false
fetch-retry-mintimeout=1000
fetch-retry-maxtimeout=5000
`;

/** Real Node.js in a VM, with npm and npx: `AgentOs.create({ software: [common, node] })`. */
export default defineSoftware({
  name: "@agentos/runtime-node",
  version: "0.1.0",
  from: import.meta.url,
  commands: { node: { image: () => import("./node-loader.ts") } },
  walls: () => import("./walls.ts"),
  files: { "/usr/etc/npmrc": NPM_CONFIG },
  links: { npm: `${NPM}/bin/npm-cli.js`, npx: `${NPM}/bin/npx-cli.js` },
  directories: { [NPM]: dirname(createRequire(import.meta.url).resolve("npm/package.json")) },
});
