/** Calls `run` in the next turn of the host's event loop, after input, output and timers have had theirs. */
export function onNextTurn(run: () => void): void {
  setImmediate(run);
}
