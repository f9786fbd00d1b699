import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("dirname", [{ args: ["a/b/c", "a", "/", "a/", ""] }, { args: [] }]);
