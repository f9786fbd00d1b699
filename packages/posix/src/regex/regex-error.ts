/** The texts of glibc's regcomp(3) errors, by their REG_ names. */
const REGEX_ERRORS = {
  REG_BADPAT: "Invalid regular expression",
  REG_ECOLLATE: "Invalid collation character",
  REG_ECTYPE: "Invalid character class name",
  REG_EESCAPE: "Trailing backslash",
  REG_ESUBREG: "Invalid back reference",
  REG_EBRACK: "Unmatched [, [^, [:, [., or [=",
  REG_EPAREN: "Unmatched ( or \\(",
  REG_EBRACE: "Unmatched \\{",
  REG_BADBR: "Invalid content of \\{\\}",
  REG_ERANGE: "Invalid range end",
  REG_ESPACE: "Memory exhausted",
  REG_BADRPT: "Invalid preceding regular expression",
  REG_EEND: "Premature end of regular expression",
  REG_ESIZE: "Regular expression too big",
  REG_ERPAREN: "Unmatched ) or \\)",
} as const;

export type RegexErrorCode = keyof typeof REGEX_ERRORS;

/** A regular expression that cannot be compiled. `message` is glibc's; `offset` is where in the source. */
export class RegexError extends Error {
  readonly code: RegexErrorCode;
  readonly offset: number;
  constructor(code: RegexErrorCode, offset: number, message: string = REGEX_ERRORS[code]) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}
