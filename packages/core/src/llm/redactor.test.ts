import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Redactor } from "./redactor.ts";

function redact(secret: string, pieces: readonly string[]): string {
  const redactor = new Redactor(secret);
  const out = pieces.map((piece) => redactor.push(Buffer.from(piece)));
  return Buffer.concat([...out, redactor.end()]).toString();
}

const SECRET = "sk-0123456789abcdef";

it("a secret is taken out wherever it is cut", () => {
  const text = `a: ${SECRET}, b: ${SECRET}; sk-01`;
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
      expect(redact(SECRET, pieces)).toBe("a: [redacted], b: [redacted]; sk-01");
    }),
  );
});

it("only what the secret could begin with is held back", () => {
  const redactor = new Redactor(`${"a".repeat(16)}b`);
  expect(Buffer.from(redactor.push(Buffer.from(`x${"a".repeat(17)}`))).toString()).toBe("xa");
  expect(Buffer.from(redactor.push(Buffer.from("b"))).toString()).toBe("[redacted]");
  expect(redactor.end()).toHaveLength(0);
});

it("a placeholder for a key is left alone, wherever its letters stand", () => {
  expect(redact("x", ['{"type":"text_delta"}'])).toBe('{"type":"text_delta"}');
});
