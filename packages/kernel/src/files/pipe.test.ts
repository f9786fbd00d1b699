import { makeDevice, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from "@agentos/vfs/abi";
import { describe, expect, it } from "vitest";
import { FakeTask } from "../../test/fake-task.ts";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../abi/poll.ts";
import { SIGNALS } from "../abi/signals.ts";
import { Quota } from "../limits.ts";
import { AnonymousFs, ROOT_OWNER } from "./anonymous-inode.ts";
import { Fifos } from "./fifo.ts";
import { OutsideStream } from "./outside-stream.ts";
import { PIPE_BUF, PIPE_CAPACITY, type PipeFile, Pipes } from "./pipe.ts";

const pipes = (): Pipes => new Pipes(new AnonymousFs("pipefs", makeDevice(0, 12)));
const pipe = (flags = 0): [PipeFile, PipeFile] => pipes().create(ROOT_OWNER, flags);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const task = new FakeTask();

describe("pipe", () => {
  it("gives the bytes in order, at once while it has them", () => {
    const [reader, writer] = pipe();
    expect(writer.write(bytes("hello"), task)).toBe(5);
    const into = new Uint8Array(3);
    expect(reader.read(into, task)).toBe(3);
    expect(into).toEqual(bytes("hel"));
    expect(reader.read(into, task)).toBe(2);
  });

  it("wakes a blocked reader when bytes come", async () => {
    const [reader, writer] = pipe();
    const into = new Uint8Array(10);
    const read = reader.read(into, task);
    expect(read).toBeInstanceOf(Promise);
    writer.write(bytes("late"), task);
    expect(await read).toBe(4);
  });

  it("ends the file for a blocked reader when the last writer closes", async () => {
    const [reader, writer] = pipe();
    const read = reader.read(new Uint8Array(1), task);
    writer.close();
    expect(await read).toBe(0);
    expect(reader.poll()).toBe(POLLHUP);
  });

  it("closing the last reader wakes a blocked writer with EPIPE and SIGPIPE", async () => {
    const [reader, writer] = pipe();
    const writing = new FakeTask();
    writer.write(new Uint8Array(PIPE_CAPACITY), writing);
    const blocked = writer.write(bytes("x"), writing);
    reader.close();
    await expect(blocked).rejects.toMatchObject({ code: "EPIPE" });
    expect(writing.signals).toEqual([SIGNALS.SIGPIPE]);
  });

  it("fails with EPIPE at once when nobody reads", () => {
    const [reader, writer] = pipe();
    reader.close();
    expect(() => writer.write(bytes("x"), new FakeTask())).toThrow("Broken pipe");
    expect(writer.poll() & POLLERR).toBe(POLLERR);
  });

  it("holds a large write back until a reader has taken it, all of it", async () => {
    const [reader, writer] = pipe();
    const data = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
    const written = writer.write(data, task);
    const got = new Uint8Array(data.length);
    for (let at = 0; at < got.length; ) at += await reader.read(got.subarray(at, at + 10_001), task);
    expect(await written).toBe(data.length);
    expect(got).toEqual(data);
  });

  it("never splits a write of PIPE_BUF bytes", () => {
    const [reader, writer] = pipe(O_NONBLOCK);
    writer.write(new Uint8Array(PIPE_CAPACITY - 100), task);
    expect(() => writer.write(new Uint8Array(PIPE_BUF), task)).toThrow("Resource temporarily unavailable");
    expect(writer.write(new Uint8Array(PIPE_BUF + 1), task)).toBe(100);
    reader.read(new Uint8Array(PIPE_CAPACITY), task);
    expect(writer.write(new Uint8Array(PIPE_BUF), task)).toBe(PIPE_BUF);
  });

  it("answers EAGAIN instead of blocking with O_NONBLOCK", () => {
    const [reader] = pipe(O_NONBLOCK);
    expect(() => reader.read(new Uint8Array(1), task)).toThrow("Resource temporarily unavailable");
  });

  it("a signal ends a write with what was written, or EINTR if nothing was", async () => {
    const [, writer] = pipe();
    const writing = new FakeTask();
    const partial = writer.write(new Uint8Array(PIPE_CAPACITY + 5), writing);
    writing.interrupt();
    expect(await partial).toBe(PIPE_CAPACITY);
    const none = writer.write(new Uint8Array(1), writing);
    writing.interrupt();
    await expect(none).rejects.toMatchObject({ code: "EINTR" });
  });

  it("leaves its bytes to others while the reader is stopped", () => {
    const [reader, writer] = pipe();
    const stopped = new FakeTask();
    void reader.read(new Uint8Array(9), stopped);
    stopped.suspended = true;
    writer.write(bytes("x"), task);
    expect(reader.read(new Uint8Array(9), task)).toBe(1);
  });

  it("polls by what a call would do", () => {
    const [reader, writer] = pipe();
    expect([reader.poll(), writer.poll()]).toEqual([0, POLLOUT]);
    writer.write(new Uint8Array(PIPE_CAPACITY), task);
    expect([reader.poll(), writer.poll()]).toEqual([POLLIN, 0]);
  });

  it("passes bytes between two blocked sides through many wake-ups", async () => {
    const [reader, writer] = pipe();
    const total = 5_000_000;
    const write = async (): Promise<void> => {
      for (let left = total; left > 0; )
        left -= await writer.write(new Uint8Array(Math.min(left, 99_999)), task);
      writer.close();
    };
    const writing = write();
    let got = 0;
    for (let n = 1; n > 0; got += n) n = await reader.read(new Uint8Array(70_001), task);
    await writing;
    expect(got).toBe(total);
  });

  it("counts against the limit until both ends are closed", () => {
    const quota = new Quota("maxPipes", 1, "ENFILE", () => {});
    const all = new Pipes(new AnonymousFs("pipefs", 1), quota);
    const [reader, writer] = all.create(ROOT_OWNER);
    expect(() => all.create(ROOT_OWNER)).toThrow("Too many open files in system");
    reader.close();
    writer.close();
    expect(quota.used).toBe(0);
  });
});

describe("sink", () => {
  it("takes chunks of its own and holds writers back while it is busy", async () => {
    const chunks: Uint8Array[] = [];
    let release = (): void => {};
    let ended = false;
    const writer = pipes().createSink(
      {
        receive: (chunk) => {
          chunks.push(chunk);
          return new Promise((resolve) => (release = resolve));
        },
        end: () => (ended = true),
      },
      ROOT_OWNER,
    );
    const data = bytes("one");
    expect(writer.write(data, task)).toBe(3);
    data.fill(0);
    const second = writer.write(bytes("two"), task);
    expect(chunks).toEqual([bytes("one")]);
    release();
    expect(await second).toBe(3);
    expect(chunks).toEqual([bytes("one"), bytes("two")]);
    writer.close();
    expect(ended).toBe(true);
  });

  it("breaks the pipe when the host closes it", () => {
    const writer = pipes().createSink({ receive: () => {}, end: () => {} }, ROOT_OWNER);
    writer.pipe.closeSink();
    expect(() => writer.write(bytes("x"), task)).toThrow("Broken pipe");
  });
});

describe("outside stream", () => {
  it("feeds and drains a pipe by chunks", async () => {
    const [reader, writer] = pipe();
    const host = new OutsideStream(writer);
    const other = new OutsideStream(reader);
    const fed = (async () => {
      for (let i = 0; i < 10; i++) await host.write(new Uint8Array(30_000));
      await host.close();
    })();
    let total = 0;
    for (let chunk = await other.read(); chunk !== undefined; chunk = await other.read())
      total += chunk.length;
    await fed;
    expect(total).toBe(300_000);
  });

  it("ends a pending read when it is closed", async () => {
    const [reader] = pipe();
    const host = new OutsideStream(reader);
    const read = host.read();
    host.close();
    expect(await read).toBeUndefined();
  });
});

describe("FIFO", () => {
  const inode = () => new AnonymousFs("tmpfs", 1).create(0o010644, ROOT_OWNER, () => Promise.reject());

  it("opening one end waits for the other", async () => {
    const fifos = new Fifos();
    const node = inode();
    const reading = fifos.open(node, O_RDONLY, "/fifo", task);
    expect(reading).toBeInstanceOf(Promise);
    const writer = fifos.open(node, O_WRONLY, "/fifo", task);
    expect(writer).not.toBeInstanceOf(Promise);
    const reader = await reading;
    (await writer).write!(bytes("hi"), task);
    expect(reader.read!(new Uint8Array(5), task)).toBe(2);
  });

  it("meets a writer that has gone already", async () => {
    const fifos = new Fifos();
    const node = inode();
    const reading = fifos.open(node, O_RDONLY, "/fifo", task);
    (await fifos.open(node, O_WRONLY, "/fifo", task)).close();
    expect((await reading).read!(new Uint8Array(1), task)).toBe(0);
  });

  it("does not wait with O_RDWR or O_NONBLOCK, but a writer needs a reader", () => {
    const fifos = new Fifos();
    const node = inode();
    expect(() => fifos.open(node, O_WRONLY | O_NONBLOCK, "/fifo", task)).toThrow("No such device or address");
    expect(fifos.open(node, O_RDONLY | O_NONBLOCK, "/fifo", task)).not.toBeInstanceOf(Promise);
    expect(fifos.open(node, O_RDWR, "/fifo", task)).not.toBeInstanceOf(Promise);
  });

  it("an interrupted open leaves no reader behind", async () => {
    const fifos = new Fifos();
    const node = inode();
    const waiting = new FakeTask();
    const reading = fifos.open(node, O_RDONLY, "/fifo", waiting);
    waiting.interrupt();
    await expect(reading).rejects.toMatchObject({ code: "EINTR" });
    expect(() => fifos.open(node, O_WRONLY | O_NONBLOCK, "/fifo", task)).toThrow("No such device or address");
  });

  it("tells a watcher of both ends about room as well as bytes", async () => {
    const fifos = new Fifos();
    const node = inode();
    const both = await fifos.open(node, O_RDWR, "/fifo", task);
    const reader = await fifos.open(node, O_RDONLY, "/fifo", task);
    both.write!(new Uint8Array(PIPE_CAPACITY), task);
    expect(both.poll!()).toBe(POLLIN);
    let woken = 0;
    both.changed!.listen(() => woken++);
    reader.read!(new Uint8Array(PIPE_CAPACITY), task);
    expect(woken).toBe(1);
    expect(both.poll!()).toBe(POLLOUT);
  });
});
