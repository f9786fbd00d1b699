import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const FILES = {
  a: "alpha\nbeta\n",
  same: "alpha\nbeta\n",
  b: "alpha\nbexa\n",
  short: "alpha\n",
  none: "",
  bin: "a\u0001\u007f",
  bin2: "b\u0002\u0000",
};

describe("cmp", () => {
  differential(FILES, [
    "cmp a same",
    "cmp a b",
    "cmp a short",
    "cmp short a",
    "cmp a none",
    "cmp none none",
    "cmp -s a b",
    "cmp -s a missing",
    "cmp a missing",
    "cmp -l a b",
    "cmp -l a short",
    "cmp -b a b",
    "cmp -bl a b",
    "cmp -bl bin bin2",
    "cmp -n 3 a b",
    "cmp -n 8 a b",
    "cmp -n 7 a short",
    "cmp -i 8 a b",
    "cmp -i 1:2 a b",
    "cmp a b 9",
    "cmp a b 1 2",
    "cmp -i 100 a b",
    "cmp -n x a b",
    "cmp",
    "cmp a b 1 2 3",
    "cmp -q a b",
    "cmp -sl a b",
    "cmp --verbose a b",
    "cmp --print-bytes a b",
    "cmp -n 1k a b",
    { run: "cmp a", stdin: "alpha\n" },
    { run: "cmp - a", stdin: "alpha\nbexa\n" },
    { run: "cmp a -", stdin: "alpha\nbeta\n" },
    "cmp . a",
  ]);
});
