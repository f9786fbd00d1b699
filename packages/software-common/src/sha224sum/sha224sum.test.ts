import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("sha224sum", [{ args: ["input"] }]);
