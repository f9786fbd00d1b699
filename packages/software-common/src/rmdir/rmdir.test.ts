import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

describe("rmdir", () => {
  differential({ a: "x\n", "d/x/y/": 0o755, "full/a": "x", "e/": 0o755, "ln@": "e" }, [
    "rmdir e",
    "rmdir -v e",
    "rmdir e/",
    "rmdir full",
    "rmdir d",
    "rmdir -p d/x/y",
    "rmdir -pv d/x/y",
    "rmdir a",
    "rmdir missing",
    "rmdir ln",
    "rmdir ln/",
    "rmdir --ignore-fail-on-non-empty full",
    "rmdir --ignore-fail-on-non-empty missing",
    "rmdir",
    "rmdir .",
    "rmdir e full d/x/y",
    ["touch d/f", "rmdir -p d/x/y"],
    ["touch d/f", "rmdir -p --ignore-fail-on-non-empty d/x/y"],
  ]);
});
