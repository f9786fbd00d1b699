import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

describe("mkdir", () => {
  differential({ a: "x\n", "d/": 0o755, "ln@": "d" }, [
    "mkdir x",
    "mkdir x y/",
    "mkdir -v x d/y",
    "mkdir d",
    "mkdir -p d",
    "mkdir -p x/y/z",
    "mkdir -pv d/y/z",
    "mkdir x/y",
    "mkdir a",
    "mkdir -p a",
    "mkdir -p a/b",
    "mkdir a/b",
    "mkdir -m 700 x",
    "mkdir -m u=rwx,go= x",
    "mkdir -m 1777 x",
    "mkdir -pm 711 x/y",
    "mkdir -m 2755 x",
    "mkdir -m nope x",
    "mkdir -m a=rx,u+w x",
    "mkdir",
    "mkdir -p",
    "mkdir ''",
    "mkdir -p ln/x",
    "mkdir -p ./x/../y",
    "mkdir -q x",
    "mkdir -p x// y/.",
    ["chmod 2755 d", "mkdir d/x", "mkdir -m 755 d/y", "mkdir -p d/z/w"],
  ]);
});
