import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("comm", [{ args: [] }]);
