import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Redactor } from "./redactor.ts";

function redact(secret: string, pieces: readonly string[]): string {
  const redactor = new Redactor(secret);
  const out = pieces.map((piece) => redactor.push(Buffer.from(piece)));
  return Buffer.concat([...out, redactor.end()]).toString();
}

it("a secret is taken out wherever it is cut", () => {
  const text = "a: sk-key, b: sk-key; sk-ke";
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
      expect(redact("sk-key", pieces)).toBe("a: [redacted], b: [redacted]; sk-ke");
    }),
  );
});

it("only what the secret could begin with is held back", () => {
  const redactor = new Redactor("aab");
  expect(Buffer.from(redactor.push(Buffer.from("xaaa"))).toString()).toBe("xa");
  expect(Buffer.from(redactor.push(Buffer.from("b"))).toString()).toBe("[redacted]");
  expect(redactor.end()).toHaveLength(0);
});
