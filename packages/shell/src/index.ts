export { default as bash } from "./bash.ts";
export type { Builtin } from "./builtins/builtin.ts";
