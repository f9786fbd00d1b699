import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("head", [
  { args: ["-n", "-1"], stdin: "1\n2\n3\n" },
  { args: ["-3"], stdin: "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n" },
  { args: ["-n", "x"] },
  { args: ["nofile"] },
  { args: ["/"] },
  { args: ["-v", "-n1", "input", "empty"] },
]);
