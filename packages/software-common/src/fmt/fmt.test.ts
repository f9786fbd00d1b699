import { compareWithHost } from "../testing/compare-with-host.ts";

compareWithHost("fmt", [{ args: ["-p", "> ", "-w", "8"], stdin: "> a b c\n> d e f\nxx\n" }]);
