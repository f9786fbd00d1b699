// The kernel's end of the channel, with a guest at the other that follows no rule.

import { FrameWriter, LONGEST_FRAME, MalformedFrame, readReply, type Value } from "@agentos/kernel/channel";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeGuest, startFakeGuest } from "./fake-guest.ts";

const LIMIT = 64 * 2 ** 20;

let guest: FakeGuest;

beforeEach(async () => {
  guest = await startFakeGuest();
});
afterEach(() => guest.dispose());

const frame = (id: number, value: Value): Uint8Array => new FrameWriter().request(id, value).slice();
const errnoOf = (reply: Uint8Array): number => readReply(reply).errno;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What the kernel needs, beyond what it had before. */
async function memoryOf(run: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage();
  await run();
  const after = process.memoryUsage();
  return after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
}

const path = fc.constantFrom(
  "/",
  "/tmp",
  "/tmp/f",
  "/etc/passwd",
  "/proc/self/fd",
  "",
  "a\0b",
  "x".repeat(5000),
  "../..",
);
const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 8 }) },
  { weight: 3, arbitrary: path },
  fc.constantFrom<Value>(
    undefined,
    null,
    true,
    false,
    -0,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    2 ** 53,
    -(2 ** 53),
    1e300,
    2n ** 62n,
    -(2n ** 63n),
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.uint8Array({ maxLength: 50 }),
  fc.float64Array({ maxLength: 4 }).map((floats) => Float64Array.from(floats)),
);
const argument: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), { maxLength: 5 }),
);

describe("a guest that sends", () => {
  it("garbage is ended or answered, and costs no more than it sends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), async (chunks) => {
        const other = await startFakeGuest();
        const used = await memoryOf(async () => {
          for (const chunk of chunks) other.send(chunk);
          await turn();
        });
        expect(other.failures.length).toBeLessThanOrEqual(1);
        for (const failure of other.failures) expect(failure).toBeInstanceOf(MalformedFrame);
        expect(used).toBeLessThan(LIMIT);
        other.dispose();
      }),
      { numRuns: 100 },
    );
  });

  it("frames in pieces is understood wherever they are cut", async () => {
    const bytes = Buffer.concat([
      frame(0, ["cwd"]),
      frame(0, ["umask"]),
      frame(7, ["ppid"]),
      frame(0, ["nothing"]),
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 10 }), async (cuts) => {
        const other = await startFakeGuest();
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        for (let i = 1; i < edges.length; i++) other.send(bytes.subarray(edges[i - 1], edges[i]));
        expect(other.replies.map(errnoOf)).toEqual([0, 0, -38]);
        expect(other.events.length).toBe(1);
        other.dispose();
      }),
      { numRuns: 50 },
    );
  });

  it("any arguments to any call gets a value or an errno", async () => {
    const names = guest.names.filter((name) => name !== "exit");
    const call = fc.record({
      name: fc.constantFrom(...names),
      args: fc.array(argument, { maxLength: 7 }),
      id: fc.constantFrom(0, 0, 5, 0xffff_ffff),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 60 }), async (calls) => {
        const other = await startFakeGuest();
        const used = await memoryOf(async () => {
          for (const { name, args, id } of calls) other.send(frame(id, [name, ...args]));
          await turn();
        });
        expect(other.failures).toEqual([]);
        for (const reply of [...other.replies, ...other.events])
          expect(errnoOf(reply)).toBeLessThanOrEqual(0);
        expect(used).toBeLessThan(4 * LIMIT);
        other.dispose();
      }),
      { numRuns: 150 },
    );
  });

  it("the head of a frame that is too long is ended at once", async () => {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, LONGEST_FRAME, true);
    guest.send(head);
    expect(guest.failures).toEqual([expect.any(MalformedFrame)]);
  });

  it("only a part of a long frame costs that part", async () => {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, LONGEST_FRAME - 4, true);
    const used = await memoryOf(async () => {
      guest.send(head);
      for (let i = 0; i < 100; i++) guest.send(new Uint8Array(1000));
    });
    expect(used).toBeLessThan(2 ** 21);
    expect(guest.failures).toEqual([]);
  });

  it("a list of very many nothings is ended, for in memory they are larger than in the frame", async () => {
    const bytes = new Uint8Array(2 ** 22);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, bytes.length - 4, true);
    bytes[8] = 8;
    view.setUint32(9, bytes.length - 13, true);
    guest.send(bytes);
    expect(guest.failures).toEqual([expect.any(MalformedFrame)]);
  });

  it("ever more requests that have to wait is not listened to, and nobody else notices", async () => {
    const other = await startFakeGuest();
    // Nobody types on this terminal.
    guest.send(frame(0, ["open", "/dev/ptmx", 2, 0]));
    const terminal = readReply(guest.replies[0]!).value as number;
    for (let i = 1; !guest.isHeld; i++) guest.send(frame(i, ["read", terminal, 10, -1]));
    other.send(frame(0, ["cwd"]));
    expect(readReply(other.replies[0]!).value).toBe("/home/user");
    other.dispose();
  });

  it("more requests than are worked on at once is listened to again when they are done", async () => {
    const yields = frame(1, ["rm", "/none", false]);
    while (!guest.isHeld) guest.send(yields);
    while (guest.isHeld) await turn();
    expect(guest.failures).toEqual([]);
  });

  it("nothing, while events for it pile up, is ended", async () => {
    const other = await startFakeGuest({ backlog: () => 2 ** 29 });
    other.send(frame(1, ["cwd"]));
    expect(other.failures).toEqual([expect.any(MalformedFrame)]);
    other.dispose();
  });
});
