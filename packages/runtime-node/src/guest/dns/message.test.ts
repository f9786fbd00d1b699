import { expect, it } from "vitest";
import { answers, decodeAnswer, encodeQuery, reverseName, TYPES } from "./message.ts";

const query = encodeQuery(7, "a.example", "A")!;

/** An answer to the query with these records behind the question. */
function answer(count: number, ...records: number[]): Uint8Array {
  const message = Uint8Array.from([...query, ...records]);
  message[2] = 0x81;
  message[3] = 0x80;
  message[7] = count;
  return message;
}

const A = [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 1, 2, 3, 4];

it("tells its own answers from others", () => {
  expect(answers(answer(0), query)).toBe(true);
  expect(answers(query, query)).toBe(false);
  expect(answers(answer(0), encodeQuery(8, "a.example", "A")!)).toBe(false);
});

it("reads records, and says when there are none", () => {
  expect(decodeAnswer(answer(1, ...A), "A")).toEqual({ records: ["1.2.3.4"], ttls: [300] });
  expect(decodeAnswer(answer(1, ...A), "MX")).toEqual({ error: "ENODATA" });
});

it("does not take names that are none", () => {
  for (const name of ["a..b", "x".repeat(64), Array(200).fill("ab").join(".")]) {
    expect(encodeQuery(1, name, "A")).toBeUndefined();
  }
});

it("asks for addresses backwards", () => {
  expect(reverseName("1.2.3.4")).toBe("4.3.2.1.in-addr.arpa");
  expect(reverseName("2001:db8::1")).toBe(`1.${"0.".repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`);
});

it.each([
  ["ends early", answer(1, ...A.slice(0, -1))],
  ["tells of more records than it has", answer(9, ...A)],
  ["has a name that leads to itself", answer(1, 0xc0, query.length, ...A.slice(2))],
  ["has a name that leads in a circle", answer(1, 1, 97, 0xc0, query.length, ...A.slice(2))],
  ["has a name that leads forward", answer(1, 0xc0, 0xff, ...A.slice(2))],
  ["has a record that is too long", answer(1, ...A.slice(0, 10), 255, 255, 1, 2, 3, 4)],
  ["is nothing at all", new Uint8Array(3)],
])("a message that %s is a bad answer", (_, message) => {
  expect(decodeAnswer(message, "A")).toEqual({ error: "EBADRESP" });
});

it("whatever bytes come, reading them ends, with an answer or an error", () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 0x7fff_ffff;
    return seed % below;
  };
  for (let round = 0; round < 3000; round++) {
    const message = answer(3, ...A, ...A, ...A);
    for (let edits = random(12); edits > 0; edits--) message[4 + random(message.length - 4)] = random(256);
    const type = Object.keys(TYPES)[random(13)]!;
    const { records, error, isTruncated } = decodeAnswer(message.subarray(0, 12 + random(90)), type);
    expect(records !== undefined || typeof error === "string" || isTruncated).toBe(true);
  }
});
