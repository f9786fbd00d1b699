// process.env for threads that share it: the kernel keeps it, and each thread has a copy, which is valid until
// something is set. Source: node's src/node_env_var.cc.

import type { KernelClient } from "../kernel-client.ts";

type Variables = Record<string, string>;

/** Replaces the thread's own environment with the shared one of that number. */
export function useSharedEnvironment(kernel: KernelClient, number: number): void {
  const own = process.env as Variables;
  const copy: Variables = {};
  let version = 0;

  const refresh = (): void => {
    const { errno, value } = kernel.call("sharedEnvironment", number, version);
    if (errno < 0 || value === undefined) return;
    const [newest, pairs] = value as unknown as [number, string[]];
    version = newest;
    for (const name of Object.keys(copy)) delete copy[name];
    for (let i = 0; i < pairs.length; i += 2) {
      // Not an assignment: "__proto__" is a name like any other, and a program may have put setters on
      // Object.prototype.
      const variable = { value: pairs[i + 1]!, writable: true, enumerable: true, configurable: true };
      Reflect.defineProperty(copy, pairs[i]!, variable);
    }
  };
  const set = (name: string | symbol, value: unknown): boolean => {
    if (typeof name === "symbol" || typeof value === "symbol") {
      throw new TypeError("Cannot convert a Symbol value to a string");
    }
    const text = `${value}`;
    if (kernel.call("setShared", number, name, text).errno < 0) throw new Error("the environment is full");
    // For those who took process.env before it was shared, and for C++, which looks at the time zone.
    own[name] = text;
    refresh();
    return true;
  };

  const environment = new Proxy(copy, {
    get(target, name) {
      refresh();
      return Reflect.get(target, name);
    },
    has(target, name) {
      refresh();
      return Reflect.has(target, name);
    },
    ownKeys(target) {
      refresh();
      return Reflect.ownKeys(target);
    },
    getOwnPropertyDescriptor(target, name) {
      refresh();
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    set: (_target, name, value) => set(name, value),
    defineProperty(_target, name, { value, configurable, enumerable, writable, get, set: setter }) {
      if (get || setter || !configurable || !enumerable || !writable)
        throw invalidDefinition(!!(get || setter));
      return set(name, value);
    },
    deleteProperty(_target, name) {
      if (typeof name === "symbol") return true;
      kernel.call("setShared", number, name, null);
      delete own[name];
      refresh();
      return true;
    },
  });
  refresh();
  Object.defineProperty(process, "env", {
    value: environment,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function invalidDefinition(isAccessor: boolean): Error {
  const text = isAccessor
    ? "'process.env' does not accept an accessor(getter/setter) descriptor"
    : "'process.env' only accepts a configurable, writable, and enumerable data descriptor";
  return Object.assign(new TypeError(text), { code: "ERR_INVALID_OBJECT_DEFINE_PROPERTY" });
}
