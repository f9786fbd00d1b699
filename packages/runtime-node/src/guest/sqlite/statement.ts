// Node's StatementSync, over a connection whose content may be replaced.

import type { Connection, NativeStatement } from "./connection.ts";

/** Only who has this key can construct statements. */
export const STATEMENT_KEY = Symbol("statement");

export class StatementSync {
  readonly #connection: Connection;
  readonly #sql: string;
  readonly #options: object | undefined;
  readonly #settings: [name: string, on: unknown][] = [];
  #native: NativeStatement;
  #generation: number;
  #changes: boolean;

  constructor(key: symbol, connection: Connection, sql: string, options: object | undefined) {
    if (key !== STATEMENT_KEY) {
      throw Object.assign(new Error("Illegal constructor"), { code: "ERR_ILLEGAL_CONSTRUCTOR" });
    }
    this.#connection = connection;
    this.#sql = sql;
    this.#options = options;
    connection.refresh(true);
    connection.sawChange = false;
    this.#native = connection.guard(() => prepare(connection, sql, options));
    this.#changes = connection.sawChange;
    this.#generation = connection.generation;
    for (const name of ["sourceSQL", "expandedSQL"] as const) {
      const get = (): unknown => (this.#native as unknown as Record<string, unknown>)[name];
      Object.defineProperty(this, name, { get, enumerable: true, configurable: true });
    }
  }

  #use<T>(run: (native: NativeStatement) => unknown, settle: (changes: boolean) => void): T {
    const connection = this.#connection;
    connection.refresh(!this.#changes);
    if (this.#generation !== connection.generation && connection.native.isOpen) {
      this.#native = connection.guard(() => prepare(connection, this.#sql, this.#options));
      this.#generation = connection.generation;
      for (const [name, on] of this.#settings) this.#native[name]!(on);
    }
    try {
      return run(this.#native) as T;
    } finally {
      if (this.#changes && connection.native.isOpen) settle(true);
    }
  }

  #step<T>(run: (native: NativeStatement) => unknown): T {
    return this.#use(run, (changes) => this.#connection.settle(changes));
  }

  run(...values: unknown[]): object {
    return this.#step((native) => native.run!(...values));
  }

  get(...values: unknown[]): object | undefined {
    return this.#step((native) => native.get!(...values));
  }

  all(...values: unknown[]): object[] {
    return this.#step((native) => native.all!(...values));
  }

  iterate(...values: unknown[]): Iterator<object> {
    return this.#use(
      (native) => native.iterate!(...values),
      (changes) => this.#connection.settleLater(changes),
    );
  }

  columns(): object[] {
    return this.#native.columns!() as object[];
  }

  setAllowBareNamedParameters(on: boolean): void {
    this.#set("setAllowBareNamedParameters", on);
  }

  setAllowUnknownNamedParameters(on: boolean): void {
    this.#set("setAllowUnknownNamedParameters", on);
  }

  setReadBigInts(on: boolean): void {
    this.#set("setReadBigInts", on);
  }

  setReturnArrays(on: boolean): void {
    this.#set("setReturnArrays", on);
  }

  #set(name: string, on: boolean): void {
    this.#native[name]!(on);
    this.#settings.push([name, on]);
  }
}

function prepare(connection: Connection, sql: string, options: object | undefined): NativeStatement {
  return options === undefined ? connection.native.prepare(sql) : connection.native.prepare(sql, options);
}
