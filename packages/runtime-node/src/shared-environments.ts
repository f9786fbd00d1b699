// Environments that threads of a guest share (SHARE_ENV of worker_threads): the kernel keeps them, and each thread
// asks whether its copy is still current.

import { sysError } from "@agentos/kernel/abi";
import type { GuestCall, Value } from "@agentos/kernel/channel";
import { integer, list, text } from "./calls/arguments.ts";

/** The most characters in all variables of a guest: four times what Linux's execve() accepts. */
const MOST_TEXT = 1 << 23;
const MOST_ENVIRONMENTS = 1 << 10;

interface Environment {
  version: number;
  readonly variables: Map<string, string>;
}

export class SharedEnvironments {
  readonly #environments: Environment[] = [];
  #size = 0;

  readonly calls: Record<string, GuestCall> = {
    /** Creates one, from names and values in turn. @returns its number */
    shareEnvironment: (pairs) => {
      if (this.#environments.length === MOST_ENVIRONMENTS) throw sysError("ENOMEM");
      const environment: Environment = { version: 1, variables: new Map() };
      const words = list(pairs).map(text);
      for (let i = 0; i + 1 < words.length; i += 2) this.#set(environment, words[i]!, words[i + 1]!);
      return this.#environments.push(environment) - 1;
    },
    /** Its content and version; nothing if `known` is already that version. */
    sharedEnvironment: (number, known): Value => {
      const { version, variables } = this.#find(number);
      return version === known ? undefined : [version, [...variables].flat()];
    },
    /** Sets or removes a variable. */
    setShared: (number, name, value) => {
      const environment = this.#find(number);
      this.#set(environment, text(name), value === null ? undefined : text(value));
      environment.version++;
    },
  };

  #find(number: Value): Environment {
    const found = this.#environments[integer(number)];
    if (!found) throw sysError("EINVAL");
    return found;
  }

  #set({ variables }: Environment, name: string, value: string | undefined): void {
    const before = variables.get(name);
    const freed = before === undefined ? 0 : name.length + before.length;
    const taken = value === undefined ? 0 : name.length + value.length;
    if (this.#size - freed + taken > MOST_TEXT) throw sysError("ENOMEM");
    this.#size += taken - freed;
    if (value === undefined) variables.delete(name);
    else variables.set(name, value);
  }
}
