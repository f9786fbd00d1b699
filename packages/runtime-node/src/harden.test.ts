import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { harden } from "./harden.ts";

/** What an expression gives once it is hardened, where `patch` is run between the taking of what there is and its use. */
function run(expression: string, patch = ""): string {
  const hardened = harden(`patch();result=(${expression})`);
  const code = `const { primordials, internalBinding } = require("internal/test/binding"); let result;
    const print = process._rawDebug;
    (function (bootArguments, patch) { ${hardened} })({ primordials, internalBinding }, () => { ${patch} }); print(result)`;
  const { stderr } = spawnSync(process.execPath, ["--expose-internals", "--no-warnings", "-e", code], {
    encoding: "utf8",
  });
  return stderr.trim();
}

describe("hardened code", () => {
  it("calls the methods that there were before", () => {
    expect(
      run("[3, 1, 2].map((x) => x * 2).join('+')", "Array.prototype.map = Array.prototype.join = null"),
    ).toBe("6+2+4");
    expect(run("'a-b'.split('-').length", "String.prototype.split = null")).toBe("2");
    expect(run("Object.keys({ a: 1 }).length", "Object.keys = null")).toBe("1");
    expect(run("new Map([[1, 2]]).get(1)", "Map.prototype.get = Map.prototype.set = null")).toBe("2");
    expect(run("Math.max.call(undefined, 1, 2)", "Function.prototype.call = null")).toBe("2");
  });

  it("iterates lists without asking their iterators", () => {
    const patch = "Array.prototype[Symbol.iterator] = null";
    expect(run("(() => { let sum = 0; for (const x of [1, 2]) sum += x; return sum })()", patch)).toBe("3");
    expect(run("Math.max(...[1, 5], 2)", patch)).toBe("5");
    expect(run("(() => { const [a, , b = 4] = [1, 2]; return a + b })()", patch)).toBe("5");
    expect(run("(([a, ...b]) => a + b.length)([1, 2, 3])", patch)).toBe("3");
    expect(run("(() => { let a = 1, b = 2; [a, b] = [b, a]; return a })()", patch)).toBe("2");
  });

  it("leaves methods of the same names alone that other objects have", () => {
    expect(run("({ push: (x) => x + 1 }).push(1)")).toBe("2");
    expect(run("[1, 2].at?.(0)")).toBe("1");
    expect(run("undefined?.slice(1)")).toBe("undefined");
    expect(run("(undefined?.list.slice(1), 1)")).toBe("1");
  });
});
