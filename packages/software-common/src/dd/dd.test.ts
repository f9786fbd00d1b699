import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("dd", [
  { args: ["if=input", "status=none", "bs=7", "count=3"] },
  { args: ["if=input", "ibs=3", "obs=10", "skip=2", "status=noxfer", "conv=ucase"] },
  { args: ["if=nofile"] },
  { args: ["foo=1"] },
  { args: ["conv=bar"] },
  { args: ["bs=4", "status=none", "conv=swab"], stdin: "abcdef" },
  { args: ["ibs=2", "count=1", "status=noxfer"], stdin: "abc" },
  { args: ["bs=4", "conv=sync", "status=noxfer"], stdin: "abcdef" },
]);
