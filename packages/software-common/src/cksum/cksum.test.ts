import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("cksum", [{ args: ["input"] }, { args: [], stdin: "abc" }]);
