/** One output style of a dump. */
export interface RowWriter {
  /** Bytes per row. */
  readonly columns: number;
  begin(): string;
  row(bytes: Uint8Array, offset: number): string;
  end(): string;
}

const ROW_WITHOUT_END = 65536;

const hex = (byte: number, upper: boolean): string => {
  const text = byte.toString(16).padStart(2, "0");
  return upper ? text.toUpperCase() : text;
};

const printable = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");

const address = (offset: number): string => `${offset.toString(16).padStart(8, "0")}: `;

function grouped(cells: readonly string[], columns: number, group: number, cellWidth: number): string {
  const size = group > 0 ? group : columns;
  let out = "";
  for (let i = 0; i < columns; i++) {
    out += cells[i] ?? " ".repeat(cellWidth);
    if ((i + 1) % size === 0 || i === columns - 1) out += " ";
  }
  return out;
}

export class HexRows implements RowWriter {
  readonly columns: number;
  readonly #group: number;
  readonly #upper: boolean;
  readonly #little: boolean;

  constructor(columns: number, group: number, upper: boolean, little: boolean) {
    this.columns = columns;
    this.#group = group;
    this.#upper = upper;
    this.#little = little;
  }

  begin = (): string => "";
  end = (): string => "";

  row(bytes: Uint8Array, offset: number): string {
    const cells = Array.from(bytes, (byte) => hex(byte, this.#upper));
    const shown = this.#little ? this.#swapped(cells) : cells;
    return `${address(offset)}${grouped(shown, this.columns, this.#group, 2)} ${printable(bytes)}\n`;
  }

  /** Each group backwards; a short last group is filled with blanks in front. */
  #swapped(cells: readonly string[]): string[] {
    const out: string[] = [];
    for (let i = 0; i < cells.length; i += this.#group) {
      const group = cells.slice(i, i + this.#group);
      while (group.length < this.#group) group.push("  ");
      out.push(...group.reverse());
    }
    return out;
  }
}

export class BinaryRows implements RowWriter {
  readonly columns: number;
  readonly #group: number;

  constructor(columns: number, group: number) {
    this.columns = columns;
    this.#group = group;
  }

  begin = (): string => "";
  end = (): string => "";

  row(bytes: Uint8Array, offset: number): string {
    const cells = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0"));
    return `${address(offset)}${grouped(cells, this.columns, this.#group, 8)} ${printable(bytes)}\n`;
  }
}

export class PlainRows implements RowWriter {
  readonly columns: number;
  readonly #endless: boolean;
  readonly #upper: boolean;
  #any = false;

  /** @param columns 0: one line without an end of its own */
  constructor(columns: number, upper: boolean) {
    this.#endless = columns === 0;
    this.columns = Math.min(columns, ROW_WITHOUT_END) || ROW_WITHOUT_END;
    this.#upper = upper;
  }

  begin = (): string => "";

  row(bytes: Uint8Array): string {
    this.#any = true;
    return Array.from(bytes, (byte) => hex(byte, this.#upper)).join("") + (this.#endless ? "" : "\n");
  }

  end(): string {
    return this.#endless && this.#any ? "\n" : "";
  }
}

export class IncludeRows implements RowWriter {
  readonly columns: number;
  readonly #upper: boolean;
  readonly #name: string | undefined;
  #length = 0;

  /** @param file undefined leaves out the declarations */
  constructor(columns: number, upper: boolean, file: string | undefined) {
    this.columns = columns;
    this.#upper = upper;
    this.#name = file?.replace(/[^A-Za-z0-9]/g, "_").replace(/^(?=\d)/, "__");
  }

  begin(): string {
    return this.#name === undefined ? "" : `unsigned char ${this.#name}[] = {\n`;
  }

  row(bytes: Uint8Array): string {
    const before = this.#length === 0 ? "  " : ",\n  ";
    this.#length += bytes.length;
    const prefix = this.#upper ? "0X" : "0x";
    return before + Array.from(bytes, (byte) => prefix + hex(byte, this.#upper)).join(", ");
  }

  end(): string {
    const last = this.#length > 0 ? "\n" : "";
    return this.#name === undefined ? last : `${last}};\nunsigned int ${this.#name}_len = ${this.#length};\n`;
  }
}
