import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire, findPackageJSON } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
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
  files: { [ADAPTER]: adapter() },
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

/** One script: built ahead in the package, in a checkout made from the sources. A guest would take long to strip their types. */
function adapter(): string {
  const built = new URL("guest/adapter.mjs", import.meta.url);
  return existsSync(built)
    ? readFileSync(built, "utf8")
    : bundle(new URL("guest/adapter.ts", import.meta.url));
}

function bundle(source: URL): string {
  const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(source)],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node24",
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}
