const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes as text: a byte-order mark stays, what is not UTF-8 becomes U+FFFD. */
export const utf8Text = (bytes: Uint8Array): string => utf8.decode(bytes);
