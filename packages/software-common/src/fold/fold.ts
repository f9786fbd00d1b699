import { defineProgram, fail } from "@agentos/kernel/program";
import { forEachInput } from "../shared/inputs.ts";
import { filterLines } from "../shared/line-filter.ts";
import { quote } from "../shared/quote.ts";
import { parseCount } from "../shared/size.ts";

const TAB = 9;
const BACKSPACE = 8;
const RETURN = 13;

/** The column after a byte. */
function advance(column: number, code: number, bytes: boolean): number {
  if (bytes) return column + 1;
  if (code === TAB) return column + 8 - (column % 8);
  if (code === BACKSPACE) return Math.max(0, column - 1);
  return code === RETURN ? 0 : column + 1;
}

/** The index after the last blank between two indexes; `to` without one. */
function afterLastBlank(line: string, from: number, to: number): number {
  for (let at = to; at > from; at--) if (line[at - 1] === " " || line[at - 1] === "\t") return at;
  return to;
}

/** Breaks one line; with `spaces` after the last blank that fits. */
function foldLine(line: string, width: number, bytes: boolean, spaces: boolean): string {
  let out = "";
  let start = 0;
  let column = 0;
  for (let at = 0; at < line.length; ) {
    const next = advance(column, line.charCodeAt(at), bytes);
    if (next <= width || at === start) {
      column = next;
      at++;
      continue;
    }
    const end = spaces ? afterLastBlank(line, start, at) : at;
    out += `${line.slice(start, end)}\n`;
    start = end;
    at = end;
    column = 0;
  }
  return out + line.slice(start);
}

export default defineProgram({
  name: "fold",
  summary: "Wrap input lines in each FILE, writing to standard output.",
  usage: "[OPTION]... [FILE]...",
  modernize: (argv) => argv.map((word, i) => (i > 0 && /^-\d+$/.test(word) ? `-w${word.slice(1)}` : word)),
  options: {
    bytes: { short: "b", long: "bytes", help: "count bytes rather than columns" },
    spaces: { short: "s", long: "spaces", help: "break at spaces" },
    width: { short: "w", long: "width", value: "WIDTH", help: "use WIDTH columns instead of 80" },
  },
  run(proc, { options, operands }) {
    const width = parseCount(options.width ?? "80", "");
    if (typeof width === "string" || width === 0) {
      return fail(
        proc,
        `invalid number of columns: ${quote(proc, options.width!)}${width === 0 ? ": Numerical result out of range" : ""}`,
      );
    }
    return forEachInput(proc, operands, (fd) =>
      filterLines(
        proc,
        fd,
        (line, terminated) => foldLine(line, width, options.bytes, options.spaces) + (terminated ? "\n" : ""),
      ),
    );
  },
});
