import { existsSync, readFileSync, realpathSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { defineSoftware } from "@agentos/kernel/program";

const HOME = "/usr/lib/agent-pi";
const PI = "@earendil-works/pi-coding-agent";

const packageDirectory = directoryOf(PI, import.meta.url);
const manifest = join(packageDirectory, "package.json");
const { bin, dependencies } = JSON.parse(readFileSync(manifest, "utf8")) as {
  bin: { pi: string };
  dependencies: Record<string, string>;
};
/** The SDK beside the command is bundled as the command is: it loads several times faster than the package's main. */
const sdk = join(dirname(bin.pi), "index.js");

/** The Pi coding agent in a VM that has Node.js: `AgentOs.create({ software: [common, node, pi] })`. */
export default defineSoftware({
  name: "@agentos/agent-pi",
  version: "0.1.0",
  from: import.meta.url,
  commands: {},
  links: { pi: inVm(bin.pi) },
  directories: { ...packages(), [`${HOME}/adapter`]: adapterDirectory() },
  agent: {
    type: "pi",
    title: "Pi",
    command: "node",
    args: [`${HOME}/adapter/${adapterFile()}`, inVm(sdk)],
    env: { PI_OFFLINE: "1", PI_SKIP_VERSION_CHECK: "1", PI_TELEMETRY: "0" },
    acp: true,
    instructions: "file",
  },
});

/** Pi and what extensions import beside it, side by side; nothing else that is installed on the host. */
function packages(): Record<string, string> {
  const directories = { [inVm()]: packageDirectory };
  for (const name of Object.keys(dependencies)) {
    directories[`${HOME}/node_modules/${name}`] = directoryOf(name, manifest);
  }
  return directories;
}

function directoryOf(name: string, importer: string): string {
  return realpathSync(dirname(findPackageJSON(name, importer)!));
}

function inVm(file = ""): string {
  return join(HOME, "node_modules", PI, file).replaceAll(sep, "/");
}

/** dist/guest in a published package, src/guest in a checkout. */
function adapterDirectory(): string {
  return fileURLToPath(new URL("guest", import.meta.url));
}

function adapterFile(): string {
  return existsSync(join(adapterDirectory(), "adapter.mjs")) ? "adapter.mjs" : "adapter.ts";
}
