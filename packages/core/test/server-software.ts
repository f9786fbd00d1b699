// Programs that listen inside the VM.

import { AF_INET, SO_REUSEADDR, SOCK_STREAM } from "@agentos/kernel/abi";
import { defineProgram, defineSoftware, type Proc } from "@agentos/kernel/program";

async function listen(proc: Proc, port: number, serve: (fd: number) => Promise<void>): Promise<never> {
  const listener = proc.socket(AF_INET, SOCK_STREAM);
  proc.setsockopt(listener, SO_REUSEADDR, 1);
  await proc.bind(listener, { family: AF_INET, host: "127.0.0.1", port });
  proc.listen(listener);
  await proc.write(1, new TextEncoder().encode("listening\n"));
  for (;;) {
    const { fd } = await proc.accept(listener);
    await serve(fd);
    await proc.close(fd);
  }
}

async function readSome(proc: Proc, fd: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(65_536);
  return buffer.subarray(0, await proc.read(fd, buffer));
}

/** Sends back what it gets, until the other side ends. */
const echo = defineProgram({
  name: "echo-server",
  summary: "echo on a TCP port",
  run: (proc, { operands }) =>
    listen(proc, Number(operands[0]), async (fd) => {
      for (let data = await readSome(proc, fd); data.length > 0; data = await readSome(proc, fd)) {
        await proc.write(fd, data.slice());
      }
    }),
});

/** Answers each request with its own head and body as text. */
const http = defineProgram({
  name: "http-server",
  summary: "answer HTTP on a TCP port",
  run: (proc, { operands }) =>
    listen(proc, Number(operands[0]), async (fd) => {
      let request = "";
      const bodyLength = () => Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0);
      const isWhole = () => {
        const head = request.indexOf("\r\n\r\n");
        if (/transfer-encoding: chunked/i.test(request)) return request.endsWith("0\r\n\r\n");
        return head >= 0 && request.length >= head + 4 + bodyLength();
      };
      while (!isWhole()) request += new TextDecoder().decode(await readSome(proc, fd));
      const head = `HTTP/1.1 201 Made\r\ncontent-length: ${request.length}\r\nx-one: 1\r\nconnection: close\r\n\r\n`;
      await proc.write(fd, new TextEncoder().encode(head + request));
    }),
});

export default defineSoftware({
  name: "servers",
  version: "1.0.0",
  from: import.meta.url,
  commands: {
    "echo-server": { program: async () => ({ default: echo }) },
    "http-server": { program: async () => ({ default: http }) },
  },
});
