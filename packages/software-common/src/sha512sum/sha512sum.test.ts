import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("sha512sum", [{ args: ["input"] }]);
