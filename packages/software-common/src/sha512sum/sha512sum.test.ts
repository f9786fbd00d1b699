import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("sha512sum", [{ args: ["input"] }]);
