// --color: bold headers, cyan places, red and green lines, as diff's default palette has it.

const BOLD = "1";
const CYAN = "36";
const GREEN = "32";
const RED = "31";

/** A piece of a normal or unified diff with its lines painted. */
export function colored(text: string): string {
  return text.replace(/^[^\n]+$/gm, (line) => {
    const color = colorOf(line);
    return color === undefined ? line : `\x1b[${color}m${line}\x1b[0m`;
  });
}

function colorOf(line: string): string | undefined {
  if (/^(---|\+\+\+) ./.test(line)) return BOLD;
  if (/^(@@ |\d)/.test(line)) return CYAN;
  if (/^[+>]/.test(line)) return GREEN;
  return /^[<-](?!--$)/.test(line) ? RED : undefined;
}
