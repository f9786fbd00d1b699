import { bootTestVm, type TestVm } from "@agentos/kernel/testing";
import common from "@agentos/software-common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import node from "../src/index.ts";
import { type Registry, startRegistry } from "./registry.ts";

let registry: Registry;
let vm: TestVm;

beforeAll(async () => {
  registry = await startRegistry({
    greeter: {
      "package.json": JSON.stringify({
        name: "greeter",
        version: "1.2.3",
        main: "index.js",
        bin: { greet: "cli.js" },
        dependencies: { shouter: "^2.0.0" },
        scripts: { postinstall: "echo installed > installed.txt" },
      }),
      "index.js": "module.exports = (name) => require('shouter')('hello ' + name)",
      "cli.js": "#!/usr/bin/env node\nconsole.log(require('./index.js')(process.argv[2]))\n",
    },
    shouter: {
      "package.json": JSON.stringify({ name: "shouter", version: "2.0.1" }),
      "index.js": "module.exports = (text) => text.toUpperCase()",
    },
  });
  vm = bootTestVm({
    software: [node, common],
    egress: { loopbackPorts: [registry.port] },
    files: {
      "/home/user/.npmrc": `registry=http://127.0.0.1:${registry.port}/\naudit=false\nfund=false\nupdate-notifier=false\n`,
      "/home/user/app/package.json": JSON.stringify({
        name: "app",
        scripts: { hello: "greet $USER", pre: "echo $npm_package_name" },
      }),
    },
  });
});

afterAll(() => {
  vm.dispose();
  registry.close();
});

const sh = (script: string) =>
  vm.run(["sh", "-c", script], { cwd: "/home/user/app", env: { SHELL: "/bin/sh" } });

describe("npm in a VM", () => {
  it("says its version", async () => {
    expect((await sh("npm --version; npx --version")).stdout).toMatch(/^(\d+\.\d+\.\d+\n){2}$/);
  });

  it("installs a package and what it depends on, and runs its scripts", async () => {
    const { stdout, stderr, exitCode } = await sh("npm install greeter --foreground-scripts");
    expect({ stdout, stderr, exitCode }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain("added 2 packages");
    expect(await vm.readFile("/home/user/app/node_modules/shouter/index.js")).toContain("toUpperCase");
    expect((await sh(`node -p "require('greeter')('you')"`)).stdout).toBe("HELLO YOU\n");
  });

  it("runs scripts with the commands of installed packages", async () => {
    expect((await sh("npm run --silent hello")).stdout).toBe("HELLO USER\n");
    expect((await sh("npm run --silent pre")).stdout).toBe("app\n");
  });

  it("npx runs a command that is installed", async () => {
    expect((await sh("npx greet npx")).stdout).toBe("HELLO NPX\n");
  });

  it("npx fetches what is not", async () => {
    const { stdout } = await vm.run(["sh", "-c", "npx --yes greeter fetched"], {
      cwd: "/tmp",
      env: { SHELL: "/bin/sh" },
    });
    expect(stdout).toBe("HELLO FETCHED\n");
  });

  it("says so when a package is not there", async () => {
    const { exitCode, stderr } = await sh("npm install nowhere-to-be-found");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("E404")]);
  });
});
