import { isSysError, NCCS, O_NONBLOCK, O_RDONLY, type Termios, VMIN, VTIME } from "@agentos/kernel/abi";
import { defineProgram, fail, type Proc, stdout, UsageError } from "@agentos/kernel/program";
import { quote } from "../shared/quote.ts";
import {
  CHARACTERS,
  COMBINATIONS,
  FLAGS,
  flagNamed,
  type Group,
  hasFlag,
  parseCharacter,
  setFlag,
  showCharacter,
} from "./settings.ts";

const SPEED = 38400;
const DEFAULT_WIDTH = 80;
const GROUPS: readonly Group[] = ["cflag", "iflag", "oflag", "lflag"];

/** stty: shows and changes the settings of the terminal that is standard input. Source: stty(1) of GNU coreutils. */
export default defineProgram({
  name: "stty",
  summary: "Print or change terminal characteristics.",
  usage: "[-F DEVICE] [-a|-g] [SETTING]...",
  options: {
    all: { short: "a", long: "all", help: "print all current settings in human-readable form" },
    save: { short: "g", long: "save", help: "print all current settings in a stty-readable form" },
    file: { short: "F", long: "file", value: "DEVICE", help: "open and use the DEVICE instead of stdin" },
  },
  modernize: protectSettings,
  async run(proc, { options, operands }) {
    const settings = operands.map((word) => word.replace(/^\0/, ""));
    if (options.all && options.save) {
      throw new UsageError("the options for verbose and stty-readable output styles are\nmutually exclusive");
    }
    const fd = options.file === undefined ? 0 : await proc.open(options.file, O_RDONLY | O_NONBLOCK);
    let termios: Termios;
    try {
      termios = copyOf(proc.tcgetattr(fd));
    } catch (error) {
      if (!isSysError(error)) throw error;
      return fail(
        proc,
        `${options.file === undefined ? "'standard input'" : options.file}: ${error.message}`,
      );
    }
    if (options.save) await stdout(proc).write(`${saved(termios)}\n`);
    else if (options.all) await stdout(proc).write(describe(proc, fd, termios));
    else if (settings.length === 0) await stdout(proc).write(describeBriefly(termios));
    else return change(proc, fd, termios, settings);
    return 0;
  },
});

/** "-echo" is a setting and no option. */
function protectSettings(argv: readonly string[]): readonly string[] {
  let ofOption = false;
  return argv.map((word, index) => {
    const protect = index > 0 && !ofOption && /^-[a-z]{2,}/.test(word) && !/^-(?:ag|ga|F.*)$/.test(word);
    ofOption = word === "-F" || word === "--file";
    return protect ? `\0${word}` : word;
  });
}

const copyOf = (termios: Termios): Termios => ({ ...termios, cc: termios.cc.slice() });

async function change(
  proc: Proc,
  fd: number,
  termios: Termios,
  settings: readonly string[],
): Promise<number> {
  const rest = [...settings];
  let changed = false;
  while (rest.length > 0) {
    const word = rest.shift()!;
    const { rows, cols } = proc.getWindowSize(fd);
    if (word === "size") await stdout(proc).write(`${rows} ${cols}\n`);
    else if (word === "speed") await stdout(proc).write(`${SPEED}\n`);
    else if (word === "rows" || word === "cols" || word === "columns") {
      const number = numberOf(word, rest.shift());
      proc.setWindowSize(fd, word === "rows" ? { rows: number, cols } : { rows, cols: number });
    } else {
      applySetting(proc, termios, word, rest);
      changed = true;
    }
  }
  if (changed) proc.tcsetattr(fd, termios);
  return 0;
}

function numberOf(word: string, text: string | undefined): number {
  if (text === undefined) throw new UsageError(`missing argument to '${word}'`);
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`invalid integer argument: '${text}'`);
  return Number(text);
}

function applySetting(proc: Proc, termios: Termios, word: string, rest: string[]): void {
  const combination = COMBINATIONS[word];
  if (combination) {
    combination(termios);
    return;
  }
  const flag = flagNamed(word.replace(/^-/, ""));
  if (flag) {
    setFlag(termios, flag, !word.startsWith("-"));
    return;
  }
  const character = CHARACTERS.find(({ name }) => name === word);
  if (character) {
    const code = parseCharacter(rest.shift() ?? "");
    if (code === undefined) throw new UsageError(`invalid integer argument: ${quote(proc, word)}`);
    termios.cc[character.index] = code;
    return;
  }
  if (word === "min" || word === "time") {
    termios.cc[word === "min" ? VMIN : VTIME] = numberOf(word, rest.shift()) & 0xff;
    return;
  }
  if (/^[0-9a-f]+(?::[0-9a-f]+)+$/.test(word)) restore(termios, word);
  else if (!/^-?(?:cs[5-8]|parenb|cstopb|clocal|ixoff|echoprt|[io]?speed)$/.test(word)) {
    throw new UsageError(`invalid argument ${quote(proc, word)}`);
  }
}

const saved = (termios: Termios): string =>
  [termios.iflag, termios.oflag, termios.cflag, termios.lflag, ...termios.cc]
    .map((n) => n.toString(16))
    .join(":");

function restore(termios: Termios, text: string): void {
  const numbers = text.split(":").map((part) => Number.parseInt(part, 16));
  if (numbers.length !== 4 + NCCS) throw new UsageError(`invalid argument '${text}'`);
  const [iflag, oflag, cflag, lflag, ...cc] = numbers as [number, number, number, number, ...number[]];
  Object.assign(termios, { iflag, oflag, cflag, lflag });
  termios.cc.set(cc);
}

/** Words, in lines that are not wider than the terminal. */
function wrapped(words: readonly string[], width: number): string {
  let text = "";
  let column = 0;
  for (const word of words) {
    if (column > 0 && column + 1 + word.length >= width) {
      text += "\n";
      column = 0;
    }
    text += column > 0 ? ` ${word}` : word;
    column += word.length + (column > 0 ? 1 : 0);
  }
  return text === "" ? "" : `${text}\n`;
}

function describe(proc: Proc, fd: number, termios: Termios): string {
  const { rows, cols } = proc.getWindowSize(fd);
  const width = cols || DEFAULT_WIDTH;
  const line = wrapped([`speed ${SPEED} baud;`, `rows ${rows};`, `columns ${cols};`, "line = 0;"], width);
  const characters = CHARACTERS.map(({ name, index }) => `${name} = ${showCharacter(termios.cc[index]!)};`);
  const counts = [`min = ${termios.cc[VMIN]};`, `time = ${termios.cc[VTIME]};`];
  const flags = GROUPS.map((group) => {
    const words = FLAGS.filter((one) => one.group === group).map(
      (one) => (hasFlag(termios, one) ? "" : "-") + one.name,
    );
    return wrapped(group === "cflag" ? ["-parenb", "cs8", ...words] : words, width);
  });
  return line + wrapped([...characters, ...counts], width) + flags.join("");
}

/** What is not as "sane" has it. */
function describeBriefly(termios: Termios): string {
  const characters = CHARACTERS.filter(({ index, sane }) => termios.cc[index] !== sane).map(
    ({ name, index }) => `${name} = ${showCharacter(termios.cc[index]!)};`,
  );
  const flags = FLAGS.filter((one) => one.sane !== undefined && hasFlag(termios, one) !== one.sane).map(
    (one) => (hasFlag(termios, one) ? "" : "-") + one.name,
  );
  const lines = [`speed ${SPEED} baud;`, "line = 0;"].join(" ");
  return `${lines}\n${wrapped(characters, DEFAULT_WIDTH)}${wrapped(flags, DEFAULT_WIDTH)}`;
}
