// Source: Linux uapi/asm-generic/signal.h, signal(7); texts as glibc's strsignal(3).

const TABLE = {
  SIGHUP: [1, "terminate", "Hangup"],
  SIGINT: [2, "terminate", "Interrupt"],
  SIGQUIT: [3, "core", "Quit"],
  SIGILL: [4, "core", "Illegal instruction"],
  SIGTRAP: [5, "core", "Trace/breakpoint trap"],
  SIGABRT: [6, "core", "Aborted"],
  SIGBUS: [7, "core", "Bus error"],
  SIGFPE: [8, "core", "Floating point exception"],
  SIGKILL: [9, "terminate", "Killed"],
  SIGUSR1: [10, "terminate", "User defined signal 1"],
  SIGSEGV: [11, "core", "Segmentation fault"],
  SIGUSR2: [12, "terminate", "User defined signal 2"],
  SIGPIPE: [13, "terminate", "Broken pipe"],
  SIGALRM: [14, "terminate", "Alarm clock"],
  SIGTERM: [15, "terminate", "Terminated"],
  SIGSTKFLT: [16, "terminate", "Stack fault"],
  SIGCHLD: [17, "ignore", "Child exited"],
  SIGCONT: [18, "continue", "Continued"],
  SIGSTOP: [19, "stop", "Stopped (signal)"],
  SIGTSTP: [20, "stop", "Stopped"],
  SIGTTIN: [21, "stop", "Stopped (tty input)"],
  SIGTTOU: [22, "stop", "Stopped (tty output)"],
  SIGURG: [23, "ignore", "Urgent I/O condition"],
  SIGXCPU: [24, "core", "CPU time limit exceeded"],
  SIGXFSZ: [25, "core", "File size limit exceeded"],
  SIGVTALRM: [26, "terminate", "Virtual timer expired"],
  SIGPROF: [27, "terminate", "Profiling timer expired"],
  SIGWINCH: [28, "ignore", "Window changed"],
  SIGIO: [29, "terminate", "I/O possible"],
  SIGPWR: [30, "terminate", "Power failure"],
  SIGSYS: [31, "core", "Bad system call"],
} as const;

export type SignalName = keyof typeof TABLE;
export type DefaultAction = (typeof TABLE)[SignalName][1];

const NAMES = Object.keys(TABLE) as SignalName[];

/** SIGNALS.SIGINT === 2 */
export const SIGNALS = Object.fromEntries(NAMES.map((name) => [name, TABLE[name][0]])) as {
  [N in SignalName]: (typeof TABLE)[N][0];
};
const BY_NUMBER = new Map<number, SignalName>(NAMES.map((name) => [TABLE[name][0], name]));

export const SIGRTMIN = 34;
export const SIGRTMAX = 64;

/** "SIGINT" for 2; undefined if the number is not a signal. Real-time signals are named SIGRTMIN, SIGRTMIN+1 … */
export function signalName(signal: number): string | undefined {
  if (signal >= SIGRTMIN && signal <= SIGRTMAX) return realTimeName(signal);
  return BY_NUMBER.get(signal);
}

function realTimeName(signal: number): string {
  if (signal === SIGRTMIN) return "SIGRTMIN";
  if (signal === SIGRTMAX) return "SIGRTMAX";
  return signal <= SIGRTMIN + 15 ? `SIGRTMIN+${signal - SIGRTMIN}` : `SIGRTMAX-${SIGRTMAX - signal}`;
}

/** What happens to a process that neither ignores nor handles the signal. */
export function defaultAction(signal: number): DefaultAction {
  const name = BY_NUMBER.get(signal);
  return name === undefined ? "terminate" : TABLE[name][1];
}

/** strsignal(3) */
export function describeSignal(signal: number): string {
  const name = BY_NUMBER.get(signal);
  if (name !== undefined) return TABLE[name][2];
  return signal >= SIGRTMIN && signal <= SIGRTMAX
    ? `Real-time signal ${signal - SIGRTMIN}`
    : `Unknown signal ${signal}`;
}
