// What getopt_long(3) makes of parameters, written out for a shell. Source: getopt(1) of util-linux.

type Takes = "no" | "required" | "optional";

export interface ScanSettings {
  name: string;
  shorts: ReadonlyMap<string, Takes>;
  longs: ReadonlyMap<string, Takes>;
  /** Operands end the options ("+"), or are written where they stand ("-"). */
  order: "permute" | "stop" | "keep";
  alternative: boolean;
  quiet: boolean;
  quoted: (text: string) => string;
}

interface Description {
  shorts: string;
  longs: readonly string[];
  quoted: (text: string) => string;
  name: string;
  alternative?: boolean;
  quiet?: boolean;
  inOrder?: boolean;
}

const takesOf = (colons: string): Takes => (colons === "" ? "no" : colons === ":" ? "required" : "optional");

export function parseParameters(description: Description): ScanSettings {
  const { shorts, longs, quoted, name, alternative = false, quiet = false, inOrder = false } = description;
  const mode = /^[-+]/.exec(shorts)?.[0];
  const shortMap = new Map<string, Takes>();
  for (const [, letter = "", colons = ""] of shorts.replace(/^[-+]/, "").matchAll(/([^:])(:{0,2})/gu)) {
    shortMap.set(letter, takesOf(colons));
  }
  const longMap = new Map<string, Takes>();
  for (const long of longs) {
    const [, word = "", colons = ""] = /^(.*?)(:{0,2})$/s.exec(long)!;
    longMap.set(word, takesOf(colons));
  }
  const order = mode === "-" ? "keep" : mode === "+" || inOrder ? "stop" : "permute";
  return { name, shorts: shortMap, longs: longMap, order, alternative, quiet, quoted };
}

export interface Scan {
  output: string;
  errors: string[];
}

class Scanner {
  readonly #settings: ScanSettings;
  readonly #words: readonly string[];
  readonly #out: string[] = [];
  readonly #operands: string[] = [];
  readonly #errors: string[] = [];
  #at = 0;

  constructor(words: readonly string[], settings: ScanSettings) {
    this.#words = words;
    this.#settings = settings;
  }

  run(): Scan {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++]!;
      if (word === "--") break;
      if (word.startsWith("--")) this.#long(word, 2);
      else if (word.startsWith("-") && word !== "-") this.#dash(word);
      else if (!this.#operand(word)) break;
    }
    this.#operands.push(...this.#words.slice(this.#at));
    const { quoted, quiet } = this.#settings;
    const parts = [...this.#out, "--", ...this.#operands.map(quoted)];
    return { output: ` ${parts.join(" ")}`, errors: quiet ? [] : this.#errors };
  }

  /** False where the options end. */
  #operand(word: string): boolean {
    const { order, quoted } = this.#settings;
    if (order === "keep") this.#out.push(quoted(word));
    else this.#operands.push(word);
    return order !== "stop";
  }

  #dash(word: string): void {
    const { alternative, shorts } = this.#settings;
    const single = word.length === 2 && shorts.has(word[1]!);
    if (alternative && !single && this.#candidates(word.slice(1).split("=")[0]!).length > 0)
      this.#long(word, 1);
    else this.#cluster(word);
  }

  #candidates(name: string): string[] {
    const { longs } = this.#settings;
    return longs.has(name) ? [name] : [...longs.keys()].filter((long) => long.startsWith(name));
  }

  #long(word: string, dashes: number): void {
    const equals = word.indexOf("=");
    const given = word.slice(dashes, equals < 0 ? undefined : equals);
    const value = equals < 0 ? undefined : word.slice(equals + 1);
    const [name, ...others] = this.#candidates(given);
    if (name === undefined) {
      this.#errors.push(`unrecognized option '${word.slice(0, dashes)}${given}'`);
      return;
    }
    if (others.length > 0) {
      const list = [name, ...others].map((long) => `'--${long}'`).join(" ");
      this.#errors.push(`option '${word}' is ambiguous; possibilities: ${list}`);
      return;
    }
    const takes = this.#settings.longs.get(name)!;
    if (takes === "no" && value !== undefined) {
      this.#errors.push(`option '--${name}' doesn't allow an argument`);
      return;
    }
    if (takes === "required" && value === undefined && this.#at >= this.#words.length) {
      this.#errors.push(`option '--${name}' requires an argument`);
      return;
    }
    this.#push(`--${name}`, takes, value);
  }

  #push(option: string, takes: Takes, value: string | undefined): void {
    this.#out.push(option);
    if (takes === "no") return;
    const argument = value ?? (takes === "required" ? this.#words[this.#at++]! : "");
    this.#out.push(this.#settings.quoted(argument));
  }

  #cluster(word: string): void {
    const letters = [...word.slice(1)];
    for (const [i, letter] of letters.entries()) {
      const takes = this.#settings.shorts.get(letter);
      if (takes === undefined) {
        this.#errors.push(`invalid option -- '${letter}'`);
        continue;
      }
      if (takes === "no") {
        this.#out.push(`-${letter}`);
        continue;
      }
      const rest = letters.slice(i + 1).join("");
      if (takes === "required" && rest === "" && this.#at >= this.#words.length) {
        this.#errors.push(`option requires an argument -- '${letter}'`);
        return;
      }
      this.#push(`-${letter}`, takes, rest === "" ? undefined : rest);
      return;
    }
  }
}

export const scanParameters = (words: readonly string[], settings: ScanSettings): Scan =>
  new Scanner(words, settings).run();
