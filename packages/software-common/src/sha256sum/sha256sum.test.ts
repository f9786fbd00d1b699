import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("sha256sum", [{ args: [], stdin: "abc" }, { args: ["input", "nofile"] }]);
