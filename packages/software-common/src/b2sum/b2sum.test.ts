import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("b2sum", [{ args: ["input"] }]);
