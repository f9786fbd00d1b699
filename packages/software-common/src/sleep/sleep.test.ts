import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("sleep", [{ args: [] }, { args: ["x"] }, { args: ["0.01", "0"] }, { args: ["1y"] }]);
