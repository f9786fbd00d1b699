export { RegexLimitError } from "./regex/backtrack.ts";
export type { Literals } from "./regex/literals.ts";
export { compileRegex, type Pause, type Regex } from "./regex/regex.ts";
export { REGEX_ERRORS, RegexError, type RegexErrorCode } from "./regex/regex-error.ts";
export type { Spans } from "./regex/search.ts";
export type { RegexOptions, RegexSyntaxName } from "./regex/syntax.ts";
export { compilePattern, hasPatternSpecials, type Pattern } from "./pattern/pattern.ts";
export type { PatternOptions } from "./pattern/pattern-ast.ts";
