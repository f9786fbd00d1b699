// What an agent is told about its machine.

import type { NewSessionRequest } from "@agentclientprotocol/sdk";
import type { AgentInstructions, Software } from "@agentos/kernel/program";
import type { VmLimits } from "../vm/spec.ts";

export const INSTRUCTIONS_FILE = "/etc/agentos/instructions.md";

export interface Machine {
  software: readonly Software[];
  limits: Partial<VmLimits>;
  user?: string;
  hostname?: string;
  /** How to call the app's tools, in Markdown. */
  hostTools?: string;
  additionalInstructions?: string;
}

/** A description of the machine in Markdown: what it is, what is installed, what it allows, and what the app adds. */
export function machineInstructions(machine: Machine): string {
  const {
    software,
    limits,
    user = "user",
    hostname = "agentos",
    hostTools,
    additionalInstructions,
  } = machine;
  const commands = software
    .flatMap((item) => [...Object.keys(item.commands), ...Object.keys(item.links)])
    .filter((name) => !name.startsWith("/"));
  const sections = [
    `# This machine

You work on ${hostname}, a virtual Linux machine (AgentOS) of your own. You are \`${user}\`; the shell is bash,
paths are POSIX paths, and what you change stays inside the machine.
Network access, host directories and other things of the host are there only as far as the app allows.
There is no package manager for system packages: use what is installed.`,
    commands.length > 0 && `## Installed commands\n\n${wrapped(commands.toSorted().join(" "), 110)}`,
    limitLines(limits),
    hostTools && `## Host tools\n\n${hostTools.trim()}`,
    additionalInstructions && `## Instructions\n\n${additionalInstructions.trim()}`,
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

const LIMIT_TEXTS: Partial<Record<keyof VmLimits, string>> = {
  maxProcesses: "processes",
  maxOpenFds: "open files per process",
  cpuTimeMs: "milliseconds of CPU time",
  maxMemoryMb: "MiB of memory per guest process",
  maxCpuPercent: "percent of one core for all processes together",
  maxOutputBytes: "bytes of output per command",
  maxFilesystemBytes: "bytes in the file system",
  maxInodes: "files",
};

function limitLines(limits: Partial<VmLimits>): string | undefined {
  const lines = Object.entries(LIMIT_TEXTS).flatMap(([name, text]) => {
    const value = limits[name as keyof VmLimits];
    return value === undefined ? [] : [`- at most ${value} ${text}`];
  });
  return lines.length > 0 ? `## Limits\n\n${lines.join("\n")}` : undefined;
}

function wrapped(text: string, width: number): string {
  return text.replace(new RegExp(`(.{1,${width}})(?: |$)`, "g"), "$1\n").trimEnd();
}

/** How one session's agent gets the text: through its environment, its arguments or its first prompt. */
export interface Injection {
  env: Record<string, string>;
  args: string[];
  meta: NewSessionRequest["_meta"];
  /** The text that the first prompt begins with. */
  preamble: string | undefined;
}

export function injectInstructions(way: AgentInstructions, file: string, text: string): Injection {
  const injection: Injection = {
    env: { AGENTOS_INSTRUCTIONS_FILE: file },
    args: [],
    meta: undefined,
    preamble: undefined,
  };
  if (way === "env") injection.env.AGENTOS_INSTRUCTIONS = text;
  else if (way === "meta") injection.meta = { systemPrompt: { append: text } };
  else if (way === "prompt") injection.preamble = text;
  else if (way !== "file") {
    injection.args = way.args.map((arg) =>
      arg.replaceAll("{file}", () => file).replaceAll("{text}", () => text),
    );
  }
  return injection;
}

export const NO_INJECTION: Injection = { env: {}, args: [], meta: undefined, preamble: undefined };
