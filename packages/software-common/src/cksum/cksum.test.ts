import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("cksum", [{ args: ["input"] }, { args: [], stdin: "abc" }]);
