import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { AgentOs } from "@agentos/core";
import { type CommandSource, defineSoftware, type Software } from "@agentos/kernel/program";
import node from "@agentos/runtime-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVm } from "../../../tests/support/vm.ts";

let host: string;

beforeEach(() => {
  // Not the directory that mkdtemp makes, which is nobody else's to read.
  host = join(mkdtempSync(join(tmpdir(), "agentos-node-commands-")), "app");
});

afterEach(() => rmSync(dirname(host), { recursive: true }));

function write(path: string, content: string | object): void {
  mkdirSync(dirname(join(host, path)), { recursive: true });
  writeFileSync(join(host, path), typeof content === "string" ? content : JSON.stringify(content));
}

/** As npm installs them: shared packages at the top, a version of one's own inside. */
function installLint(): void {
  write("package.json", { name: "app", type: "module" });
  write("secret.txt", "of the app");
  write("node_modules/@acme/lint/package.json", {
    name: "@acme/lint",
    type: "module",
    dependencies: { colors: "^2.0.0", rules: "^1.0.0", absent: "*" },
    optionalDependencies: { colors: "^2.0.0" },
  });
  write(
    "node_modules/@acme/lint/bin.js",
    `import colors from "colors"; import rules from "rules";
     console.log(colors, rules, JSON.stringify(process.argv.slice(2)), import.meta.filename); process.exitCode = 3;`,
  );
  write("node_modules/@acme/lint/node_modules/colors/package.json", { dependencies: { shades: "*" } });
  write(
    "node_modules/@acme/lint/node_modules/colors/index.js",
    `module.exports = "colors 2 of " + require("shades")`,
  );
  write("node_modules/shades/package.json", { name: "shades" });
  write("node_modules/shades/index.js", `module.exports = "shades"`);
  write("node_modules/colors/package.json", { name: "colors" });
  write("node_modules/colors/index.js", `module.exports = "colors 1"`);
  write("node_modules/rules/package.json", {
    name: "rules",
    dependencies: { colors: "^1.0.0", "@acme/lint": "*" },
  });
  write("node_modules/rules/index.js", `module.exports = "rules with " + require("colors")`);
}

const software = (commands: Record<string, CommandSource>): Software =>
  defineSoftware({
    name: "@acme/agentos-lint",
    version: "1.0.0",
    from: pathToFileURL(join(host, "software.js")).href,
    commands,
  });

const fromApp = () => pathToFileURL(join(host, "software.js")).href;

describe("commands that are npm packages", () => {
  it("are run by the VM's Node, with each package's own versions of others and nothing else of the host", async () => {
    installLint();
    const lint = software({ lint: { node: "@acme/lint/bin.js", from: fromApp() } });
    const vm = await createVm("inline", { software: [lint, node] });
    const { stdout, stderr, exitCode } = await vm.execFile("lint", ["--fix", "a b"]);
    expect(stderr).toBe("");
    expect(stdout).toBe(
      'colors 2 of shades rules with colors 1 ["--fix","a b"] /usr/lib/agentos/@acme/agentos-lint/0/node_modules/@acme/lint/bin.js\n',
    );
    expect(exitCode).toBe(3);
    const shown = await vm.readdirRecursive("/usr/lib/agentos");
    expect(shown.map(({ name }) => name)).not.toContain("secret.txt");
    const file = "/usr/lib/agentos/@acme/agentos-lint/0/node_modules/@acme/lint/bin.js";
    await expect(vm.writeFile(file, "")).rejects.toMatchObject({ code: "EROFS" });
  });

  it("may be modules of the software package itself", async () => {
    write("package.json", { name: "@acme/agentos-lint", type: "module" });
    write("bin/hello.js", `console.log("hello from", import.meta.dirname)`);
    const hello = software({ hello: { node: "./bin/hello.js", from: fromApp() } });
    const vm = await createVm("inline", { software: [hello, node] });
    expect((await vm.execFile("hello")).stdout).toBe(
      "hello from /usr/lib/agentos/@acme/agentos-lint/0/node_modules/@acme/agentos-lint/bin\n",
    );
  });

  it("cross the wall to a sidecar", async () => {
    installLint();
    write(
      "software.js",
      `export default {
        name: "@acme/agentos-lint", version: "1.0.0", from: import.meta.url, links: {}, files: {}, env: {},
        commands: { lint: { node: "@acme/lint/bin.js", from: import.meta.url } },
      };`,
    );
    const { default: lint } = (await import(/* @vite-ignore */ fromApp())) as { default: Software };
    const vm = await createVm("sidecar", { software: [lint, node] });
    expect((await vm.execFile("lint")).stdout).toMatch(/^colors 2 of shades/);
  });

  it("say what is missing: the package when the VM is made, Node when they are called", async () => {
    const absent = software({ lint: { node: "@acme/absent/bin.js", from: fromApp() } });
    await expect(
      AgentOs.create({ sidecar: { kind: "inline" }, software: [absent, node] }),
    ).rejects.toMatchObject({
      code: "ERR_AGENTOS_CONFIG",
      option: "software",
      message: expect.stringContaining("@acme/absent is not installed"),
    });
    installLint();
    const lint = software({ lint: { node: "@acme/lint/bin.js", from: fromApp() } });
    const vm = await createVm("inline", { software: [lint] });
    expect(await vm.execFile("lint")).toMatchObject({
      exitCode: 127,
      stderr: "lint: needs Node.js: install @agentos/runtime-node\n",
    });
  });
});
