/** What stands between a system call and its body: nothing, a stop, or death. */
export const Gate = { open: 0, stopped: 1, dead: 2 } as const;
export type Gate = (typeof Gate)[keyof typeof Gate];
