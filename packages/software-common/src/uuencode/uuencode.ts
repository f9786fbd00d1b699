import { defineProgram, openInput, type Proc, Reader, stdout, UsageError } from "@agentos/kernel/program";
import { LineWrapper } from "../encoding/line-wrapper.ts";
import { BASE64, Encoder } from "../encoding/radix-coder.ts";
import { encodeLine, LINE_BYTES } from "./uu-line.ts";

const BASE64_COLUMNS = 60;
const CREATE_MODE = 0o666;

async function eachChunk(
  proc: Proc,
  fd: number,
  each: (chunk: Uint8Array) => string | Uint8Array,
): Promise<void> {
  const reader = new Reader(proc, fd);
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
    await stdout(proc).write(each(chunk));
    const pause = proc.yield();
    if (pause) await pause;
  }
}

async function writeBase64(proc: Proc, fd: number): Promise<void> {
  const encoder = new Encoder(BASE64);
  const wrapper = new LineWrapper(BASE64_COLUMNS);
  await eachChunk(proc, fd, (chunk) => wrapper.wrap(encoder.push(chunk)));
  await stdout(proc).write(wrapper.wrap(encoder.finish()));
  await stdout(proc).write(wrapper.finish());
  await stdout(proc).write("====\n");
}

async function writeClassic(proc: Proc, fd: number): Promise<void> {
  let rest: Uint8Array = new Uint8Array(0);
  await eachChunk(proc, fd, (chunk) => {
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    let text = "";
    let at = 0;
    for (; at + LINE_BYTES <= bytes.length; at += LINE_BYTES)
      text += encodeLine(bytes.subarray(at, at + LINE_BYTES));
    rest = bytes.slice(at);
    return text;
  });
  await stdout(proc).write(`${rest.length > 0 ? encodeLine(rest) : ""}\`\nend\n`);
}

export default defineProgram({
  name: "uuencode",
  summary: "Encode a file as printable text.",
  usage: "[OPTION]... [INFILE] REMOTEFILE",
  options: { base64: { short: "m", long: "base64", help: "convert using base64" } },
  async run(proc, { options, operands }) {
    if (operands.length === 0 || operands.length > 2) throw new UsageError("wrong number of operands");
    const input = operands.length === 2 ? operands[0]! : "-";
    const fd = await openInput(proc, input);
    const mode = input === "-" ? CREATE_MODE & ~proc.umask() : (await proc.fstat(fd)).mode & 0o777;
    const kind = options.base64 ? "begin-base64" : "begin";
    await stdout(proc).write(`${kind} ${mode.toString(8).padStart(3, "0")} ${operands.at(-1)}\n`);
    await (options.base64 ? writeBase64(proc, fd) : writeClassic(proc, fd));
    return 0;
  },
});
