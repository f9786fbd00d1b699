import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("uname", [{ args: ["-s"] }, { args: ["-o"] }, { args: ["x"] }]);
