// Patches in the unified and the normal format, with the headers of git. Source: GNU diffutils manual, "Detailed
// Description of Unified Format" and "… Normal Format"; git-diff(1), "Generating patch text with -p".

export interface HunkLine {
  tag: " " | "-" | "+";
  /** One character per byte, with its newline if it has one. */
  text: string;
}

export interface Hunk {
  oldStart: number;
  newStart: number;
  lines: HunkLine[];
}

export interface FilePatch {
  oldName: string | undefined;
  newName: string | undefined;
  indexName: string | undefined;
  /** The file is to be made or to go: its other name is /dev/null, or its time is the epoch. */
  creates: boolean;
  deletes: boolean;
  renames: boolean;
  mode: number | undefined;
  hunks: Hunk[];
  /** The lines before the first hunk, for messages, and where it is. */
  leading: string[];
  line: number;
}

/** A hunk that ends too early or says what cannot be; the text has its line. */
export class MalformedPatch extends Error {}

const UNIFIED = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const NORMAL = /^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?\r?\n?$/;
const HEADER =
  /^(?:---|\+\+\+) |^Index:|^diff |^(?:new|deleted) file mode |^rename (?:from|to) |^(?:old|new) mode /;

/** All patches of a text. @param lines with their newlines @throws MalformedPatch */
export function* parsePatch(lines: readonly string[]): Generator<FilePatch, void, void> {
  let at = 0;
  let leading: string[] = [];
  let header = emptyPatch();
  while (at < lines.length) {
    const line = lines[at]!;
    if (UNIFIED.test(line) || NORMAL.test(line)) {
      const patch = { ...header, leading, line: at + 1 };
      const parse = UNIFIED.test(line) ? unifiedHunk : normalHunk;
      while (at < lines.length && (UNIFIED.test(lines[at]!) || NORMAL.test(lines[at]!))) {
        const { hunk, next } = parse(lines, at);
        patch.hunks.push(hunk);
        at = next;
      }
      yield patch;
      leading = [];
      header = emptyPatch();
      continue;
    }
    if (line.startsWith("diff --git ") && header.renames) {
      yield { ...header, leading, line: at + 1 };
      leading = [];
      header = emptyPatch();
    }
    if (HEADER.test(line)) readHeader(line, header);
    leading.push(line);
    at++;
  }
  if (header.renames || header.mode !== undefined) yield { ...header, leading, line: at + 1 };
}

function emptyPatch(): FilePatch {
  const names = { oldName: undefined, newName: undefined, indexName: undefined, mode: undefined };
  return { ...names, creates: false, deletes: false, renames: false, hunks: [], leading: [], line: 1 };
}

function readHeader(line: string, patch: FilePatch): void {
  const text = line.replace(/\r?\n$/, "");
  const name = (from: number) => nameOf(text.slice(from));
  if (text.startsWith("--- ")) {
    patch.oldName = name(4);
    patch.creates ||= isNothing(text.slice(4));
  } else if (text.startsWith("+++ ")) {
    patch.newName = name(4);
    patch.deletes ||= isNothing(text.slice(4));
  } else if (text.startsWith("Index:")) patch.indexName = name(6);
  else if (text.startsWith("new file mode ")) {
    patch.creates = true;
    patch.mode = Number.parseInt(text.slice(14), 8);
  } else if (text.startsWith("deleted file mode ")) patch.deletes = true;
  else if (text.startsWith("new mode ")) patch.mode = Number.parseInt(text.slice(9), 8);
  else if (text.startsWith("rename from ")) patch.oldName = `a/${text.slice(12)}`;
  else if (text.startsWith("rename to ")) {
    patch.newName = `b/${text.slice(10)}`;
    patch.renames = true;
  }
  const git = /^diff --git (a\/.+) (b\/.+)$/.exec(text);
  if (git) {
    patch.oldName = git[1];
    patch.newName = git[2];
  }
}

function nameOf(text: string): string | undefined {
  const trimmed = text.trimStart();
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(trimmed);
  if (quoted) return quoted[1]!.replace(/\\(.)/g, "$1");
  const name = trimmed.includes("\t")
    ? trimmed.slice(0, trimmed.indexOf("\t"))
    : trimmed.replace(/ \d{4}-\d\d-\d\d .*$/, "");
  return name.trimEnd() === "" ? undefined : name.trimEnd();
}

const isNothing = (text: string): boolean =>
  /^\/dev\/null(?:\s|$)/.test(text) || /\t1970-01-01 00:00:00/.test(text);

const NO_NEWLINE = "\\";

/** Takes the newline of a line after which the patch says that there is none. */
function withoutNewline(lines: HunkLine[], next: string | undefined): boolean {
  if (!next?.startsWith(NO_NEWLINE)) return false;
  const last = lines.at(-1);
  if (last) last.text = last.text.replace(/\n$/, "");
  return true;
}

function unifiedHunk(lines: readonly string[], start: number): { hunk: Hunk; next: number } {
  const [, oldStart, oldCount = "1", newStart, newCount = "1"] = UNIFIED.exec(lines[start]!)!;
  const hunk: Hunk = { oldStart: Number(oldStart), newStart: Number(newStart), lines: [] };
  let oldLeft = Number(oldCount);
  let newLeft = Number(newCount);
  let at = start + 1;
  while (oldLeft > 0 || newLeft > 0) {
    const line = lines[at] ?? "";
    const tag = line === "\n" || line === "" ? " " : line[0]!;
    if (at >= lines.length) throw new MalformedPatch(`unexpected end of file in patch`);
    if (tag !== " " && tag !== "-" && tag !== "+")
      throw new MalformedPatch(`malformed patch at line ${at + 1}: ${line}`);
    if (tag !== "+") oldLeft--;
    if (tag !== "-") newLeft--;
    if (oldLeft < 0 || newLeft < 0) throw new MalformedPatch(`malformed patch at line ${at + 1}: ${line}`);
    hunk.lines.push({ tag, text: line === "\n" ? "\n" : line.slice(1) });
    at++;
    if (withoutNewline(hunk.lines, lines[at])) at++;
  }
  return { hunk, next: at };
}

function normalHunk(lines: readonly string[], start: number): { hunk: Hunk; next: number } {
  const [, oldFrom, oldTo = oldFrom, command, newFrom, newTo = newFrom] = NORMAL.exec(lines[start]!)!;
  const oldCount = command === "a" ? 0 : Number(oldTo) - Number(oldFrom) + 1;
  const newCount = command === "d" ? 0 : Number(newTo) - Number(newFrom) + 1;
  const hunk: Hunk = { oldStart: Number(oldFrom), newStart: Number(newFrom), lines: [] };
  let at = start + 1;
  const take = (count: number, mark: string, tag: "-" | "+") => {
    for (let i = 0; i < count; i++) {
      const line = lines[at];
      if (!line?.startsWith(mark))
        throw new MalformedPatch(`'${mark.trim()}' expected at line ${at + 1} of patch`);
      hunk.lines.push({ tag, text: line.slice(2) });
      at++;
      if (withoutNewline(hunk.lines, lines[at])) at++;
    }
  };
  take(oldCount, "< ", "-");
  if (command === "c") {
    if (!lines[at]?.startsWith("---")) throw new MalformedPatch(`'---' expected at line ${at + 1} of patch`);
    at++;
  }
  take(newCount, "> ", "+");
  return { hunk, next: at };
}

/** The patch that undoes a patch. */
export function reversed(patch: FilePatch): FilePatch {
  const opposite = { " ": " ", "-": "+", "+": "-" } as const;
  const hunks = patch.hunks.map(({ oldStart, newStart, lines }) => ({
    oldStart: newStart,
    newStart: oldStart,
    lines: removalsFirst(lines.map(({ tag, text }) => ({ tag: opposite[tag], text }))),
  }));
  const { oldName, newName, creates, deletes } = patch;
  return { ...patch, oldName: newName, newName: oldName, creates: deletes, deletes: creates, hunks };
}

function removalsFirst(lines: readonly HunkLine[]): HunkLine[] {
  const sorted: HunkLine[] = [];
  let added: HunkLine[] = [];
  for (const line of lines) {
    if (line.tag === "+") added.push(line);
    else {
      if (line.tag === " ") {
        sorted.push(...added);
        added = [];
      }
      sorted.push(line);
    }
  }
  return [...sorted, ...added];
}

/** A hunk in the unified format, for rejects. @param shift how much earlier hunks have moved the new lines */
export function formatHunk({ oldStart, newStart, lines }: Hunk): string {
  const count = (tag: "-" | "+") => lines.filter((line) => line.tag === " " || line.tag === tag).length;
  const range = (start: number, length: number) => (length === 1 ? `${start}` : `${start},${length}`);
  const body = lines.map(({ tag, text }) =>
    text.endsWith("\n") ? tag + text : `${tag}${text}\n\\ No newline at end of file\n`,
  );
  return `@@ -${range(oldStart, count("-"))} +${range(newStart, count("+"))} @@\n${body.join("")}`;
}
