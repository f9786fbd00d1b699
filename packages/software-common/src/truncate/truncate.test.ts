import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("truncate", [{ args: [] }]);
