import { bytesFromLatin1, isSysError, O_CREAT, O_TRUNC, O_WRONLY } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  latin1ToOsString,
  openInput,
  type Proc,
  stdout,
  Writer,
  warn,
} from "@agentos/kernel/program";
import { BASE64, Decoder } from "../encoding/radix-coder.ts";
import { LineSource } from "../shared/line-source.ts";
import { shownName } from "../shared/quote.ts";
import { decodeLine } from "../uuencode/uu-line.ts";

const HEADER = /^begin(-base64)? ([0-7]+) (.+)$/;

class DecodeError extends Error {}

async function decodeBase64(source: LineSource, out: Writer): Promise<void> {
  const decoder = new Decoder(BASE64, false);
  for (;;) {
    const line = await source.next();
    if (line === undefined) throw new DecodeError("Short file");
    if (line.trimEnd() === "====") break;
    await out.write(decoder.push(bytesFromLatin1(line.trimEnd())));
    if (decoder.invalid) throw new DecodeError("Illegal line");
  }
}

async function decodeClassic(source: LineSource, out: Writer): Promise<void> {
  for (;;) {
    const line = (await source.next())?.replace(/\r$/, "");
    if (line === undefined) throw new DecodeError("Short file");
    if (line === "end") return;
    const bytes = decodeLine(line);
    if (bytes === undefined) throw new DecodeError("Illegal line");
    await out.write(bytes);
  }
}

async function openTarget(proc: Proc, name: string, mode: number): Promise<Writer> {
  if (name === "-" || name === "/dev/stdout") return stdout(proc);
  return new Writer(proc, await proc.open(name, O_WRONLY | O_CREAT | O_TRUNC, mode));
}

async function decodeInput(proc: Proc, name: string, target: string | undefined): Promise<void> {
  const source = new LineSource(proc, await openInput(proc, name));
  for (;;) {
    const line = await source.next();
    if (line === undefined) throw new DecodeError("No 'begin' line");
    const header = HEADER.exec(line.trimEnd());
    if (header === null) continue;
    const out = await openTarget(
      proc,
      target ?? latin1ToOsString(header[3]!),
      Number.parseInt(header[2]!, 8),
    );
    await (header[1] === undefined ? decodeClassic(source, out) : decodeBase64(source, out));
    await out.flush();
    return;
  }
}

export default defineProgram({
  name: "uudecode",
  summary: "Decode files created by uuencode.",
  usage: "[OPTION]... [FILE]...",
  options: { output: { short: "o", long: "output-file", value: "FILE", help: "direct output to FILE" } },
  async run(proc, { options, operands }) {
    let status = 0;
    for (const name of operands.length === 0 ? ["-"] : operands) {
      try {
        await decodeInput(proc, name, options.output);
      } catch (error) {
        const text = error instanceof DecodeError ? error.message : undefined;
        if (text === undefined && !isSysError(error)) throw error;
        await warn(proc, `${name === "-" ? "stdin" : shownName(name)}: ${text ?? errorText(error)}`);
        status = 1;
      }
    }
    return status;
  },
});
