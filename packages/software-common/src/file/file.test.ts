import { describe } from "vitest";
import { differential } from "../testing/host-tree-oracle.ts";

const FILES = {
  ascii: "hello\n",
  empty: "",
  utf8: "é\n",
  crlf: "a\r\nb\r\n",
  nonl: "abc",
  long: `${"x".repeat(400)}\n`,
  json: '{"a": [1, 2]}\n',
  "script.sh": "#!/bin/sh\necho\n",
  bash: "#!/bin/bash\necho\n",
  python: "#!/usr/bin/env python3\nprint(1)\n",
  xml: '<?xml version="1.0"?><a/>\n',
  html: "<!DOCTYPE html><html></html>\n",
  pdf: "%PDF-1.4\n",
  binary: "\u0000\u0001\u0002\u0003",
  gif: "GIF89a\u0001\u0000\u0001\u0000",
  "d/": 0o755,
  "link@": "ascii",
  "broken@": "nope",
};

describe("file", () => {
  differential(FILES, [
    "file ascii empty utf8 crlf nonl long json",
    "file script.sh bash python xml html pdf binary gif",
    "file d link broken nope",
    "file -L link",
    "file -b ascii",
    "file -i ascii utf8 empty binary d",
    "file --mime-type json html pdf link",
    "file --mime-encoding ascii utf8",
    { run: "file -", stdin: "text\n" },
    { run: "file -f -", stdin: "ascii\nempty\n" },
    ["mkfifo fifo", "file fifo"],
    ["tar cf x.tar ascii", "file x.tar", "rm x.tar"],
    ["bzip2 -k ascii", "file ascii.bz2", "rm ascii.bz2"],
    ["ar rc x.a ascii", "file x.a", "rm x.a"],
  ]);
});
