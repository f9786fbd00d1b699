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
/**
 * The SDK beside the command is a bundle like the command itself, and loads several times faster than the package's
 * main.
 */
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

/** Pi and the packages that its extensions import, side by side; nothing else from the host is shown. */
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

/**
 * The adapter as one script: prebuilt in a published package, bundled from the sources in a checkout. To strip types
 * in a guest would take long.
 */
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
