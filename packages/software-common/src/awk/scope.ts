import type { ArrayName, AwkFunction, Expression, Slot } from "./ast.ts";

/** Variables that are not plain cells: they are computed from the record, or control it. */
const SPECIAL = new Set([
  "NF",
  "NR",
  "FNR",
  "FS",
  "OFS",
  "ORS",
  "RS",
  "RT",
  "SUBSEP",
  "CONVFMT",
  "OFMT",
  "RSTART",
  "RLENGTH",
  "FILENAME",
  "IGNORECASE",
  "FPAT",
  "FIELDWIDTHS",
]);

/** Assigns slots to names while a program is parsed, and finds out which names are arrays. */
export class Scope {
  readonly globals: string[] = ["ENVIRON", "ARGV", "ARGC"];
  readonly arrays = new Set<string>(["ENVIRON", "ARGV"]);
  readonly functions = new Map<string, AwkFunction>();
  /** Calls with a bare name as an argument: it is an array if the parameter is one. */
  readonly #passed: { callee: string; position: number; name: string; within: AwkFunction | undefined }[] =
    [];
  current: AwkFunction | undefined;

  slot(name: string): Slot {
    const local = this.current?.parameters.indexOf(name) ?? -1;
    if (local >= 0) return { scope: "local", at: local };
    if (SPECIAL.has(name)) return { scope: "special" };
    const known = this.globals.indexOf(name);
    return { scope: "global", at: known >= 0 ? known : this.globals.push(name) - 1 };
  }

  array(name: string): ArrayName {
    this.#markArray(name, this.current);
    return { name, slot: this.slot(name) };
  }

  #markArray(name: string, within: AwkFunction | undefined): boolean {
    const local = within?.parameters.indexOf(name) ?? -1;
    if (local < 0) {
      const added = !this.arrays.has(name);
      this.arrays.add(name);
      return added;
    }
    const added = !within!.arrays[local];
    within!.arrays[local] = true;
    return added;
  }

  call(callee: string, args: readonly Expression[]): void {
    for (const [position, arg] of args.entries()) {
      if (arg.type === "variable")
        this.#passed.push({ callee, position, name: arg.name, within: this.current });
    }
  }

  /** Propagates "is an array" from parameters to the arguments passed for them, until nothing changes. */
  resolve(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const { callee, position, name, within } of this.#passed) {
        if (this.functions.get(callee)?.arrays[position] && this.#markArray(name, within)) changed = true;
      }
    }
  }
}
