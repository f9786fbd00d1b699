export interface Comparison {
  skipFields: number;
  skipChars: number;
  checkChars: number | undefined;
  ignoreCase: boolean;
}

/** The part of a line that is compared: after fields (blanks, then non-blanks) and characters. */
export function lineKey({
  skipFields,
  skipChars,
  checkChars,
  ignoreCase,
}: Comparison): (line: string) => string {
  if (skipFields === 0 && skipChars === 0 && checkChars === undefined) {
    return ignoreCase ? foldAscii : (line) => line;
  }
  return (line) => {
    const start = Math.min(line.length, afterFields(line, skipFields) + skipChars);
    const key = line.slice(start, checkChars === undefined ? undefined : start + checkChars);
    return ignoreCase ? foldAscii(key) : key;
  };
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

function afterFields(line: string, fields: number): number {
  let at = 0;
  for (; fields > 0 && at < line.length; fields--) {
    while (at < line.length && isBlank(line.charCodeAt(at))) at++;
    while (at < line.length && !isBlank(line.charCodeAt(at))) at++;
  }
  return at;
}

const foldAscii = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
