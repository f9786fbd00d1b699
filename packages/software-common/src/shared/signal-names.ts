import { SIGNALS, SIGRTMAX, SIGRTMIN, signalName } from "@agentos/kernel/abi";

const BY_NAME: ReadonlyMap<string, number> = new Map([
  ["EXIT", 0],
  ...Object.entries(SIGNALS).map(([name, number]): [string, number] => [name.slice(3), number]),
  ["POLL", SIGNALS.SIGIO],
  ["CLD", SIGNALS.SIGCHLD],
  ["IOT", SIGNALS.SIGABRT],
]);

/** A signal by number or name, with or without "SIG", in any case; undefined if there is none. 0 is allowed. */
export function parseSignal(text: string): number | undefined {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return number <= SIGRTMAX ? number : undefined;
  }
  const name = text.toUpperCase().replace(/^SIG/, "");
  const realTime = /^RT(MIN|MAX)([-+]\d+)?$/.exec(name);
  if (realTime !== null) {
    const number = (realTime[1] === "MIN" ? SIGRTMIN : SIGRTMAX) + Number(realTime[2] ?? 0);
    return number >= SIGRTMIN && number <= SIGRTMAX ? number : undefined;
  }
  return BY_NAME.get(name);
}

/** "INT" for 2, "EXIT" for 0. */
export function shortSignalName(signal: number): string | undefined {
  return signal === 0 ? "EXIT" : signalName(signal)?.slice(3);
}
