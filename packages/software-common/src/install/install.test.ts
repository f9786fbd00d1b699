import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

describe("install", () => {
  differential({ a: "a\n", b: "b\n", "d/": 0o755 }, [
    "install a c",
    "install -v a b d",
    "install -m 600 a c",
    "install -m u=rw,go=r a c",
    "install -d x/y/z",
    "install -dm 700 x",
    "install -Dv a x/y/z",
    "install -t d a b",
    "install -b a b",
    "install -vS .old a b",
    "install -p a c",
    ["install -C a c", "install -Cv a c"],
    "install a",
    "install",
    "install a b nope",
    "install a b a",
    "install -t nope a",
    "install -t a b",
    "install -T a b d",
    "install -Dv -t x/y a b",
    "install nope c",
    "install d c",
    "install -m 99 a c",
  ]);
});
