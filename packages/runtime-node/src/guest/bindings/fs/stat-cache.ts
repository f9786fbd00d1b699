// Answers of stat and lstat, for programs that ask again at once: real paths are resolved part by part, and some loops
// look at the same file over and over. An answer is valid while the program only asks about names, hears nothing, and
// the file-system generation stays the same; and only for a moment, since not every change is announced to this
// process.

import type { Value } from "@agentos/kernel/channel/guest";
import type { KernelClient } from "../../kernel-client.ts";

const FRESH_MS = 10;
const MOST_ANSWERS = 1000;

export type StatCall = "stat" | "lstat" | "statIfExists";

interface Answer {
  readonly errno: number;
  readonly value: Value;
  readonly generation: number;
  readonly at: number;
}

export class StatCache {
  readonly #kernel: KernelClient;
  readonly #now = performance.now.bind(performance);
  readonly #answers: Record<StatCall, Map<string, Answer>> = {
    stat: new Map(),
    lstat: new Map(),
    statIfExists: new Map(),
  };
  #deeds = 0;

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  ask(call: StatCall, path: string): Answer {
    const kernel = this.#kernel;
    const answers = this.#answers[call];
    const known = this.#deeds === kernel.deeds ? answers.get(path) : undefined;
    if (known?.generation === kernel.generation && this.#now() - known.at < FRESH_MS) return known;
    if (this.#deeds !== kernel.deeds || answers.size >= MOST_ANSWERS) this.#clear();
    const { errno, value } = kernel.call(call, path);
    const answer = { errno, value, generation: kernel.generation, at: this.#now() };
    answers.set(path, answer);
    return answer;
  }

  #clear(): void {
    this.#deeds = this.#kernel.deeds;
    for (const answers of Object.values(this.#answers)) answers.clear();
  }
}
