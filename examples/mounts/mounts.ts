// Files that outlive the VM: one leaves a note in a database of the host, the next one finds it. With BUCKET set, a
// bucket of S3 is shown too (credentials and region from the environment).

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentOs, type MountOptions } from "@agentos/core";
import common from "@agentos/software-common";

const directory = await mkdtemp(join(tmpdir(), "agentos-example-"));
const { BUCKET } = process.env;
const mounts: MountOptions[] = [
  {
    path: "/notes",
    plugin: { id: "sqlite", config: { path: join(directory, "notes.db"), maxBytes: 100_000_000 } },
  },
];
if (BUCKET)
  mounts.push({ path: "/bucket", plugin: { id: "s3", config: { bucket: BUCKET, readOnly: true } } });

for (const visitor of ["first", "second"]) {
  await using vm = await AgentOs.create({ software: common, mounts });
  const { stdout } = await vm.exec(`echo 'the ${visitor} was here' >> /notes/guests; cat /notes/guests`);
  console.log(stdout.trimEnd());
  if (BUCKET) console.log((await vm.exec("ls -l /bucket | head")).stdout);
}

await rm(directory, { recursive: true });
