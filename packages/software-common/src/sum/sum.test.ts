import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("sum", [{ args: ["input"] }, { args: ["-s", "input", "empty"] }, { args: [], stdin: "abc" }]);
