import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("printenv", [{ args: ["NOPE"] }, { args: ["-0", "LANG"] }]);
