import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("sha1sum", [{ args: ["--tag", "input"] }]);
