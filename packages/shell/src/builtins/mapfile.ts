import { decode, isSysError } from "@agentos/kernel/abi";
import type { Co } from "../co.ts";
import { quoteSingle } from "../quote.ts";
import { runText } from "../run/source.ts";
import type { Shell } from "../shell.ts";
import { isName } from "../variable.ts";
import { notIdentifier } from "./assign.ts";
import type { Builtin } from "./builtin.ts";
import { SharedInput } from "./input.ts";
import { type BuiltinOptions, parseOptions } from "./options.ts";

const DEFAULT_QUANTUM = 5000;

interface MapfileRequest {
  fd: number;
  delimiter: number;
  trim: boolean;
  /** How many lines to read; 0 means all. */
  count: number;
  skip: number;
  origin: number;
  callback: string | undefined;
  quantum: number;
}

function* run(shell: Shell, args: string[], name: string): Co<number> {
  const options = parseOptions(shell, name, args, "d:u:n:O:tC:c:s:");
  if (typeof options === "number") return options;
  const request = requestOf(shell, name, options);
  if (typeof request === "number") return request;
  const array = options.operands[0] ?? "MAPFILE";
  if (!isName(array)) {
    notIdentifier(shell, name, array);
    return 1;
  }
  if (shell.vars.find(array)?.assoc) return shell.fail(name, `${array}: not an indexed array`);
  if (!options.flags.has("O")) shell.vars.setArray(array, []);
  try {
    yield* readLines(shell, request, array);
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return shell.fail(name, `${request.fd}: invalid file descriptor: ${error.message}`);
  }
}

function requestOf(shell: Shell, name: string, { flags, values }: BuiltinOptions): MapfileRequest | number {
  const messages: Readonly<Record<string, string>> = {
    u: "invalid file descriptor specification",
    n: "invalid line count",
    s: "invalid line count",
    O: "invalid array origin",
    c: "invalid callback quantum",
  };
  for (const [letter, message] of Object.entries(messages)) {
    const value = values.get(letter);
    if (value !== undefined && !/^\d+$/.test(value)) return shell.fail(name, `${value}: ${message}`);
  }
  return {
    fd: Number(values.get("u") ?? 0),
    delimiter: values.has("d") ? (values.get("d")!.charCodeAt(0) || 0) & 0xff : 10,
    trim: flags.has("t"),
    count: Number(values.get("n") ?? 0),
    skip: Number(values.get("s") ?? 0),
    origin: Number(values.get("O") ?? 0),
    callback: values.get("C"),
    quantum: Number(values.get("c") ?? DEFAULT_QUANTUM),
  };
}

function* readLines(shell: Shell, request: MapfileRequest, array: string): Co<void> {
  const input = yield* SharedInput.open(shell, request.fd);
  let taken = 0;
  for (let seen = 0; request.count === 0 || taken < request.count; seen++) {
    const line = yield* readLine(shell, input, request.delimiter);
    if (line === undefined) break;
    if (seen < request.skip) continue;
    const ended = line.at(-1) === request.delimiter;
    const length = ended && (request.trim || request.delimiter === 0) ? line.length - 1 : line.length;
    const text = decode(Uint8Array.from(line), 0, length);
    const index = request.origin + taken;
    if (request.callback !== undefined && (taken + 1) % request.quantum === 0) {
      yield* runText(shell, `${request.callback} ${index} ${quoteSingle(text)}`, { line: shell.line });
    }
    shell.vars.setElement(array, String(index), text);
    taken++;
  }
  yield* input.done();
}

/** A line with its delimiter, as bytes; undefined at the end. */
function* readLine(shell: Shell, input: SharedInput, delimiter: number): Co<number[] | undefined> {
  const bytes: number[] = [];
  let steps = 0;
  for (;;) {
    let byte = input.take();
    if (byte === -1) {
      if ((++steps & 63) === 0) yield* shell.breathe();
      if (!(yield* input.fill())) return bytes.length > 0 ? bytes : undefined;
      byte = input.take();
    }
    if (byte !== 0 || delimiter === 0) bytes.push(byte);
    if (byte === delimiter) return bytes;
  }
}

export const mapfile: Builtin = { name: "mapfile", run };
export const readarray: Builtin = { name: "readarray", run };
