import type { OptionsSpec } from "@agentos/kernel/program";

export const GREP_OPTIONS = {
  extended: { short: "E", long: "extended-regexp", help: "PATTERNS are extended regular expressions" },
  fixed: { short: "F", long: "fixed-strings", help: "PATTERNS are strings" },
  basic: { short: "G", long: "basic-regexp", help: "PATTERNS are basic regular expressions" },
  perl: { short: "P", long: "perl-regexp", help: "PATTERNS are Perl regular expressions" },
  patterns: {
    short: "e",
    long: "regexp",
    value: "PATTERNS",
    repeat: true,
    help: "use PATTERNS for matching",
  },
  patternFiles: { short: "f", long: "file", value: "FILE", repeat: true, help: "take PATTERNS from FILE" },
  ignoreCase: { short: "iy", long: "ignore-case", help: "ignore case distinctions in patterns and data" },
  caseSensitive: { long: "no-ignore-case", help: "do not ignore case distinctions (default)" },
  word: { short: "w", long: "word-regexp", help: "match only whole words" },
  line: { short: "x", long: "line-regexp", help: "match only whole lines" },
  nullData: { short: "z", long: "null-data", help: "a data line ends in 0 byte, not newline" },
  noMessages: { short: "s", long: "no-messages", help: "suppress error messages" },
  invert: { short: "v", long: "invert-match", help: "select non-matching lines" },
  maxCount: { short: "m", long: "max-count", value: "NUM", help: "stop after NUM selected lines" },
  byteOffset: { short: "b", long: "byte-offset", help: "print the byte offset with output lines" },
  lineNumber: { short: "n", long: "line-number", help: "print line number with output lines" },
  lineBuffered: { long: "line-buffered", help: "flush output on every line" },
  withFilename: { short: "H", long: "with-filename", help: "print file name with output lines" },
  noFilename: { short: "h", long: "no-filename", help: "suppress the file name prefix on output" },
  label: { long: "label", value: "LABEL", help: "use LABEL as the standard input file name prefix" },
  onlyMatching: { short: "o", long: "only-matching", help: "show only nonempty parts of lines that match" },
  quiet: { short: "q", long: ["quiet", "silent"], help: "suppress all normal output" },
  binaryFiles: { long: "binary-files", value: "TYPE", help: "binary, text, or without-match" },
  text: { short: "a", long: "text", help: "equivalent to --binary-files=text" },
  withoutMatch: { short: "I", help: "equivalent to --binary-files=without-match" },
  directories: { short: "d", long: "directories", value: "ACTION", help: "read, recurse, or skip" },
  devices: { short: "D", long: "devices", value: "ACTION", help: "read or skip" },
  recursive: { short: "r", long: "recursive", help: "like --directories=recurse" },
  dereference: { short: "R", long: "dereference-recursive", help: "likewise, but follow all symlinks" },
  include: { long: "include", value: "GLOB", repeat: true, help: "search only files that match GLOB" },
  exclude: { long: "exclude", value: "GLOB", repeat: true, help: "skip files that match GLOB" },
  excludeFrom: {
    long: "exclude-from",
    value: "FILE",
    repeat: true,
    help: "skip files that match a pattern of FILE",
  },
  excludeDir: { long: "exclude-dir", value: "GLOB", repeat: true, help: "skip directories that match GLOB" },
  filesWithout: {
    short: "L",
    long: "files-without-match",
    help: "print only names of files with no selected lines",
  },
  filesWith: {
    short: "l",
    long: "files-with-matches",
    help: "print only names of files with selected lines",
  },
  count: { short: "c", long: "count", help: "print only a count of selected lines per file" },
  initialTab: { short: "T", long: "initial-tab", help: "make tabs line up (if needed)" },
  nullAfterName: { short: "Z", long: "null", help: "print 0 byte after file name" },
  before: { short: "B", long: "before-context", value: "NUM", help: "print NUM lines of leading context" },
  after: { short: "A", long: "after-context", value: "NUM", help: "print NUM lines of trailing context" },
  context: { short: "C", long: "context", value: "NUM", help: "print NUM lines of output context" },
  groupSeparator: { long: "group-separator", value: "SEP", help: "use SEP between groups of context" },
  noGroupSeparator: { long: "no-group-separator", help: "print no separator between groups" },
  color: {
    long: ["color", "colour"],
    value: "WHEN",
    optional: true,
    help: "mark the matches: always, never, or auto",
  },
} as const satisfies OptionsSpec;

/** "-5" and "-25x": context lines in digits, as an option. */
export function modernizeContext(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return argv.map((word, i) => {
    const match = end >= 0 && i > end ? null : /^-([a-zA-Z]*?)(\d+)([a-zA-Z]*)$/.exec(word);
    if (match === null || i === 0 || takesValue(argv[i - 1]!) || /[efmABCdD]/.test(match[1]!)) return word;
    return `-${match[1]}${match[3]}C${match[2]}`;
  });
}

function takesValue(word: string): boolean {
  return (
    /^-[a-zA-Z]*[efmABCdD]$/.test(word) ||
    /^--(regexp|file|max-count|label|.*context|include|exclude.*|group-separator)$/.test(word)
  );
}
