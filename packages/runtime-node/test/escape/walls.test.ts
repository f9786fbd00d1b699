// The second wall without the first: boot code that replaces nothing and tries Node's raw bindings.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { GuestProcess } from "../../src/guest-process.ts";
import { unprotected } from "../../src/os-sandbox.ts";

/** Each is given the natives and the host's file; it returns if it got through. */
const RAW: Readonly<Record<string, string>> = {
  "read a file": "ib('fs').readFileUtf8(file, 0)",
  "write a file": "ib('fs').writeFileUtf8(file, 'x', 0o1101, 0o644)",
  "list a directory": "ib('fs').readdir(file.replace(/[^/]*$/, ''), 'utf8', false)",
  "read a package.json": "ib('modules').readPackageJSON(file) || refuse()",
  "start a child":
    "ib('spawn_sync').spawn({ file: '/bin/true', args: ['true'], stdio: [] }).error === undefined || refuse()",
  "become another program": "process.execve('/bin/true', ['true'], {})",
  "load an addon": "process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libm.so.6')",
  "open an inspector": "new (require('inspector').Session)().connect()",
  "write a heap snapshot": "require('v8').writeHeapSnapshot(file + '.heap')",
  "load .env": "process.loadEnvFile(file)",
  "see an environment": "Object.keys(process.env).length > 0 || refuse()",
  "read the working directory": "ib('fs').readdir('.', 'utf8', false).length > 0 || refuse()",
};

it("without virtual bindings, the permission model and the scrubbed process hold", async () => {
  const directory = mkdtempSync(join(tmpdir(), "agentos-walls-"));
  const file = join(directory, "secret.json");
  writeFileSync(file, '{"name":"SECRET"}');
  const attempts = Object.entries(RAW).map(
    ([name, code]) =>
      `try { ${code}; through.push(${JSON.stringify(name)}); } catch (e) { check(e, ${JSON.stringify(name)}); }`,
  );
  const guest = new GuestProcess({
    sandbox: unprotected("taken down"),
    code: `(({ internalBinding: ib, require }) => {
    const file = ${JSON.stringify(file)}, through = [], refuse = () => { throw { code: "ERR_ACCESS_DENIED" }; };
    const check = ({ code }, name) => /^ERR_(ACCESS_DENIED|DLOPEN_DISABLED)$/.test(code) || through.push(name);
    ${attempts.join("\n")}
    process._rawDebug("THROUGH " + JSON.stringify(through));
    process.reallyExit(0);
  })`,
  });
  let printed = "";
  guest.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await guest.ended;
  rmSync(directory, { recursive: true });
  expect(printed.split("\n").find((line) => line.startsWith("THROUGH"))).toBe("THROUGH []");
});
