const ESCAPES: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};

/** A byte as `od -c` and `hexdump -c` show it: printable ASCII as it is, others as C's escape or three octal digits. */
export function byteText(byte: number): string {
  if (byte >= 32 && byte < 127) return String.fromCharCode(byte);
  return ESCAPES[byte] ?? byte.toString(8).padStart(3, "0");
}
