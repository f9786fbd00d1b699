// The regular-expression engine beside JavaScript's own, on patterns that mean the same in both, and on one that
// JavaScript's cannot finish. Run: node --conditions=@agentos/source bench/regex.ts

import { compileRegex } from "@agentos/posix";

const LINE = "the quick brown fox jumps over 1234 lazy dogs at 12:34:56 and barks\n";
const TEXT = LINE.repeat(15_000);
/** As grep reads them. */
const BLOCK = LINE.repeat(1900);
const BLOCKS = Array.from({ length: 8 }, () => BLOCK);
const LINES = TEXT.split("\n");
const ROUNDS = 5;

function median(run: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

function row(name: string, mine: number, theirs: number | undefined, size: number): void {
  const rate = `${(size / 1000 / mine).toFixed(0)} MB/s`;
  const ratio =
    theirs === undefined ? "JavaScript: does not end" : `${(mine / theirs).toFixed(2)} × JavaScript`;
  console.log(`${name.padEnd(44)} ${mine.toFixed(1).padStart(8)} ms  ${rate.padStart(9)}  ${ratio}`);
}

for (const source of ["[0-9]+ cats", "lazy (dogs|cats)$", "[a-z]+ing"]) {
  const lines = compileRegex(source, { syntax: "ere", byLine: true, encoding: "utf8" });
  const own = new RegExp(source, "gm");
  row(
    `all lines at once: ${source}`,
    median(() => {
      for (const block of BLOCKS) {
        for (let at = 0; at >= 0 && at < block.length; ) {
          const end = lines.scan(block, at, () => undefined) as number;
          at = end < 0 ? -1 : block.indexOf("\n", end) + 1 || -1;
        }
      }
    }),
    median(() => {
      for (const block of BLOCKS) void [...block.matchAll(own)].length;
    }),
    BLOCK.length * BLOCKS.length,
  );
}

for (const source of [
  "([a-z]+) ([0-9]+)",
  "[0-9]+:[0-9]+",
  "(fox|dog)s",
  "^(.*) ([^ ]*)$",
  "(a|ab)(c|bcd)",
]) {
  const regex = compileRegex(source, { syntax: "ere", encoding: "utf8" });
  const own = new RegExp(source);
  row(
    `line by line, with groups: ${source}`,
    median(() => {
      for (const line of LINES) regex.exec(line);
    }),
    median(() => {
      for (const line of LINES) own.exec(line);
    }),
    TEXT.length,
  );
}

const evil = `${"a".repeat(1_000_000)}!`;
const regex = compileRegex("^(a+)+$", { syntax: "ere" });
row(
  "^(a+)+$ on a million letters",
  median(() => void regex.test(evil)),
  undefined,
  evil.length,
);
