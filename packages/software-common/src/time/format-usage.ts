import { exitCodeOf } from "@agentos/kernel/abi";

export interface Usage {
  command: readonly string[];
  /** As wait(2) encodes it. */
  status: number;
  elapsedMs: number;
  userMs: number;
  systemMs: number;
  maxResidentKb: number;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(2);

/** [hours:]minutes:seconds */
function clock(ms: number): string {
  const total = ms / 1000;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const two = (number: number): string => String(number).padStart(2, "0");
  if (hours > 0) return `${hours}:${two(minutes)}:${two(Math.floor(total % 60))}`;
  return `${minutes}:${(total % 60).toFixed(2).padStart(5, "0")}`;
}

function share({ userMs, systemMs, elapsedMs }: Usage): string {
  return elapsedMs > 0 ? `${Math.floor(((userMs + systemMs) * 100) / elapsedMs)}%` : "?%";
}

const FIELDS: Readonly<Record<string, (usage: Usage) => string>> = {
  C: ({ command }) => command.join(" "),
  e: ({ elapsedMs }) => seconds(elapsedMs),
  E: ({ elapsedMs }) => clock(elapsedMs),
  M: ({ maxResidentKb }) => String(Math.round(maxResidentKb)),
  P: share,
  S: ({ systemMs }) => seconds(systemMs),
  U: ({ userMs }) => seconds(userMs),
  x: ({ status }) => String(exitCodeOf(status)),
  Z: () => "4096",
  "%": () => "%",
};

/** Counters that a virtual machine does not have. */
const ZEROS = "DFIKNORXWcprstwk";
const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", "\\": "\\" };

export function formatUsage(format: string, usage: Usage): string {
  return format.replace(/%([a-zA-Z%])|\\([tn\\])/g, (all, letter?: string, escaped?: string) => {
    if (escaped !== undefined) return ESCAPES[escaped]!;
    return FIELDS[letter!]?.(usage) ?? (ZEROS.includes(letter!) ? "0" : all);
  });
}
