import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const FILES = {
  a: "alpha\n",
  "d/one": "x".repeat(5000),
  "d/sub/two": "y".repeat(100),
  "d/sub/three": "",
  "l@": "d",
  big: "z".repeat(200_000),
};
const sized = (run: string | readonly string[]) => ({ run, unordered: true });

/** Directories take no blocks in the VM's file systems, so only files are compared with the host's. */
describe("du", () => {
  differential(FILES, [
    "du a",
    "du -h a big",
    "du -b a big",
    "du -k big",
    "du -m big",
    "du -B 1 a",
    "du -BK big",
    "du -BMB big",
    "du --apparent-size a big",
    "du --apparent-size -h a big",
    "du --apparent-size -B1 a d/one",
    "du --si big",
    "du -c a big",
    "du -cb a big",
    "du -s a",
    "du -l a",
    "du -0 a big",
    "du missing",
    "du a missing",
    "du -s -a d",
    "du -B x a",
    "du -d x a",
    "du --max-depth=0 a",
    "du -q a",
    "du -D l/one",
    "du -S a",
    "du --time --time-style=+%Y a",
    "du --time-style=long-iso --time a",
    "du -t 1M big a",
    "du --inodes a",
    ["ln a hard", "du -c a hard", "du -lc a hard"],
    { run: "du -B 512 a", env: { BLOCK_SIZE: "1" } },
    { run: "du big", env: { BLOCK_SIZE: "1M" } },
    { run: "du big", env: { POSIXLY_CORRECT: "1" } },
    sized("du --inodes d"),
    sized("du --inodes -s d"),
    sized("du --inodes -a d"),
    sized("du --exclude=sub --inodes d"),
  ]);
});
