// The tools of a JavaScript project, run as its developer runs them.

import type { AgentOs } from "@agentos/core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { packagesVm } from "./packages-vm.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let vm: AgentOs;
beforeAll(async () => {
  vm = await packagesVm();
  await vm.exec("cp -r fixtures/projects/* .");
});
afterAll(() => vm.dispose());

const inProject = (project: string, script: string) => vm.exec(script, { cwd: `/home/user/${project}` });
const textOf = async (path: string) => new TextDecoder().decode(await vm.readFile(`/home/user/${path}`));

it("eslint finds what is wrong, exits with 1, and repairs what it can", async () => {
  const { stdout, exitCode } = await inProject("lint", "npx eslint .");
  expect(exitCode).toBe(1);
  expect(stdout.split("\n").map((line) => line.trim().replaceAll(/ {2,}/g, "  "))).toEqual([
    "",
    "/home/user/lint/source/wrong.js",
    "1:5  error  'name' is never reassigned. Use 'const' instead  prefer-const",
    "2:10  error  Expected '===' and instead saw '=='  eqeqeq",
    "2:34  error  'nmae' is not defined  no-undef",
    "",
    "✖ 3 problems (3 errors, 0 warnings)",
    "1 error and 0 warnings potentially fixable with the `--fix` option.",
    "",
    "",
  ]);
  await inProject("lint", "npx eslint --fix .");
  expect(await textOf("lint/source/wrong.js")).toContain('const name = "wrong"');
  const repaired = "sed -i 's/==/===/; s/nmae/name/' source/wrong.js && npm run --silent lint";
  expect(await inProject("lint", repaired)).toMatchObject({ stdout: "", exitCode: 0 });
});

it("prettier says which files it would change, and changes them", async () => {
  const check = await inProject("format", "npx prettier --check .");
  expect(check.exitCode).toBe(1);
  expect(check.stderr.match(/(?<=\[warn\] )\S+\.\w+$/gm)).toEqual([
    "code.js",
    "package.json",
    "style.css",
    "text.md",
  ]);
  expect((await inProject("format", "npm run --silent format")).exitCode).toBe(0);
  expect(await textOf("format/code.js")).toBe("const a = { b: 1, c: [1, 2] }\nif (a) f('x')\n");
  expect(await textOf("format/text.md")).toBe(
    "# Title\n\n- one\n- two\n\n| a         | b   |\n| --------- | --- |\n| long cell | 1   |\n",
  );
  expect(await textOf("format/style.css")).toBe("a {\n  color: red;\n  b: c;\n}\n");
  expect(await textOf("format/ignored.js")).toBe("const   x=1");
  expect((await inProject("format", "npx prettier --check .")).exitCode).toBe(0);
});

it("tsc accepts what is right, says what is wrong, and emits", async () => {
  expect(await inProject("types", "npm run --silent build")).toMatchObject({ stdout: "", exitCode: 0 });
  expect((await vm.readdir("/home/user/types/dist")).toSorted()).toEqual([
    "main.d.ts",
    "main.js",
    "shapes.d.ts",
    "shapes.js",
  ]);
  expect((await inProject("types", `node -p 'require("./dist/main.js").result'`)).stdout).toBe("9\n");
  const { stdout, exitCode } = await inProject(
    "types",
    "sed -i 's/side: 3/side: three/; s/result: number/result: string/' source/main.ts && npx tsc --pretty false",
  );
  expect(exitCode).toBe(2);
  expect(stdout.split("\n")).toEqual([
    "source/main.ts(5,58): error TS2304: Cannot find name 'three'.",
    "source/main.ts(6,14): error TS2322: Type 'number' is not assignable to type 'string'.",
    "",
  ]);
});

it("mocha runs a suite and exits with the number of failures", async () => {
  const { stdout, exitCode } = await inProject("mocha", "npm test");
  expect(exitCode).toBe(1);
  expect(stdout).toContain("\n    ✔ keeps its order\n    ✔ waits\n");
  expect(stdout).toContain("\n    1) is full some day\n    - is fast\n");
  expect(stdout).toMatch(/2 passing .*\n {2}1 pending\n {2}1 failing/);
  expect(stdout).toMatch(/Error: not yet\n +at Immediate\._onImmediate \(file:\/\/\/home\/user\/mocha\/test/);
  const passing = await inProject("mocha", "npx mocha --grep order --reporter json");
  expect(JSON.parse(passing.stdout)).toMatchObject({ stats: { passes: 1, failures: 0 } });
  expect(passing.exitCode).toBe(0);
});

it("vitest runs a suite with mocks, snapshots, fake timers and jsdom", async () => {
  const { exitCode } = await inProject("vitest", "npm test -- --reporter=json --outputFile=report.json");
  expect(exitCode).toBe(1);
  const report = JSON.parse(await textOf("vitest/report.json"));
  expect(report).toMatchObject({ numPassedTests: 4, numFailedTests: 1, snapshot: { matched: 1 } });
  const failed = report.testResults
    .flatMap(({ assertionResults }: { assertionResults: { status: string }[] }) => assertionResults)
    .filter(({ status }: { status: string }) => status === "failed");
  expect(failed).toMatchObject([
    { title: "fails", failureMessages: [expect.stringContaining("source/price.test.ts:29:31")] },
  ]);
  const passing = await inProject("vitest", "npx vitest run --pool=threads -t 'rate|page'");
  expect(passing).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/2 passed.*3 skipped/) });
});

it("esbuild's wasm build bundles, by its command and its API", async () => {
  const bundle = "npx esbuild source/greeting.ts --bundle --minify --format=esm";
  expect((await inProject("bundle", bundle)).stdout).toMatch(/^var (\w)=\w=>`hello \$\{\w\}`/);
  const script = `const esbuild = require("esbuild-wasm");
    const plugin = { name: "virtual", setup(build) {
      build.onResolve({ filter: /^virtual$/ }, () => ({ path: "virtual", namespace: "virtual" }));
      build.onLoad({ filter: /./, namespace: "virtual" }, () => ({ contents: "export default 6 * 7" }));
    } };
    (async () => {
      const stdin = { contents: 'import n from "virtual"; console.log(n)', resolveDir: "." };
      const { outputFiles } = await esbuild.build({ stdin, bundle: true, write: false, plugins: [plugin] });
      (0, eval)(outputFiles[0].text);
      await esbuild.build({ stdin: { contents: "let x: = 1", loader: "ts" } }).catch(({ errors }) => console.log(errors[0].text));
      await esbuild.stop();
    })();`;
  await vm.writeFile("/home/user/bundle/api.cjs", script);
  expect((await inProject("bundle", "node api.cjs")).stdout).toBe('42\nUnexpected "="\n');
});

it("vite builds with the wasm builds of rolldown and lightningcss", async () => {
  const { stdout, exitCode } = await inProject("bundle", "npm run build");
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("✓ built in")]);
  const [html, ...assets] = [
    await textOf("bundle/dist/index.html"),
    ...(await vm.readdir("/home/user/bundle/dist/assets")),
  ];
  expect(assets.toSorted().map((name) => name.replace(/-[\w-]{8}\./, "."))).toEqual([
    "index.css",
    "index.js",
    "late.js",
  ]);
  expect(html).toContain(`src="/assets/${assets.find((name) => /^index.*js$/.test(name))}"`);
  const css = assets.find((name) => name.endsWith("css"));
  expect(await textOf(`bundle/dist/assets/${css}`)).toBe("#app{color:#639}#app p{margin:0}\n");
});
