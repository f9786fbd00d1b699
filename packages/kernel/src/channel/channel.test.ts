import { sysError } from "@agentos/vfs/abi";
import { describe, expect, it } from "vitest";
import { GuestChannel } from "./guest.ts";
import { type GuestCall, HostChannel } from "./host.ts";
import { FrameSplitter, FrameWriter, MalformedFrame, readRequest, type Value } from "./layout.ts";

/** Both ends in one thread: a synchronous call is answered before its read. */
function connect(calls: Record<string, GuestCall>) {
  const replies: Uint8Array[] = [];
  const notices: Value[] = [];
  const failures: unknown[] = [];
  const host = new HostChannel({
    streams: {
      reply: (bytes) => void replies.push(bytes),
      event: (bytes) => guest.receiveEvents(bytes),
      backlog: 0,
      replyBacklog: 0,
      hold: () => {},
    },
    find: (name) => calls[name],
    generation: () => 7,
    onFailure: (error) => void failures.push(error),
  });
  const broken = { reads: Number.POSITIVE_INFINITY, length: Number.POSITIVE_INFINITY };
  const guest: GuestChannel = new GuestChannel({
    calls: {
      write: (bytes) => host.receive(bytes.slice()),
      read(into, offset, length) {
        if (broken.reads-- === 0) throw new Error("broken off");
        const [first = new Uint8Array(0)] = replies;
        const part = first.subarray(0, Math.min(length, broken.length));
        into.set(part, offset);
        if (part.length === first.length) replies.shift();
        else replies[0] = first.subarray(part.length);
        return part.length;
      },
    },
    onLost() {
      throw new Error("lost");
    },
    onNotice: (name, args) => void notices.push([name, ...args]),
  });
  return { host, guest, notices, failures, broken };
}

describe("the guest channel", () => {
  it("carries large bytes with much behind them", () => {
    const bytes = new Uint8Array(5 << 20).fill(7);
    const { guest } = connect({ answer: () => [bytes, ...Array(100).fill("x"), bytes] });
    const { value } = guest.call("answer");
    expect((value as Value[]).map((each) => (each as string).length)).toEqual([
      5 << 20,
      ...Array(100).fill(1),
      5 << 20,
    ]);
  });

  it.each([0, 1, 2, 3, 40])("reads the rest of an answer that was broken off after %d reads", (reads) => {
    const { guest, broken } = connect({ bytes: (length) => new Uint8Array(length as number), next: () => 5 });
    broken.length = 3;
    for (const call of [
      () => guest.call("bytes", 1000),
      () => guest.callInto(new Uint8Array(1000), "bytes", 1000),
    ]) {
      broken.reads = reads;
      expect(call).toThrow("broken off");
      guest.finishBrokenCall();
      expect(guest.call("next").value).toBe(5);
      guest.finishBrokenCall();
    }
  });

  it("carries every kind of value both ways", () => {
    const { guest } = connect({ echo: (...args) => args });
    const values: Value[] = [
      undefined,
      null,
      true,
      false,
      0,
      -0,
      -1,
      2 ** 31,
      0.5,
      Number.NaN,
      -(2n ** 62n),
      "",
      "é\udc80",
      new Uint8Array([1, 2, 255]),
      [1, ["a"]],
      new Float64Array([1.5, -2]),
    ];
    expect(guest.call("echo", ...values).value).toEqual(values);
  });

  it("answers with the negative errno of a failed call", () => {
    const { guest } = connect({
      fail: () => {
        throw sysError("EACCES");
      },
    });
    expect(guest.call("fail")).toMatchObject({ errno: -13, generation: 7 });
  });

  it("answers ENOSYS to a call that it does not know", () => {
    expect(connect({}).guest.call("nothing").errno).toBe(-38);
  });

  it("reads a reply that is larger than its buffer", () => {
    const big = new Uint8Array(300_000).fill(9);
    const { guest } = connect({ big: () => big });
    expect(guest.call("big").value).toEqual(big);
  });

  it("puts the bytes of an answer where the caller wants them, however long they are", () => {
    let host: HostChannel;
    const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);
    const ends = connect({
      inPlace: (length) => {
        const room = host.room(length as number);
        room.set(bytes(length as number));
        return room;
      },
      copied: (length) => bytes(length as number),
    });
    host = ends.host;
    for (const length of [0, 1, 65_536 - 25, 65_536, 3_000_000]) {
      for (const name of ["inPlace", "copied"]) {
        const target = new Uint8Array(length + 5);
        expect(ends.guest.callInto(target, name, length)).toBe(length);
        expect(Buffer.compare(target.subarray(0, length), bytes(length))).toBe(0);
        expect(ends.guest.generation).toBe(7);
      }
    }
  });

  it("tells a caller that wants bytes of the call's failure", () => {
    const { guest } = connect({
      fail: () => {
        throw sysError("EIO");
      },
    });
    expect(guest.callInto(new Uint8Array(9), "fail")).toBe(-5);
  });

  it("answers a request that has to wait", async () => {
    const gate = Promise.withResolvers<Value>();
    const { guest } = connect({ wait: () => gate.promise });
    const answer = Promise.withResolvers<Value>();
    guest.request("wait", [], (errno, value) => answer.resolve([errno, value]));
    gate.resolve("done");
    expect(await answer.promise).toEqual([0, "done"]);
  });

  it("does not answer what was posted, and passes notices on", () => {
    const { host, guest, notices } = connect({ note: () => "ignored" });
    guest.post("note");
    host.notify("signal", 15);
    expect(notices).toEqual([["signal", 15]]);
  });

  it("reports a guest that breaks the protocol, and listens to it no more", () => {
    const { host, guest, failures } = connect({ ok: () => 1 });
    host.receive(new Uint8Array([4, 0, 0, 0, 1, 0, 0, 0]));
    expect(failures).toEqual([expect.any(MalformedFrame)]);
    guest.post("ok");
    expect(failures).toHaveLength(1);
  });
});

describe("frames", () => {
  it("are put together from pieces of any size", () => {
    const writer = new FrameWriter();
    const stream = [1, 2, 3].flatMap((id) => [...writer.request(id, ["call", id])]);
    for (const size of [1, 3, 7, 1000]) {
      const splitter = new FrameSplitter();
      const seen: Value[] = [];
      for (let at = 0; at < stream.length; at += size) {
        splitter.push(Uint8Array.from(stream.slice(at, at + size)), (frame) =>
          seen.push(readRequest(frame).value),
        );
      }
      expect(seen).toEqual([
        ["call", 1],
        ["call", 2],
        ["call", 3],
      ]);
    }
  });

  it("that lie about a length are refused", () => {
    const frame = new FrameWriter().request(1, ["x"]).slice();
    new DataView(frame.buffer).setUint32(9, 1_000_000, true);
    expect(() => readRequest(frame)).toThrow(MalformedFrame);
  });
});
