import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("sha384sum", [{ args: ["input"] }]);
