import { expect, it } from "vitest";
import { ByteRing } from "./byte-ring.ts";

it("gives the bytes back in order through wrap-arounds of every alignment", () => {
  const ring = new ByteRing(100);
  const into = new Uint8Array(100);
  let written = 0;
  let read = 0;
  for (let round = 0; round < 2000; round++) {
    const chunk = Uint8Array.from({ length: round % 97 }, (_, i) => (written + i) & 255);
    written += ring.write(chunk);
    const count = ring.read(into, 0, (round * 7) % 89);
    for (let i = 0; i < count; i++) expect(into[i]).toBe((read + i) & 255);
    read += count;
    expect(ring.size).toBe(written - read);
  }
});

it("takes only what fits", () => {
  const ring = new ByteRing(10);
  expect(ring.write(new Uint8Array(8))).toBe(8);
  expect(ring.write(new Uint8Array(8))).toBe(2);
  expect(ring.free).toBe(0);
  expect(ring.write(new Uint8Array(8))).toBe(0);
});

it("peeks without taking", () => {
  const ring = new ByteRing(4);
  ring.write(Uint8Array.of(1, 2, 3));
  ring.read(new Uint8Array(2));
  ring.write(Uint8Array.of(4, 5));
  const into = new Uint8Array(4);
  expect(ring.peek(into)).toBe(3);
  expect([...into.subarray(0, 3)]).toEqual([3, 4, 5]);
  expect([...ring.takeAll()]).toEqual([3, 4, 5]);
  expect(ring.size).toBe(0);
});
