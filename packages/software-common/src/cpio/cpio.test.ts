import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const FILES = {
  a: "alpha\n",
  b: "beta\n".repeat(500),
  "d/x": "x\n",
  "d/": 0o750,
  "l@": "a",
  names: "a\nb\nd\nd/x\nl\n",
  empty: "",
};

describe("cpio", () => {
  differential(FILES, [
    ...["newc", "crc", "odc", "bin"].map((format) => ({
      run: [
        `cpio -oF x.cpio -H ${format}`,
        "cpio -itF x.cpio",
        "mkdir out",
        "cpio -idF x.cpio -D out",
        "rm x.cpio",
      ],
      stdin: "d/x\na\nl\nb\n",
      quiet: true,
    })),
    {
      run: ["cpio -oF x.cpio -H newc", "rm -r a b d l", "cpio -idmF x.cpio", "rm x.cpio"],
      stdin: "a\nb\nl\n",
    },
    { run: ["cpio -ovF x.cpio -H newc", "cpio -tvF x.cpio", "rm x.cpio"], stdin: "a\nnope\nd\nl\n" },
    {
      run: ["cpio -oF x.cpio -H newc", "cpio -ivF x.cpio", "cpio -iuF x.cpio", "rm x.cpio"],
      stdin: "a\nl\n",
    },
    {
      run: ["cpio -oF x.cpio -H newc", "cpio -itF x.cpio d*", "cpio -itF x.cpio -f d*", "rm x.cpio"],
      stdin: "a\nd\nd/x\n",
    },
    {
      run: ["ln a e", "cpio -oF x.cpio -H newc", "rm a e", "cpio -iF x.cpio", "rm x.cpio"],
      stdin: "a\ne\nempty\n",
    },
    { run: ["cpio -pdm out"], stdin: "a\nd/x\nl\n" },
    { run: ["cpio -p out"], stdin: "a\n" },
    { run: ["cpio -oF x.cpio -H newc", "cpio -i --to-stdout -F x.cpio", "rm x.cpio"], stdin: "a\nb\n" },
    { run: ["cpio -i"], stdin: "" },
    { run: ["cpio -io"], stdin: "" },
    "cpio",
  ]);
});
