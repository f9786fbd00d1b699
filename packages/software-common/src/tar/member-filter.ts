import { compilePattern } from "@agentos/posix";
import type { Name } from "./names.ts";
import type { TarOptions } from "./options.ts";

/** Which members the names of the command line mean: themselves and what is below them. */
export class MemberFilter {
  readonly #names: { text: string; matches: (path: string) => boolean; used: boolean }[];

  constructor(names: readonly Name[], options: TarOptions) {
    this.#names = names.map(({ path }) => {
      const text = path.replace(/\/+$/, "");
      const pattern = options.wildcards ? compilePattern(text) : undefined;
      const matches = (member: string) =>
        member === text || member.startsWith(`${text}/`) || pattern?.matches(member) === true;
      return { text: path, matches, used: false };
    });
  }

  matches(path: string): boolean {
    if (this.#names.length === 0) return true;
    const trimmed = path.replace(/\/+$/, "");
    let found = false;
    for (const name of this.#names) {
      if (!name.matches(trimmed)) continue;
      name.used = true;
      found = true;
    }
    return found;
  }

  missing(): string[] {
    return this.#names.filter(({ used }) => !used).map(({ text }) => text);
  }
}
