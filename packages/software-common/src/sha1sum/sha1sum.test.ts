import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("sha1sum", [{ args: ["--tag", "input"] }]);
