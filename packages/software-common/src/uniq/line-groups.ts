export type Separators = "none" | "prepend" | "separate" | "append" | "both";

export interface Grouping {
  key: (line: string) => string;
  /** One line of each group, all lines of groups of several, or all lines. */
  show: "first" | "repeats" | "all";
  /** Whether groups of one, and of several, are printed. */
  single: boolean;
  several: boolean;
  count: boolean;
  separators: Separators;
  end: string;
}

/** Turns a stream of lines into the text that uniq prints for their groups of equal neighbours. */
export class LineGroups {
  readonly #grouping: Grouping;
  #first: string | undefined;
  #key = "";
  #count = 0;
  #printedGroup = false;

  constructor(grouping: Grouping) {
    this.#grouping = grouping;
  }

  add(lines: readonly string[]): string {
    const { key } = this.#grouping;
    let out = "";
    for (const line of lines) {
      const lineKey = key(line);
      if (this.#first !== undefined && lineKey === this.#key) {
        this.#count++;
        out += this.#repeat(line);
      } else {
        out += this.#endGroup();
        this.#first = line;
        this.#key = lineKey;
        this.#count = 1;
        if (this.#grouping.show === "all") out += this.#beforeGroup() + line + this.#grouping.end;
      }
    }
    return out;
  }

  finish(): string {
    const { separators, show, end } = this.#grouping;
    const last = this.#endGroup();
    const closing =
      show === "all" && this.#printedGroup && (separators === "append" || separators === "both");
    return last + (closing ? end : "");
  }

  #repeat(line: string): string {
    const { show, end, several } = this.#grouping;
    if (show === "all") return line + end;
    if (show === "first" || !several) return "";
    return this.#count === 2 ? this.#beforeGroup() + this.#first! + end + line + end : line + end;
  }

  #beforeGroup(): string {
    const { separators, end } = this.#grouping;
    const between = this.#printedGroup && separators !== "none";
    this.#printedGroup = true;
    return between || separators === "prepend" || separators === "both" ? end : "";
  }

  #endGroup(): string {
    const { show, single, several, count, end } = this.#grouping;
    if (this.#first === undefined || show !== "first") return "";
    if (this.#count === 1 ? !single : !several) return "";
    return (count ? `${String(this.#count).padStart(7)} ` : "") + this.#first + end;
  }
}
