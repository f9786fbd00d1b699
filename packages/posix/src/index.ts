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
export { type Float, floatFromInteger, floatFromNumber, parseLongDouble } from "./format/float.ts";
export { INT64_MAX, INT64_MIN, type ParsedInteger, parseInteger, UINT64_MAX } from "./format/parse-number.ts";
export { type PrintfOptions, type PrintfResult, printf } from "./format/printf.ts";
export {
  evaluateTest,
  type TestHost,
  type TestResult,
  TestSyntaxError,
  testInteger,
} from "./format/test-expression.ts";
export { compilePattern, hasPatternSpecials, type Pattern } from "./pattern/pattern.ts";
export type { PatternOptions } from "./pattern/pattern-ast.ts";
export { finish, type Slices } from "./pattern/slices.ts";
export { RegexLimitError } from "./regex/backtrack.ts";
export type { Literals } from "./regex/literals.ts";
export { compileRegex, type Pause, type Regex } from "./regex/regex.ts";
export { REGEX_ERRORS, RegexError, type RegexErrorCode } from "./regex/regex-error.ts";
export type { Spans } from "./regex/search.ts";
export type { RegexOptions, RegexSyntaxName } from "./regex/syntax.ts";
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
