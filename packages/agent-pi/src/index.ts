import { existsSync, readFileSync, realpathSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { defineSoftware } from "@agentos/kernel/program";

const HOME = "/usr/lib/agent-pi";
const PI = "@earendil-works/pi-coding-agent";

const packageDirectory = realpathSync(dirname(findPackageJSON(PI, import.meta.url)!));
const modules = outermostModules(packageDirectory);
/** The SDK beside the command is bundled as the command is: it loads several times faster than the package's main. */
const { bin } = JSON.parse(readFileSync(join(packageDirectory, "package.json"), "utf8")) as {
  bin: { pi: string };
};

/** The Pi coding agent in a VM that has Node.js: `AgentOs.create({ software: [common, node, pi] })`. */
export default defineSoftware({
  name: "@agentos/agent-pi",
  version: "0.1.0",
  from: import.meta.url,
  commands: {},
  links: { pi: inVm(bin.pi) },
  directories: { [`${HOME}/node_modules`]: modules, [`${HOME}/adapter`]: adapterDirectory() },
  agent: {
    type: "pi",
    title: "Pi",
    command: "node",
    args: [`${HOME}/adapter/${adapterFile()}`, inVm(join(dirname(bin.pi), "index.js"))],
    env: { PI_OFFLINE: "1", PI_SKIP_VERSION_CHECK: "1", PI_TELEMETRY: "0" },
    acp: true,
    instructions: "file",
  },
});

/** What Pi's packages are all in, whichever package manager put them there. */
function outermostModules(directory: string): string {
  const name = `${sep}node_modules${sep}`;
  return directory.slice(0, directory.indexOf(name) + name.length - 1);
}

function inVm(file: string): string {
  const path = relative(modules, join(packageDirectory, file)).replaceAll(sep, "/");
  return `${HOME}/node_modules/${path}`;
}

/** dist/guest in a published package, src/guest in a checkout. */
function adapterDirectory(): string {
  return fileURLToPath(new URL("guest", import.meta.url));
}

function adapterFile(): string {
  return existsSync(join(adapterDirectory(), "adapter.mjs")) ? "adapter.mjs" : "adapter.ts";
}
