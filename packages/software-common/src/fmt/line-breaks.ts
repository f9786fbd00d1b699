// The line breaks that cost least. Source: D. E. Knuth, M. F. Plass, "Breaking paragraphs into lines" (1981), with the
// costs that GNU fmt is documented to weigh: raggedness, widows, orphans, ends of sentences.

export interface Word {
  text: string;
  /** Columns to the next word. */
  space: number;
  /** Begins with an opening bracket or quote; ends with punctuation; ends like a sentence; ends one. */
  paren: boolean;
  punct: boolean;
  period: boolean;
  final: boolean;
}

export interface Measure {
  width: number;
  goal: number;
  firstIndent: number;
  otherIndent: number;
}

const square = (n: number): number => n * n;
const LINE = square(70);
const SENTENCE_BONUS = square(50);
const NO_BREAK = square(600);
const PAREN_BONUS = square(40);
const PUNCT_BONUS = square(40);

const shortCost = (n: number): number => square(n * 10);
const raggedCost = (n: number): number => Math.floor(shortCost(n) / 2);
const widowCost = (length: number): number => Math.floor(square(200) / (length + 2));
const orphanCost = (length: number): number => Math.floor(square(150) / (length + 2));

interface Choice {
  cost: number;
  next: number;
  length: number;
}

/** What it costs to begin a line with a word, whatever follows. */
function startCost(words: readonly Word[], at: number): number {
  let cost = LINE;
  const word = words[at]!;
  const previous = words[at - 1];
  const beforePrevious = words[at - 2];
  if (previous !== undefined) {
    if (previous.period) cost += previous.final ? -SENTENCE_BONUS : NO_BREAK;
    else if (previous.punct) cost -= PUNCT_BONUS;
    else if (beforePrevious?.final) cost += widowCost(previous.text.length);
  }
  if (word.paren) cost -= PAREN_BONUS;
  else if (word.final) cost += orphanCost(word.text.length);
  return cost;
}

/** The lines of a paragraph, without indentation. */
export function breakLines(
  words: readonly Word[],
  { width, goal, firstIndent, otherIndent }: Measure,
): string[] {
  const end = words.length;
  const choices: Choice[] = new Array(end + 1);
  choices[end] = { cost: 0, next: end, length: 0 };
  for (let start = end - 1; start >= 0; start--) {
    let best: Choice = { cost: Number.POSITIVE_INFINITY, next: start + 1, length: 0 };
    let length = (start === 0 ? firstIndent : otherIndent) + words[start]!.text.length;
    for (let next = start + 1; ; next++) {
      const following = choices[next]!;
      let cost = following.cost;
      if (next !== end) {
        cost += shortCost(goal - length);
        if (following.next !== end) cost += raggedCost(length - following.length);
      }
      if (cost < best.cost) best = { cost, next, length };
      if (next === end) break;
      length += words[next - 1]!.space + words[next]!.text.length;
      if (length >= width) break;
    }
    choices[start] = { ...best, cost: best.cost + startCost(words, start) };
  }
  const lines: string[] = [];
  for (let at = 0; at < end; at = choices[at]!.next) lines.push(joined(words, at, choices[at]!.next));
  return lines;
}

function joined(words: readonly Word[], from: number, to: number): string {
  let out = "";
  for (let i = from; i < to; i++) out += words[i]!.text + (i + 1 < to ? " ".repeat(words[i]!.space) : "");
  return out;
}
