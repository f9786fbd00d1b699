import { isSysError } from "@agentos/kernel/abi";
import {
  defineProgram,
  errorText,
  fail,
  openInput,
  type Proc,
  type Program,
  Reader,
  stdout,
  UsageError,
} from "@agentos/kernel/program";
import { quote, shownName } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";
import { LineWrapper } from "./line-wrapper.ts";
import { Decoder, Encoder, type RadixSpec } from "./radix-coder.ts";

async function eachChunk(
  proc: Proc,
  fd: number,
  each: (chunk: Uint8Array) => Uint8Array | undefined,
): Promise<boolean> {
  const reader = new Reader(proc, fd);
  const out = stdout(proc);
  for (;;) {
    const next = reader.read();
    const chunk = next instanceof Promise ? await next : next;
    if (chunk === undefined) return true;
    const result = each(chunk);
    if (result === undefined) return false;
    const written = out.write(result);
    if (written) await written;
    const pause = proc.yield();
    if (pause) await pause;
  }
}

async function encodeInput(proc: Proc, fd: number, spec: RadixSpec, columns: number): Promise<number> {
  const encoder = new Encoder(spec);
  const wrapper = new LineWrapper(columns);
  await eachChunk(proc, fd, (chunk) => wrapper.wrap(encoder.push(chunk)));
  await stdout(proc).write(wrapper.wrap(encoder.finish()));
  await stdout(proc).write(wrapper.finish());
  return 0;
}

async function decodeInput(proc: Proc, fd: number, spec: RadixSpec, ignoreGarbage: boolean): Promise<number> {
  const decoder = new Decoder(spec, ignoreGarbage);
  const complete = await eachChunk(proc, fd, (chunk) => {
    const bytes = decoder.push(chunk);
    return decoder.invalid && bytes.length === 0 ? undefined : bytes;
  });
  await stdout(proc).write(decoder.finish());
  if (complete && !decoder.invalid) return 0;
  await stdout(proc).flush();
  return fail(proc, "invalid input");
}

/** base64 and base32. */
export function encodingProgram(name: string, spec: RadixSpec): Program {
  return defineProgram({
    name,
    summary: `${name[0]!.toUpperCase()}${name.slice(1)} encode or decode FILE, or standard input, to standard output.`,
    usage: "[OPTION]... [FILE]",
    options: {
      decode: { short: "dD", long: "decode", help: "decode data" },
      ignoreGarbage: {
        short: "i",
        long: "ignore-garbage",
        help: "when decoding, ignore non-alphabet characters",
      },
      wrap: {
        short: "w",
        long: "wrap",
        value: "COLS",
        help: "wrap encoded lines after COLS character (default 76)",
      },
    },
    async run(proc, { options, operands }) {
      const columns = parseCount(options.wrap ?? "76", "");
      if (columns === "invalid") return fail(proc, `invalid wrap size: ${quote(proc, options.wrap!)}`);
      if (operands.length > 1) throw new UsageError(`extra operand ${quote(proc, operands[1]!)}`);
      const input = operands[0] ?? "-";
      try {
        const fd = await openInput(proc, input);
        if (options.decode) return await decodeInput(proc, fd, spec, options.ignoreGarbage);
        return await encodeInput(proc, fd, spec, typeof columns === "number" ? columns : 0);
      } catch (error) {
        if (!isSysError(error)) throw error;
        const reading = isSysError(error, "EISDIR") ? "read error" : shownName(input);
        return fail(proc, `${reading}: ${errorText(error)}`);
      }
    },
  });
}
