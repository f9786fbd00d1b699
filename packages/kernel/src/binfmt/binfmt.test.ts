import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { defineSoftware } from "../program/software.ts";
import { bootTestVm } from "../testing/test-vm.ts";
import type { ImageLoader } from "./image.ts";

const answering = (code: number): ImageLoader => ({ load: () => ({ run: () => code }) });

describe("runtimes that software packages bring", () => {
  it("run their commands in images of their own", async () => {
    const seen: unknown[] = [];
    const loader: ImageLoader = {
      load: ({ path, argv }) => {
        seen.push(path, argv);
        return { run: () => 3 };
      },
    };
    const runtime = defineSoftware({
      name: "runtime",
      version: "0",
      from: import.meta.url,
      commands: { engine: { image: async () => ({ default: loader }) } },
    });
    const vm = bootTestVm({ software: [runtime] });
    expect(await vm.run(["engine", "x"])).toMatchObject({ exitCode: 3 });
    expect(seen).toEqual(["/usr/bin/engine", ["engine", "x"]]);
    vm.dispose();
  });

  it("bring directories of the host, read-only", async () => {
    const directory = fileURLToPath(new URL(".", import.meta.url));
    const runtime = defineSoftware({
      name: "runtime",
      version: "0",
      from: import.meta.url,
      directories: { "/usr/lib/sources": directory },
    });
    const vm = bootTestVm({ software: [runtime] });
    expect(await vm.readFile("/usr/lib/sources/binfmt.ts")).toContain("export function loadImage");
    await expect(vm.writeFile("/usr/lib/sources/new", "", { uid: 0 })).rejects.toMatchObject({
      code: "EROFS",
    });
    vm.dispose();
  });

  it("run files by their first bytes", async () => {
    const runtime = defineSoftware({
      name: "runtime",
      version: "0",
      from: import.meta.url,
      formats: [{ name: "x", magic: new Uint8Array([0, 7]), image: async () => ({ default: answering(5) }) }],
    });
    const files = { "/home/user/app": { mode: 0o755, content: new Uint8Array([0, 7, 1]) } };
    const vm = bootTestVm({ software: [runtime], files });
    expect(await vm.run(["/home/user/app"])).toMatchObject({ exitCode: 5 });
    vm.dispose();
  });
});
