import type { Shell } from "../shell.ts";
import { isName } from "../variable.ts";
import { notIdentifier } from "./assign.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions, usage } from "./options.ts";

/** How far the last call got within a word that contains several options. OPTIND alone does not tell. */
interface Progress {
  index: number;
  offset: number;
}

const progress = new WeakMap<Shell, Progress>();
const watched = new WeakSet<Shell>();

/** When something else assigns to OPTIND, parsing starts over. */
function watch(shell: Shell): void {
  if (watched.has(shell)) return;
  watched.add(shell);
  shell.vars.changed.set("OPTIND", () => progress.delete(shell));
}

function placeOf(shell: Shell): Progress {
  const index = Math.max(1, Number.parseInt(shell.vars.get("OPTIND") ?? "1", 10) || 1);
  const known = progress.get(shell);
  return known?.index === index ? known : { index, offset: 1 };
}

function run(shell: Shell, args: string[]): number {
  const options = parseOptions(shell, "getopts", args, "");
  if (typeof options === "number") return options;
  const [spec, name, ...rest] = options.operands;
  if (spec === undefined || name === undefined) return usage(shell, "getopts");
  const words = rest.length > 0 ? rest : shell.positional;
  watch(shell);
  const place = placeOf(shell);
  if (place.index > words.length + 1) {
    place.index = words.length + 1;
    place.offset = 1;
  }
  const status = step(shell, spec, name, words, place);
  shell.vars.set("OPTIND", String(place.index));
  // Assigning OPTIND resets the position, so it is set again for the next call.
  progress.set(shell, place);
  return status;
}

/** Takes one option. @see POSIX.1-2024 XCU getopts */
function step(shell: Shell, spec: string, name: string, words: readonly string[], place: Progress): number {
  const word = words[place.index - 1];
  if (place.offset === 1 && (word === undefined || word[0] !== "-" || word === "-" || word === "--")) {
    if (word === "--") place.index++;
    shell.vars.unset("OPTARG");
    setName(shell, name, "?");
    return 1;
  }
  if (word === undefined || place.offset >= word.length) return restart(shell, spec, name, words, place);
  const letter = word[place.offset++]!;
  const at = letter === ":" ? -1 : spec.indexOf(letter);
  const atEnd = place.offset >= word.length;
  if (at === -1) {
    if (atEnd) nextWord(place);
    return complain(shell, spec, name, letter, "illegal option", "?");
  }
  if (spec[at + 1] !== ":") {
    if (atEnd) nextWord(place);
    shell.vars.unset("OPTARG");
    return setName(shell, name, letter);
  }
  const argument = atEnd ? words[place.index] : word.slice(place.offset);
  place.index += atEnd ? 2 : 1;
  place.offset = 1;
  if (argument === undefined) {
    place.index = words.length + 1;
    return complain(shell, spec, name, letter, "option requires an argument", ":");
  }
  shell.vars.set("OPTARG", argument);
  return setName(shell, name, letter);
}

function nextWord(place: Progress): void {
  place.index++;
  place.offset = 1;
}

function restart(
  shell: Shell,
  spec: string,
  name: string,
  words: readonly string[],
  place: Progress,
): number {
  place.offset = 1;
  return step(shell, spec, name, words, place);
}

/** A wrong option: reported in OPTARG if the script asked for that with a leading ":", otherwise to the user. */
function complain(
  shell: Shell,
  spec: string,
  name: string,
  letter: string,
  message: string,
  silentName: string,
): number {
  if (spec.startsWith(":")) {
    shell.vars.set("OPTARG", letter);
    return setName(shell, name, silentName);
  }
  shell.vars.unset("OPTARG");
  if (shell.vars.get("OPTERR") !== "0") shell.report(`${shell.name}: ${message} -- ${letter}\n`);
  return setName(shell, name, "?");
}

function setName(shell: Shell, name: string, value: string): number {
  if (!isName(name)) {
    notIdentifier(shell, "getopts", name);
    return 1;
  }
  shell.vars.set(name, value);
  return 0;
}

export const getopts: Builtin = { name: "getopts", run };
