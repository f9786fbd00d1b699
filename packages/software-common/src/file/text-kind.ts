// Kinds of text: its encoding, its line ends, and what language it may be in. Source: file(1).

import type { Head, Kind } from "./magic.ts";

const INTERPRETERS: readonly (readonly [RegExp, string, string])[] = [
  [/\b(?:ba)sh$/, "Bourne-Again shell script", "text/x-shellscript"],
  [/\bzsh$/, "Paul Falstad's zsh script", "text/x-shellscript"],
  [/\b(?:da|k)?sh$/, "POSIX shell script", "text/x-shellscript"],
  [/\bpython[\d.]*$/, "Python script", "text/x-script.python"],
  [/\bperl$/, "Perl script", "text/x-perl"],
  [/\bruby$/, "Ruby script", "text/x-ruby"],
  [/\bnode$/, "Node.js script", "application/javascript"],
  [/\b[gmn]?awk$/, "awk script", "text/x-awk"],
  [/\bphp$/, "PHP script", "text/x-php"],
];

const LANGUAGES: readonly (readonly [RegExp, string, string])[] = [
  [/^\s*<\?xml version=["']1\.0["']/, "XML 1.0 document", "text/xml"],
  [/^\s*<(?:!doctype\s+html|html|head)\b/i, "HTML document", "text/html"],
  [/^\s*<\?php\b/, "PHP script", "text/x-php"],
  [/^diff --git |^--- .*\n\+\+\+ .*\n@@ /, "unified diff output", "text/x-diff"],
  [/^(?:#include\s*[<"]|\/\*[\s\S]*?\*\/\s*#include\s*[<"])|^int main\s*\(/m, "C source", "text/x-c"],
  [
    /^(?:from\s+\S+\s+import\s|import\s+\w+[\s\S]*\n(?:def|class) \w+|def \w+\(.*\):\s*\n)/m,
    "Python script",
    "text/x-script.python",
  ],
  [/^-----BEGIN CERTIFICATE-----/, "PEM certificate", "text/plain"],
];

const LONG_LINE = 300;

interface Encoding {
  name: string;
  charset: string;
}

/** Characters no text has. */
const CONTROL = /[\0-\x06\x0e-\x1a\x1c-\x1f\x7f]/;

function encodingOf(head: Head, whole: boolean): Encoding | undefined {
  const { latin1, bytes } = head;
  if (latin1.startsWith("\xff\xfe"))
    return { name: "Unicode text, UTF-16, little-endian text", charset: "utf-16le" };
  if (latin1.startsWith("\xfe\xff"))
    return { name: "Unicode text, UTF-16, big-endian text", charset: "utf-16be" };
  if (CONTROL.test(latin1)) return undefined;
  if (!/[\x80-\xff]/.test(latin1)) return { name: "ASCII text", charset: "us-ascii" };
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !whole });
    const mark = latin1.startsWith("\xef\xbb\xbf") ? " (with BOM)" : "";
    return { name: `Unicode text, UTF-8${mark} text`, charset: "utf-8" };
  } catch {
    if (/[\x80-\x9f]/.test(latin1)) return { name: "Non-ISO extended-ASCII text", charset: "unknown-8bit" };
    return { name: "ISO-8859 text", charset: "iso-8859-1" };
  }
}

function lineNotes(text: string): string {
  const notes: string[] = [];
  let longest = 0;
  for (const line of text.split("\n")) longest = Math.max(longest, line.length);
  if (longest >= LONG_LINE) notes.push(`with very long lines (${longest})`);
  const crlf = /\r\n/.test(text);
  const lf = /(?:^|[^\r])\n/.test(text);
  const cr = /\r(?!\n)/.test(text);
  const ends = [crlf ? "CRLF" : "", cr ? "CR" : "", lf ? "LF" : ""].filter((end) => end !== "");
  if (ends.length === 0) notes.push("with no line terminators");
  else if (crlf || cr) notes.push(`with ${ends.join(", ")} line terminators`);
  if (text.includes("\x1b")) notes.push("with escape sequences");
  return notes.map((note) => `, ${note}`).join("");
}

function scriptOf(latin1: string): { text: string; mime: string } | undefined {
  const line = /^#![ \t]*([^\n]*)/.exec(latin1)?.[1];
  if (line === undefined) return undefined;
  const [command = "", ...rest] = line.trim().split(/[ \t]+/);
  const interpreter = /\benv$/.test(command)
    ? (rest.find((word) => !word.startsWith("-")) ?? command)
    : command;
  const known = INTERPRETERS.find(([pattern]) => pattern.test(interpreter));
  if (known) return { text: known[1], mime: known[2] };
  return { text: `a ${line.trim()} script`, mime: "text/plain" };
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** undefined if it is no text. @param whole the head is all of the file */
export function kindOfText(head: Head, whole: boolean): Kind | undefined {
  const encoding = encodingOf(head, whole);
  if (!encoding) return undefined;
  const { latin1 } = head;
  const { charset } = encoding;
  if (charset.startsWith("utf-16")) return { text: encoding.name, mime: "text/plain", charset };
  const notes = lineNotes(latin1);
  const script = scriptOf(latin1);
  if (script)
    return { text: `${script.text}, ${encoding.name} executable${notes}`, mime: script.mime, charset };
  if (whole && isJson(latin1)) return { text: "JSON text data", mime: "application/json", charset };
  const language = LANGUAGES.find(([pattern]) => pattern.test(latin1.slice(0, 4096)));
  if (language) {
    const executable = language[1].endsWith("script") ? " executable" : "";
    return { text: `${language[1]}, ${encoding.name}${executable}${notes}`, mime: language[2], charset };
  }
  return { text: encoding.name + notes, mime: "text/plain", charset };
}
