import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("sha384sum", [{ args: ["input"] }]);
