import { defineSoftware } from "@agentos/kernel/program";

export { default as bash } from "./bash.ts";
export type { Builtin } from "./builtins/builtin.ts";

/** The shell as a software package: `bash`, and `sh` for the same program. */
export default defineSoftware({
  name: "shell",
  version: "0.1.0",
  from: import.meta.url,
  commands: { bash: { program: () => import("./bash.ts") } },
  links: { sh: "bash" },
});
