// Leading decimal numbers of lines, compared exactly whatever their length.

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export interface Decimal {
  /** The number's value if 15 digits hold it exactly, else NaN. */
  value: number;
  /** Where the number ends in the text. */
  end: number;
}

/** The largest number of significant digits for which distinct decimals are distinct doubles. */
const EXACT_DIGITS = 15;

/** Reads blanks, an optional minus, digits, an optional fraction. Without digits the value is 0. */
export function readDecimal(text: string, into: Decimal): Decimal {
  let at = 0;
  let code = text.charCodeAt(0);
  while (code === 32 || code === 9 || code === 10) code = text.charCodeAt(++at);
  const start = at;
  if (code === 45) code = text.charCodeAt(++at);
  const first = at;
  let value = 0;
  while (isDigit(code)) {
    value = value * 10 + (code - 48);
    code = text.charCodeAt(++at);
  }
  let digits = at - first;
  if (code === 46) {
    const point = at;
    do code = text.charCodeAt(++at);
    while (isDigit(code));
    digits += at - point - 1;
    if (digits > 0) value = Number(text.slice(first, at));
  }
  into.end = at;
  if (digits > EXACT_DIGITS) into.value = Number.NaN;
  else into.value = text.charCodeAt(start) === 45 ? 0 - value : value;
  return into;
}

const PARTS = /^[ \t\n]*(-?)0*(\d*)(?:\.(\d*?)0*(?!\d))?/;

/** Compares the leading numbers of two texts by their digits. */
export function compareDecimals(a: string, b: string): number {
  const [, signA = "", wholeA = "", fractionA = ""] = PARTS.exec(a) ?? [];
  const [, signB = "", wholeB = "", fractionB = ""] = PARTS.exec(b) ?? [];
  const zeroA = wholeA === "" && fractionA === "";
  const zeroB = wholeB === "" && fractionB === "";
  const negativeA = signA !== "" && !zeroA;
  const negativeB = signB !== "" && !zeroB;
  if (negativeA !== negativeB) return negativeA ? -1 : 1;
  const size =
    wholeA.length - wholeB.length || compareText(wholeA, wholeB) || compareText(fractionA, fractionB);
  return negativeA ? -size : size;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
