/** Work that can be interrupted: it yields after each slice. */
export type Slices<T> = Generator<void, T, void>;

/** Does all the work at once. */
export function finish<T>(slices: Slices<T>): T {
  for (;;) {
    const step = slices.next();
    if (step.done) return step.value;
  }
}
