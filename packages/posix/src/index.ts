// Regular expressions

export { RegexLimitError } from "./regex/backtrack.ts";
export type { Literals } from "./regex/literals.ts";
export { compileRegex, type Pause, type Regex } from "./regex/regex.ts";
export { RegexError, type RegexErrorCode } from "./regex/regex-error.ts";
export type { Spans } from "./regex/search.ts";
export type { RegexOptions, RegexSyntaxName } from "./regex/syntax.ts";

// Shell patterns

export { compilePattern, type Pattern } from "./pattern/pattern.ts";
export type { PatternOptions } from "./pattern/pattern-ast.ts";
export { finish, type Slices } from "./pattern/slices.ts";

// printf, escapes, numbers

export {
  type Conversion,
  formatFloat,
  formatInteger,
  formatNumber,
  formatString,
  pad,
} from "./format/conversion.ts";
export {
  byteChar,
  type EscapeOptions,
  expandEscapes,
  joinBytes,
  readEscape,
  type Unescaped,
} from "./format/escapes.ts";
export { type Float, floatFromNumber, parseLongDouble } from "./format/float.ts";
export { type PrintfOptions, type PrintfResult, printf } from "./format/printf.ts";

// test and [

export { evaluateTest, type TestHost, type TestResult, TestSyntaxError } from "./format/test-expression.ts";

// Time

export {
  type CivilTime,
  civilFromSeconds,
  DAY_SECONDS,
  daysFromCivil,
  secondsFromCivil,
  weekdayOf,
} from "./time/civil-time.ts";
export { type Instant, strftime } from "./time/strftime.ts";
export { instantOf, type TimeZone, timeZone, type ZoneOffset } from "./time/time-zone.ts";
