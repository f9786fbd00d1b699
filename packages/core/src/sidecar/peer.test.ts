import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSysError, sysError } from "@agentos/kernel/abi";
import { afterEach, describe, expect, it } from "vitest";
import { ConfigError } from "../errors.ts";
import { type IncomingRequest, Peer, type RequestHandler } from "./peer.ts";
import { STREAM_WINDOW } from "./protocol.ts";
import type { StreamEnd } from "./stream-end.ts";

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

let pairs = 0;

async function socketPair(): Promise<[Socket, Socket]> {
  const path = join(tmpdir(), `agentos-peer-${process.pid}-${pairs++}.sock`);
  const server = createServer().listen(path);
  await once(server, "listening");
  const near = connect(path);
  const [far] = (await once(server, "connection")) as [Socket];
  server.close();
  sockets.push(near, far);
  return [near, far];
}

/** An app whose sidecar answers with `handler`. */
async function peers(handler: RequestHandler) {
  const [near, far] = await socketPair();
  const seen = { busy: [] as boolean[], gone: [] as (Error | undefined)[] };
  const app = new Peer({
    socket: near,
    side: "app",
    onRequest: (method) => `app ${method}`,
    onBusy: (busy) => seen.busy.push(busy),
    onGone: (error) => seen.gone.push(error),
  });
  const sidecar = new Peer({ socket: far, side: "sidecar", onRequest: handler, onGone: () => {} });
  return { app, sidecar, near, far, seen };
}

describe("Peer", () => {
  it("many calls are answered each with its own result, in any order, both ways", async () => {
    const delays = new Map<unknown, PromiseWithResolvers<unknown>>();
    const { app, sidecar, seen } = await peers((_method, [n]) => {
      delays.set(n, Promise.withResolvers());
      return delays.get(n)!.promise;
    });
    const calls = [1, 2, 3].map((n) => app.call("echo", [n]));
    await expect.poll(() => delays.size).toBe(3);
    for (const n of [3, 1, 2]) delays.get(n)!.resolve(n * 10);
    expect(await Promise.all(calls)).toEqual([10, 20, 30]);
    expect(await sidecar.call("back", [])).toBe("app back");
    expect(seen.busy).toEqual([true, false]);
  });

  it("errors keep their class and code", async () => {
    const failures = [sysError("EACCES"), new ConfigError("env", "wrong"), new RangeError("far"), "text"];
    const { app } = await peers((_method, [i]) => {
      throw failures[i as number];
    });
    const errors = await Promise.all(failures.map((_, i) => app.call("fail", [i]).catch((error) => error)));
    expect(isSysError(errors[0], "EACCES")).toBe(true);
    expect(errors[1]).toMatchObject({ name: "ConfigError", option: "env", message: "wrong" });
    expect(errors[2]).toMatchObject({ name: "RangeError", message: "far" });
    expect(errors[3]).toMatchObject({ message: "text" });
  });

  it("a cancelled call aborts its signal, also if nobody had asked for it yet", async () => {
    const gate = Promise.withResolvers<void>();
    const aborted: boolean[] = [];
    const { app } = await peers(async (_method, _args, request) => {
      await gate.promise;
      aborted.push(request.signal.aborted);
      return "done";
    });
    const controller = new AbortController();
    const call = app.call("wait", [], controller.signal);
    controller.abort();
    gate.resolve();
    expect(await call).toBe("done");
    expect(aborted).toContain(true);
  });

  it("a stream whose reader is slow stops its writer after a window, and loses nothing", async () => {
    const chunk = new Uint8Array(10_000).fill(7);
    let written = 0;
    const write = async (stream: StreamEnd) => {
      for (let i = 0; i < 200; i++) {
        await stream.write(chunk);
        written++;
      }
      stream.end();
    };
    const { app } = await peers(
      (_method, _args, request: IncomingRequest) => void write(request.openStream()),
    );
    const stream = await app.open("stream", []);
    await expect.poll(() => written * chunk.length).toBeGreaterThan(STREAM_WINDOW - 3 * chunk.length);
    expect(written * chunk.length).toBeLessThan(STREAM_WINDOW + 2 * chunk.length);
    let read = 0;
    for (let item = await stream.read(); item !== undefined; item = await stream.read()) {
      read += (item as Uint8Array).length;
    }
    expect(read).toBe(200 * chunk.length);
  });

  it("closing a stream with an error fails the other end's reads and writes", async () => {
    const ends: StreamEnd[] = [];
    const { app } = await peers((_method, _args, request) => void ends.push(request.openStream()));
    const stream = await app.open("stream", []);
    const reading = expect(ends[0]!.read()).rejects.toMatchObject({ code: "EPIPE" });
    stream.close(sysError("EPIPE"));
    await reading;
    expect(() => ends[0]!.write("more")).toThrow("Broken pipe");
  });

  it("when the connection is given up, all that is pending fails with the reason", async () => {
    const { app, seen } = await peers((method, _args, request) => {
      if (method === "stream") request.openStream();
      else return new Promise(() => {});
    });
    const stream = await app.open("stream", []);
    const pending = Promise.allSettled([app.call("wait", []), stream.read()]);
    app.fail(new Error("over"));
    for (const outcome of await pending) expect(outcome).toMatchObject({ reason: { message: "over" } });
    await expect(app.call("late", [])).rejects.toThrow("over");
    expect(seen.busy.at(-1)).toBe(false);
  });

  it("a message that is not one ends the connection", async () => {
    const { far, seen } = await peers(() => {});
    far.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0]));
    await expect.poll(() => seen.gone[0]).toMatchObject({ name: "RangeError" });
  });
});
