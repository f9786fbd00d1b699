import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("tee", [{ args: ["/dev/null"], stdin: "abc" }]);
