import { compareWithHost } from "../shared/compare-with-host.ts";

compareWithHost("truncate", [{ args: [] }]);
