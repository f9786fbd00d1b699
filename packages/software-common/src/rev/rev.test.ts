import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("rev", [{ args: [], stdin: "abc\nde" }]);
