import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("factor", [
  { args: ["1", "2", "12", "97", "1000000007", "18446744073709551615"] },
  { args: ["123456789012345678901234567890"] },
  { args: ["x", "-3"] },
  { args: [], stdin: "10 21\n1024\n" },
]);
