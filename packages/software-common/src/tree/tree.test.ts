import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const FILES = {
  a: "1\n",
  B: "22\n",
  ".hidden": "",
  "d/x.c": "x\n",
  "d/e/y.h": "y".repeat(5000),
  "d/e/f/": 0o755,
  "l@": "d/x.c",
  "z/": 0o700,
};

describe("tree", () => {
  differential(FILES, [
    "tree",
    "tree -a d .",
    "tree -d",
    "tree -L 1",
    "tree -f -i",
    "tree -P *.c",
    "tree -P *.c --prune",
    "tree -I d|z",
    "tree --dirsfirst -r",
    "tree -F -Q --noreport",
    "tree -psug d",
    "tree -h d/e/y.h d",
    "tree -D d",
    "tree nope",
  ]);
});
