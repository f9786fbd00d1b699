import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("uname", [{ args: ["-s"] }, { args: ["-o"] }, { args: ["x"] }]);
