import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("sha256sum", [{ args: [], stdin: "abc" }, { args: ["input", "nofile"] }]);
