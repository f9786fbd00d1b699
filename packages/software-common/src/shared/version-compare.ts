// Version order of names, as gnulib's filevercmp: digits compare as numbers, "~" before the end, letters before
// other characters; a suffix such as ".tar.gz" counts only between equal names.

const SUFFIX = /(?:\.[A-Za-z~][A-Za-z0-9~]*)*$/;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

function weightAt(text: string, at: number): number {
  if (at >= text.length) return -1;
  const code = text.charCodeAt(at);
  if (isDigit(code)) return 0;
  if (isLetter(code)) return code;
  return code === 126 ? -2 : code + 256;
}

function compareStems(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a.charCodeAt(i))) || (j < b.length && !isDigit(b.charCodeAt(j)))) {
      const difference = weightAt(a, i) - weightAt(b, j);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    while (a.charCodeAt(i) === 48) i++;
    while (b.charCodeAt(j) === 48) j++;
    let first = 0;
    while (isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j))) {
      first ||= a.charCodeAt(i++) - b.charCodeAt(j++);
    }
    if (isDigit(a.charCodeAt(i))) return 1;
    if (isDigit(b.charCodeAt(j))) return -1;
    if (first !== 0) return first;
  }
  return 0;
}

const stemOf = (name: string): string => {
  const stem = name.slice(0, SUFFIX.exec(name)!.index);
  return stem === "" ? name : stem;
};

/** Negative, zero or positive. */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "") return -1;
  if (b === "") return 1;
  for (const special of [".", ".."]) {
    if (a === special) return -1;
    if (b === special) return 1;
  }
  const hiddenA = a.startsWith(".");
  const hiddenB = b.startsWith(".");
  if (hiddenA !== hiddenB) return hiddenA ? -1 : 1;
  return compareStems(stemOf(a), stemOf(b)) || compareStems(a, b);
}
