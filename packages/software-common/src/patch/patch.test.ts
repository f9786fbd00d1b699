import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join("");

const FILES = {
  a: numbers(1, 20),
  shifted: `x\ny\n${numbers(1, 20)}`,
  fuzzy: numbers(1, 20).replace("\n7\n", "\nseven\n"),
  other: "nothing\nalike\n",
  "d/b": "one\ntwo\nthree",
};

const change = (name: string) =>
  `--- ${name}\n+++ ${name}\n@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n`;
const two = `--- a\n+++ a\n@@ -1,4 +1,5 @@\n+0\n 1\n 2\n 3\n 4\n@@ -17,4 +18,3 @@\n 17\n 18\n 19\n-20\n`;

describe("patch", () => {
  differential(FILES, [
    { run: "patch", stdin: change("a") },
    { run: "patch -p0", stdin: two },
    { run: ["patch -p0", "patch -R -p0"], stdin: two },
    { run: "patch shifted", stdin: change("a") },
    { run: "patch fuzzy", stdin: change("a") },
    { run: "patch --no-backup-if-mismatch fuzzy", stdin: change("a") },
    { run: "patch -F0 fuzzy", stdin: change("a") },
    { run: "patch other", stdin: change("a") },
    { run: "patch --dry-run other", stdin: change("a") },
    { run: "patch -b a", stdin: change("a") },
    { run: "patch -s a", stdin: change("a") },
    { run: "patch -o - a", stdin: change("a") },
    { run: ["patch a", "patch -N a"], stdin: change("a") },
    { run: ["patch a", "patch -N -r - a"], stdin: change("a") },
    {
      run: "patch -p1",
      stdin: "--- x/d/b\n+++ y/d/b\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n\\ No newline at end of file\n",
    },
    {
      run: "patch -p1",
      stdin:
        "--- x/d/b\n+++ y/d/b\n@@ -1,3 +1,3 @@\n one\n two\n-three\n\\ No newline at end of file\n+three\n",
    },
    { run: "patch -p1", stdin: "--- /dev/null\n+++ b/new/file\n@@ -0,0 +1,2 @@\n+x\n+y\n" },
    { run: "patch -p1", stdin: "--- a/other\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-nothing\n-alike\n" },
    {
      run: "patch -p1",
      stdin:
        "diff --git a/n b/n\nnew file mode 100755\nindex 0..1\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n",
    },
    {
      run: "patch -p1",
      stdin: "diff --git a/d/b b/d/c\nsimilarity index 100%\nrename from d/b\nrename to d/c\n",
    },
    { run: "patch a", stdin: "10c10\n< 10\n---\n> ten\n15d14\n< 15\n20a20\n> 21\n" },
    { run: "patch -d d -p1", stdin: "--- x/b\n+++ y/b\n@@ -1,2 +1,2 @@\n-one\n+1\n two\n" },
    { run: "patch -p0", stdin: `Some words before.\n\n${two}${change("shifted")}` },
    { run: "patch -l a", stdin: change("a").replace(" 8\n", "  8 \n") },
    { run: "patch", stdin: "garbage\n" },
    { run: "patch", stdin: "" },
    { run: "patch -i nope", stdin: "" },
    { run: "patch -p0", stdin: "--- a\n+++ a\n@@ -1,4 +1,4 @@\n 1\n-2\n", quiet: true },
    { run: "patch -p1 -f", stdin: change("x/none") },
  ]);
});
