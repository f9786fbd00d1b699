import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("b2sum", [{ args: ["input"] }]);
