// How a process ended or changed, as wait(2) encodes it: exit code << 8, or the signal.

export const WNOHANG = 1;
export const WUNTRACED = 2;
export const WCONTINUED = 8;

export const exitStatus = (code: number): number => (code & 0xff) << 8;
export const signalStatus = (signal: number): number => signal & 0x7f;
export const stopStatus = (signal: number): number => (signal << 8) | 0x7f;
export const CONTINUED_STATUS = 0xffff;

export const exited = (status: number): boolean => (status & 0x7f) === 0;
export const exitCodeOf = (status: number): number => (status >> 8) & 0xff;
export const signaled = (status: number): boolean => (status & 0x7f) !== 0 && (status & 0x7f) !== 0x7f;
export const termSignalOf = (status: number): number => status & 0x7f;
export const stopped = (status: number): boolean => (status & 0xff) === 0x7f && status !== CONTINUED_STATUS;
export const stopSignalOf = (status: number): number => (status >> 8) & 0xff;
export const continued = (status: number): boolean => status === CONTINUED_STATUS;
