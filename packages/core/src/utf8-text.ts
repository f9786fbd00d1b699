const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Decodes UTF-8. A byte-order mark is kept; invalid bytes become U+FFFD. */
export const utf8Text = (bytes: Uint8Array): string => utf8.decode(bytes);
