// The machine's files from outside: reading and writing, a directory of the host, a fork, a watch.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentOs } from "@agentos/core";
import common from "@agentos/software-common";

const directory = await mkdtemp(join(tmpdir(), "agentos-example-"));
await writeFile(join(directory, "names.txt"), "Grace\nAda\n");

{
  await using vm = await AgentOs.create({
    software: common,
    mounts: [
      { path: "/data", plugin: { id: "host_dir", config: { hostPath: directory } } },
      { path: "/scratch", plugin: { id: "memory", config: { maxBytes: 1_000_000 } } },
    ],
  });

  // Files of the machine. What fails, fails as in Node.
  await vm.mkdir("/home/user/notes/old", { recursive: true });
  await vm.writeFiles([
    { path: "/home/user/notes/a.txt", content: "apples\n" },
    { path: "/home/user/notes/old/b.txt", content: "bread\n" },
  ]);
  for (const entry of await vm.readdirRecursive("/home/user/notes")) {
    const path = `${entry.parentPath}/${entry.name}`;
    console.log(path, entry.isFile() ? (await vm.stat(path)).size : "");
  }
  await vm.readFile("/none").catch((error) => console.log(error.code, error.path));

  // A directory of the host is just another directory to programs.
  await vm.exec("sort /data/names.txt > /data/sorted.txt");
  console.log(await readFile(join(directory, "sorted.txt"), "utf8"));

  // A listener hears what programs do.
  const changed = Promise.withResolvers<void>();
  const watcher = vm.watch("/scratch", ({ type, path }) => {
    console.log("watched:", type, path);
    changed.resolve();
  });
  await watcher.ready;
  await vm.exec("touch /scratch/new");
  await changed.promise;
  watcher.close();

  // A snapshot is made at once, and a fork of it goes its own way.
  const root = await vm.snapshot();
  await using fork = await AgentOs.create({ software: common, root });
  await fork.writeFile("/home/user/notes/a.txt", "pears\n");
  console.log("fork:", await fork.readFile("/home/user/notes/a.txt", "utf8"));
  console.log("original:", await vm.readFile("/home/user/notes/a.txt", "utf8"));
}

await rm(directory, { recursive: true });
