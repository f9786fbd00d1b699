import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { findPackageJSON, stripTypeScriptTypes } from "node:module";
import { dirname, join, sep } from "node:path";
import { defineSoftware } from "@agentos/kernel/program";

const HOME = "/usr/lib/agent-pi";
const ADAPTER = `${HOME}/adapter/adapter.mjs`;
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
  files: adapterFiles(),
  directories: packages(),
  agent: {
    type: "pi",
    title: "Pi",
    command: "node",
    args: [ADAPTER, inVm(sdk)],
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

/** One script in a published package; in a checkout the sources without their types, which a guest would take long to strip. */
function adapterFiles(): Record<string, string> {
  const built = new URL("guest/adapter.mjs", import.meta.url);
  if (existsSync(built)) return { [ADAPTER]: readFileSync(built, "utf8") };
  const sources = new URL("guest/", import.meta.url);
  const scripts = readdirSync(sources).map((name) => {
    const code = stripTypeScriptTypes(readFileSync(new URL(name, sources), "utf8"));
    const linked = code.replace(/(from "\.\/[\w-]+)\.ts"/g, '$1.mjs"');
    return [join(dirname(ADAPTER), name.replace(/\.ts$/, ".mjs")), linked];
  });
  return Object.fromEntries(scripts) as Record<string, string>;
}
