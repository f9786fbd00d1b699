/** Which language a pattern is written in: POSIX basic and extended, awk's extended, and Perl's as in grep -P. */
export type RegexSyntaxName = "bre" | "ere" | "awk" | "perl";

export interface RegexOptions {
  syntax: RegexSyntaxName;
  icase?: boolean;
  /** `^` and `$` also match at each newline (sed's M, REG_NEWLINE's anchors). */
  multiline?: boolean;
  /** `.` and non-matching lists leave out the newline. */
  dotExcludesNewline?: boolean;
  /**
   * What the text is: "utf16" OS strings, "utf8" the bytes of UTF-8 text as latin1 strings, "latin1" plain bytes. The
   * pattern is an OS string for the first two, a latin1 string for the third. @default "utf16"
   */
  encoding?: "utf16" | "utf8" | "latin1";
  /** A repetition operator with nothing to repeat: an error (POSIX, sed -E, bash), or ignored (grep -E). @default "error" */
  danglingRepeat?: "error" | "ignore";
  /** A `)` without `(` in an ERE stands for itself (glibc's regcomp, bash) instead of being an error. @default false */
  loneParenLiteral?: boolean;
  /** A newline in the pattern separates alternatives, as in grep. @default false */
  newlineAlternates?: boolean;
  /**
   * The text may be many lines at once: `^` and `$` match at each, and no match goes beyond one. @default false
   */
  byLine?: boolean;
  /** Only matches that are whole words, or whole lines, count (grep -w, -x). */
  within?: "word" | "line";
  /** Whether exec() reports groups. @default true */
  captures?: boolean;
}
