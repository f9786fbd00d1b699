import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("sha224sum", [{ args: ["input"] }]);
