import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("printenv", [{ args: ["NOPE"] }, { args: ["-0", "LANG"] }]);
