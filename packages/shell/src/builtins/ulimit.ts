import { isSysError } from "@agentos/kernel/abi";
import type { Co } from "../co.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { usageError } from "./options.ts";

interface Resource {
  letter: string;
  /** The name for getrlimit(2); undefined if the value is fixed. */
  name: string | undefined;
  fixed?: number;
  description: string;
  /** "(kbytes, -c)": the unit and how many bytes or the like it stands for. */
  unit: string;
  factor: number;
}

const kb = { unit: "kbytes, ", factor: 1024 };
const one = { unit: "", factor: 1 };

/** In the order `ulimit -a` lists them. @see getrlimit(2) */
const RESOURCES: readonly Resource[] = [
  {
    letter: "R",
    name: "RTTIME",
    description: "real-time non-blocking time",
    unit: "microseconds, ",
    factor: 1,
  },
  { letter: "c", name: "CORE", description: "core file size", unit: "blocks, ", factor: 512 },
  { letter: "d", name: "DATA", description: "data seg size", ...kb },
  { letter: "e", name: "NICE", description: "scheduling priority", ...one },
  { letter: "f", name: "FSIZE", description: "file size", unit: "blocks, ", factor: 1024 },
  { letter: "i", name: "SIGPENDING", description: "pending signals", ...one },
  { letter: "l", name: "MEMLOCK", description: "max locked memory", ...kb },
  { letter: "m", name: "RSS", description: "max memory size", ...kb },
  { letter: "n", name: "NOFILE", description: "open files", ...one },
  { letter: "p", name: undefined, fixed: 8, description: "pipe size", unit: "512 bytes, ", factor: 1 },
  { letter: "q", name: "MSGQUEUE", description: "POSIX message queues", unit: "bytes, ", factor: 1 },
  { letter: "r", name: "RTPRIO", description: "real-time priority", ...one },
  { letter: "s", name: "STACK", description: "stack size", ...kb },
  { letter: "t", name: "CPU", description: "cpu time", unit: "seconds, ", factor: 1 },
  { letter: "u", name: "NPROC", description: "max user processes", ...one },
  { letter: "v", name: "AS", description: "virtual memory", ...kb },
  { letter: "x", name: "LOCKS", description: "file locks", ...one },
];

interface Request {
  soft: boolean;
  hard: boolean;
  all: boolean;
  resources: { resource: Resource; limit: string | undefined }[];
}

function* run(shell: Shell, args: string[]): Co<number> {
  const request = parse(shell, args);
  if (typeof request === "number") return request;
  const { soft, hard } = request;
  if (request.all) {
    const lines = RESOURCES.map((resource) => labelled(resource, limitText(shell, resource, hard && !soft)));
    return yield* shell.print("ulimit", lines.join(""));
  }
  const several = request.resources.length > 1;
  let output = "";
  for (const { resource, limit } of request.resources) {
    if (limit !== undefined) {
      const status = change(shell, resource, limit, soft || !hard, hard || !soft);
      if (status !== 0) return status;
    } else {
      const value = limitText(shell, resource, hard && !soft);
      output += several ? labelled(resource, value) : `${value}\n`;
    }
  }
  return yield* shell.print("ulimit", output);
}

/** Letters may be mixed with limits: "-S -n 100 -u 50". */
function parse(shell: Shell, args: readonly string[]): Request | number {
  const request: Request = { soft: false, hard: false, all: false, resources: [] };
  let at = 0;
  for (; at < args.length && /^-./.test(args[at]!) && args[at] !== "--"; at++) {
    for (const letter of args[at]!.slice(1)) {
      const resource = RESOURCES.find((candidate) => candidate.letter === letter);
      if (letter === "S") request.soft = true;
      else if (letter === "H") request.hard = true;
      else if (letter === "a") request.all = true;
      else if (resource) request.resources.push({ resource, limit: undefined });
      else return usageError(shell, "ulimit", `-${letter}: invalid option`);
    }
    const next = args[at + 1];
    const last = request.resources.at(-1);
    if (last && next !== undefined && !next.startsWith("-")) {
      last.limit = next;
      at++;
    }
  }
  if (args[at] === "--") at++;
  if (request.resources.length === 0) {
    const resource = RESOURCES.find((candidate) => candidate.letter === "f")!;
    request.resources.push({ resource, limit: args[at] });
  }
  return request;
}

function limitsOf(shell: Shell, { name, fixed }: Resource): { soft: number; hard: number } {
  if (name === undefined) return { soft: fixed!, hard: fixed! };
  try {
    return shell.proc.getrlimit(name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY };
  }
}

function limitText(shell: Shell, resource: Resource, hard: boolean): string {
  const limits = limitsOf(shell, resource);
  const limit = hard ? limits.hard : limits.soft;
  return Number.isFinite(limit) ? String(Math.floor(limit / resource.factor)) : "unlimited";
}

function labelled({ description, unit, letter }: Resource, value: string): string {
  return `${description.padEnd(32 - unit.length - 5)} (${unit}-${letter}) ${value}\n`;
}

function change(shell: Shell, resource: Resource, text: string, soft: boolean, hard: boolean): number {
  const limits = limitsOf(shell, resource);
  let limit: number;
  if (text === "unlimited") limit = Number.POSITIVE_INFINITY;
  else if (text === "soft") limit = limits.soft;
  else if (text === "hard") limit = limits.hard;
  else if (/^\d+$/.test(text)) limit = Number(text) * resource.factor;
  else return shell.fail("ulimit", `${text}: invalid number`);
  try {
    if (resource.name === undefined)
      return shell.fail("ulimit", `${resource.description}: cannot modify limit: Invalid argument`);
    shell.proc.setrlimit(resource.name, soft ? limit : limits.soft, hard ? limit : limits.hard);
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return shell.fail("ulimit", `${resource.description}: cannot modify limit: ${error.message}`);
  }
}

export const ulimit: Builtin = { name: "ulimit", run };
