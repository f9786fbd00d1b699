// Every internal binding of a Node and its members: name → "member" of data, "member()" of functions, sorted. What Node's own
// library asks for, and what it has loaded, is all there is.

import { execFileSync } from "node:child_process";

const DUMP = `
const { internalBinding } = require("internal/test/binding");
const { natives } = internalBinding("builtins");
const names = new Set(process.moduleLoadList.filter((x) => x.startsWith("Internal Binding ")).map((x) => x.slice(17)));
for (const source of Object.values(natives)) {
  for (const match of String(source).matchAll(/internalBinding\\(\\s*['"\`](\\w+)['"\`]\\s*\\)/g)) names.add(match[1]);
}
const bindings = {};
for (const name of [...names].sort()) {
  let binding;
  try { binding = internalBinding(name) } catch { continue }
  if (name === "builtins") { bindings[name] = Object.keys(binding).sort(); continue }
  bindings[name] = Object.getOwnPropertyNames(binding)
    .map((key) => (typeof binding[key] === "function" ? key + "()" : key))
    .sort();
}
for (const name of ["errmap", "constants", "builtins"]) delete bindings[name];
process.stdout.write(JSON.stringify(bindings));
`;

export type Bindings = Record<string, string[]>;

export function dumpBindings(node = process.execPath): Bindings {
  const text = execFileSync(node, ["--expose-internals", "--no-warnings", "-e", DUMP], {
    encoding: "utf8",
    maxBuffer: 1 << 24,
  });
  return JSON.parse(text) as Bindings;
}
