// Writes files for as long as it lives and says on stdout what it may no longer lose.

import { writeSync } from "node:fs";
import { MountNamespace, SqliteFs } from "@agentos/vfs";
import { encode, O_CREAT, O_RDWR, O_TRUNC, O_WRONLY } from "@agentos/vfs/abi";

const [path = "", start = "0"] = process.argv.slice(2);
const fs = new SqliteFs({ path });
const namespace = new MountNamespace(fs);
const root = namespace.caller();

const now = <T>(value: T | Promise<T>): T => value as T;
const open = (file: string, flags: number) => now(namespace.open(root, file, flags, 0o644)).handle!;

const log = open("/log", O_CREAT | O_WRONLY);
for (let i = Number(start); ; i++) {
  const directory = `/d${i % 7}`;
  if (!now(namespace.statIfExists(root, directory))) namespace.mkdir(root, directory);
  const file = open(`${directory}/new`, O_CREAT | O_RDWR | O_TRUNC);
  file.write(encode(`${i}:`.repeat(1 + ((i * 7919) % 40_000))), 0);
  file.release();
  namespace.rename(root, `${directory}/new`, `${directory}/${i}`);
  log.append(encode(`${i}\n`));
  log.sync();
  writeSync(1, `${i}\n`);
  if (i % 3 === 0) namespace.unlink(root, `${directory}/${i}`);
}
