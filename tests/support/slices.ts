// How long this thread's event loop is held at a time, in CPU time: what other programs on the machine do does not count.

export interface Slices {
  /** The longest, in milliseconds. */
  longest: number;
  turns: number;
}

/** Measures every turn of the event loop while `work` runs. */
export async function measureSlices(work: () => Promise<unknown>): Promise<Slices> {
  const slices: Slices = { longest: 0, turns: 0 };
  let going = true;
  let last = process.threadCpuUsage();
  const look = (): void => {
    const used = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    slices.longest = Math.max(slices.longest, (used.user + used.system) / 1000);
    slices.turns++;
    if (going) setImmediate(look);
  };
  setImmediate(look);
  try {
    await work();
  } finally {
    going = false;
  }
  await new Promise((resolve) => setImmediate(resolve));
  return slices;
}
