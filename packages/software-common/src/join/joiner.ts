import type { LineSource } from "../shared/line-source.ts";

export type OutputField = "key" | { file: number; field: number };

export interface JoinSettings {
  /** Zero-based join fields of the two files. */
  keys: readonly number[];
  /** undefined: runs of blanks. */
  separator: string | undefined;
  empty: string;
  ignoreCase: boolean;
  format: readonly OutputField[] | undefined;
  /** Whether joined lines, and lines of each file without a partner, are printed. */
  paired: boolean;
  unpaired: readonly [boolean, boolean];
  header: boolean;
}

interface Record {
  fields: readonly string[];
  key: string;
}

/** Merges two sorted inputs on equal keys. Source: POSIX.1-2024 XCU join. */
export class Joiner {
  readonly #sources: readonly [LineSource, LineSource];
  readonly #settings: JoinSettings;

  constructor(sources: readonly [LineSource, LineSource], settings: JoinSettings) {
    this.#sources = sources;
    this.#settings = settings;
  }

  async *lines(): AsyncGenerator<string> {
    const { paired, unpaired, header } = this.#settings;
    let first = await this.#next(0);
    let second = await this.#next(1);
    if (header && (first !== undefined || second !== undefined)) {
      yield this.#format(first, second);
      first = await this.#next(0);
      second = await this.#next(1);
    }
    while (first !== undefined || second !== undefined) {
      if (second === undefined || (first !== undefined && first.key < second.key)) {
        if (unpaired[0]) yield this.#format(first, undefined);
        first = await this.#next(0);
      } else if (first === undefined || second.key < first.key) {
        if (unpaired[1]) yield this.#format(undefined, second);
        second = await this.#next(1);
      } else {
        const { key } = first;
        const partners: Record[] = [];
        for (; second?.key === key; second = await this.#next(1)) partners.push(second);
        for (; first?.key === key; first = await this.#next(0)) {
          if (paired) for (const partner of partners) yield this.#format(first, partner);
        }
      }
    }
  }

  async #next(file: 0 | 1): Promise<Record | undefined> {
    const line = await this.#sources[file].next();
    if (line === undefined) return undefined;
    const { separator, keys, ignoreCase } = this.#settings;
    const fields =
      separator === undefined
        ? line.split(/[ \t]+/).filter((field, i) => i > 0 || field !== "")
        : line.split(separator);
    const key = fields[keys[file]!] ?? "";
    return { fields, key: ignoreCase ? key.toLowerCase() : key };
  }

  #format(first: Record | undefined, second: Record | undefined): string {
    const { keys, separator = " ", empty, format } = this.#settings;
    const records = [first, second];
    const key = first === undefined ? second?.fields[keys[1]!] : first.fields[keys[0]!];
    const shown = (text: string | undefined): string => (text === undefined || text === "" ? empty : text);
    if (format !== undefined) {
      return format
        .map((field) => shown(field === "key" ? key : records[field.file]?.fields[field.field]))
        .join(separator);
    }
    const rest = records.flatMap((record, file) => record?.fields.filter((_, i) => i !== keys[file]) ?? []);
    return [shown(key), ...rest.map(shown)].join(separator);
  }
}
