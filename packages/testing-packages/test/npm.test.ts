// The npm command line in a VM, with a registry on an exempted port of the host's loopback.

import { AgentOs } from "@agentos/core";
import node from "@agentos/runtime-node";
import common from "@agentos/software-common";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { installed, type PackageFiles, Registry } from "./registry.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const pack = (manifest: object, files: PackageFiles = {}): PackageFiles => ({
  "package.json": JSON.stringify({ version: "1.0.0", ...manifest }),
  ...files,
});

const PACKAGES = [
  pack(
    {
      name: "greeter",
      version: "1.2.3",
      main: "index.js",
      bin: { greet: "cli.js" },
      dependencies: { "@loud/shouter": "^2.0.0" },
      scripts: { postinstall: `node -e 'fs.writeFileSync("installed", process.env.npm_package_name)'` },
    },
    {
      "index.js": "module.exports = (name) => require('@loud/shouter')('hello ' + name)",
      "cli.js": "#!/usr/bin/env node\nconsole.log(require('./index.js')(process.argv[2]))\n",
    },
  ),
  pack({ name: "@loud/shouter", version: "1.0.0" }, { "index.js": "module.exports = (text) => text" }),
  pack(
    { name: "@loud/shouter", version: "2.0.1" },
    { "index.js": "module.exports = (text) => text.toUpperCase()" },
  ),
  pack({ name: "compiled", scripts: { install: "echo compiling; exit 7" } }),
  pack({ name: "of-tomorrow", os: ["darwin"] }),
];

let registry: Registry;
let vm: AgentOs;

beforeAll(async () => {
  const real = ["express", "pnpm", "yarn"].flatMap((name) => [...installed(name, import.meta.url).values()]);
  registry = await Registry.start([...PACKAGES, ...real]);
  vm = await AgentOs.create({ software: [common, node], loopbackExemptPorts: [registry.port] });
  await vm.writeFile("/home/user/.npmrc", `registry=${registry.url}\naudit=false\nfund=false\n`);
});

afterAll(async () => {
  await vm.dispose();
  registry[Symbol.dispose]();
});

/** A project of its own for each test; answers a shell in it. */
async function project(name: string, manifest: object = {}) {
  const cwd = `/home/user/${name}`;
  await vm.mkdir(cwd);
  await vm.writeFile(`${cwd}/package.json`, JSON.stringify({ name, version: "1.0.0", ...manifest }));
  return (script: string) => vm.exec(script, { cwd });
}

const manifestOf = async (path: string) =>
  JSON.parse(new TextDecoder().decode(await vm.readFile(`/home/user/${path}`)));

describe("npm", () => {
  it("says its version", async () => {
    expect((await vm.exec("npm --version; npx --version")).stdout).toMatch(/^(\d+\.\d+\.\d+\n){2}$/);
  });

  it("begins a project, installs a package with what it depends on, and runs their commands", async () => {
    const sh = await project("begun");
    await sh("rm package.json && npm init -y");
    expect(await sh("npm install greeter")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("added 2 packages"),
    });
    expect(await manifestOf("begun/package.json")).toMatchObject({ dependencies: { greeter: "^1.2.3" } });
    expect((await sh(`node -p "require('greeter')('you')"`)).stdout).toBe("HELLO YOU\n");
    expect((await sh("npx greet npx; npm exec -- greet exec")).stdout).toBe("HELLO NPX\nHELLO EXEC\n");
    const listed = await sh("npm ls --all");
    expect(listed.stdout).toMatch(/^begun@1\.0\.0 .*\n└─┬ greeter@1\.2\.3\n {2}└── @loud\/shouter@2\.0\.1\n/);
    await sh("npm uninstall greeter");
    expect((await sh("npm ls; ls node_modules")).stdout).toContain("└── (empty)");
  });

  it("installs express, which then serves", async () => {
    const sh = await project("served");
    expect(await sh("npm install express")).toMatchObject({ exitCode: 0, stderr: "" });
    const code = `const app = require("express")().get("/", (q, r) => r.send("installed")).listen(0, async () => {
      console.log(await (await fetch("http://127.0.0.1:" + app.address().port)).text()); app.close(); })`;
    await vm.writeFile("/home/user/served/app.js", code);
    expect((await sh("node app.js")).stdout).toBe("installed\n");
  });

  it("installs what the lock file says, and refuses one that does not fit", async () => {
    const sh = await project("locked", { dependencies: { "@loud/shouter": "^1.0.0" } });
    await sh("npm install --package-lock-only && sed -i 's/\\^1.0.0/>=1/' package.json package-lock.json");
    expect((await sh("npm ci && npm ls && npm outdated")).stdout).toMatch(
      /shouter@1\.0\.0[\s\S]*1\.0\.0 +2\.0\.1/,
    );
    expect((await sh("npm update --silent && npm ls")).stdout).toContain("shouter@2.0.1");
    const odd = await sh("sed -i 's/>=1/^1.0.0/' package.json && npm ci");
    expect([odd.exitCode, odd.stderr]).toEqual([1, expect.stringContaining("npm error code EUSAGE")]);
  });

  it("runs install scripts once they are allowed, and reports the one that fails", async () => {
    const sh = await project("scripted", { allowScripts: { compiled: true } });
    const { stderr } = await sh("npm install greeter && ls node_modules/greeter");
    expect(stderr).toContain("1 package had install scripts blocked");
    await sh("npm install-scripts approve greeter && npm rebuild");
    expect((await sh("cat node_modules/greeter/installed")).stdout).toBe("greeter");
    const failed = await sh("npm install compiled");
    expect(failed.exitCode).toBe(7);
    expect(failed.stderr).toContain("npm error command sh -c echo compiling; exit 7\nnpm error compiling\n");
  });

  it("runs scripts with what comes before and after, arguments, environment and exit codes", async () => {
    const sh = await project("life", {
      scripts: {
        prebuild: "echo before $npm_lifecycle_event",
        build: `echo build $npm_package_version; printf '[%s]' "$@"`,
        postbuild: "echo; echo after",
        test: "node -e 'process.exit(3)'",
        prepare: "echo prepared >> log",
        postinstall: "echo installed >> log",
        nested: "npm run --silent build -- nested",
      },
    });
    expect((await sh("npm run --silent build -- a 'b c' \"d'e\"")).stdout).toBe(
      "before prebuild\nbuild 1.0.0\n[a][b c][d'e]\nafter\n",
    );
    expect((await sh("npm run nested 2>&1")).stdout).toContain("[nested]\nafter\n");
    expect((await sh("npm test")).exitCode).toBe(3);
    await sh("npm install");
    expect((await sh("cat log")).stdout).toBe("installed\nprepared\n");
    const missing = await sh("npm run bulid");
    expect([missing.exitCode, missing.stderr]).toEqual([
      1,
      expect.stringContaining('Missing script: "bulid"'),
    ]);
  });

  it("packs, and installs from the file and from a link", async () => {
    const sh = await project("packed", { files: ["lib"], bin: { packed: "lib/cli.js" } });
    await sh("mkdir lib && echo '#!/usr/bin/env node\nconsole.log(42)' > lib/cli.js && touch left-out");
    expect((await sh("npm pack --silent && tar tf packed-1.0.0.tgz | sort")).stdout).toBe(
      "packed-1.0.0.tgz\npackage/lib/cli.js\npackage/package.json\n",
    );
    const user = await project("user-of-packed");
    expect((await user("npm install --silent ../packed/packed-1.0.0.tgz && npx packed")).stdout).toBe("42\n");
    expect((await user("npm install --silent ../packed && readlink node_modules/packed")).stdout).toBe(
      "../../packed\n",
    );
  });

  it("knows workspaces", async () => {
    const sh = await project("monorepo", { private: true, workspaces: ["packages/*"] });
    for (const [name, dependencies] of [
      ["a", { b: "*" }],
      ["b", {}],
    ] as const) {
      await vm.mkdir(`/home/user/monorepo/packages/${name}`, { recursive: true });
      const manifest = { name, version: "1.0.0", dependencies, scripts: { test: `echo test of ${name}` } };
      await vm.writeFile(`/home/user/monorepo/packages/${name}/package.json`, JSON.stringify(manifest));
    }
    await sh("npm install");
    expect((await sh("npm test --silent --workspaces; npm test --silent -w a")).stdout).toBe(
      "test of a\ntest of b\ntest of a\n",
    );
    expect((await sh("npm ls")).stdout).toContain("├─┬ a@1.0.0 -> ./packages/a\n│ └── b@1.0.0 deduped");
  });

  it("installs commands for the whole machine", async () => {
    expect((await vm.exec("npm install --global --silent greeter && greet everywhere")).stdout).toBe(
      "HELLO EVERYWHERE\n",
    );
    expect((await vm.exec("npm ls -g; npm uninstall -g --silent greeter; which greet")).stdout).toBe(
      "/usr/local/lib\n└── greeter@1.2.3\n\n",
    );
  });

  it("says so when a package is not there, or not for this machine", async () => {
    const sh = await project("wanting");
    const missing = await sh("npm install nowhere-to-be-found");
    expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining("npm error code E404")]);
    const odd = await sh("npm install of-tomorrow");
    expect([odd.exitCode, odd.stderr]).toEqual([1, expect.stringContaining("npm error code EBADPLATFORM")]);
  });

  it("says so when the policy does not let it reach the registry", async () => {
    const sh = await project("shut-in");
    const { exitCode, stderr } = await sh(
      "npm install --registry=https://registry.example/ --fetch-retries=0 greeter",
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "request to https://registry.example/greeter failed, reason: getaddrinfo EACCES registry.example (the VM's network policy does not allow it)",
    );
  });
});

describe("npx", () => {
  it("fetches what is not installed", async () => {
    const { stdout } = await vm.exec("npx --yes greeter fetched", { cwd: "/tmp" });
    expect(stdout).toBe("HELLO FETCHED\n");
  });
});

it("pnpm, which npm installs, installs by links into its store, and runs", async () => {
  const sh = await project("pnpmed", { scripts: { hello: "greet $USER" } });
  expect(await sh("npx --yes pnpm add greeter")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("dependencies:\n+ greeter 1.2.3"),
  });
  expect((await sh("readlink node_modules/greeter")).stdout).toBe(
    ".pnpm/greeter@1.2.3/node_modules/greeter\n",
  );
  expect((await sh("npx pnpm run --silent hello")).stdout).toBe("HELLO USER\n");
  const frozen = await sh("rm -rf node_modules && npx pnpm install --frozen-lockfile && npx pnpm ls");
  expect(frozen).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("greeter@1.2.3") });
});

it("yarn, which npm installs, installs and runs", async () => {
  const sh = await project("yarned", { scripts: { hello: "greet $USER" } });
  const added = await sh(`npx --yes yarn add greeter --registry ${registry.url}`);
  expect(added).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("success Saved 2 new dependencies."),
  });
  expect((await sh("npx yarn run --silent hello")).stdout).toBe("HELLO USER\n");
  const frozen = "rm -rf node_modules && npx yarn install --frozen-lockfile && npx yarn list";
  expect((await sh(frozen)).stdout).toContain("├─ @loud/shouter@2.0.1\n└─ greeter@1.2.3\n");
});
