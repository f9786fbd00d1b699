import { type Decimal, ZERO } from "../shared/decimal.ts";
import { CellArray } from "./cell-array.ts";
import type { Parameter } from "./code.ts";

export interface Binding {
  parameter: Parameter;
  value: Decimal | CellArray;
}

/** bc's variables: a call of a function sets some of them aside and brings them back at its end. */
export class Variables {
  readonly #numbers = new Map<string, Decimal>();
  readonly #arrays = new Map<string, CellArray>();

  number(name: string): Decimal {
    return this.#numbers.get(name) ?? ZERO;
  }

  setNumber(name: string, value: Decimal): void {
    this.#numbers.set(name, value);
  }

  array(name: string): CellArray {
    let array = this.#arrays.get(name);
    if (!array) this.#arrays.set(name, (array = new CellArray()));
    return array;
  }

  /** Gives names new values; @returns what undoes it */
  bind(bindings: readonly Binding[]): () => void {
    const undo = bindings.map(({ parameter: { name }, value }) =>
      value instanceof CellArray ? replace(this.#arrays, name, value) : replace(this.#numbers, name, value),
    );
    return () => {
      for (const step of undo.reverse()) step();
    };
  }
}

function replace<T>(map: Map<string, T>, name: string, value: T): () => void {
  const old = map.get(name);
  map.set(name, value);
  return () => {
    if (old === undefined) map.delete(name);
    else map.set(name, old);
  };
}
