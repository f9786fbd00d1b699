import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("tee", [{ args: ["/dev/null"], stdin: "abc" }]);
