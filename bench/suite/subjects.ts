// What runs the same command line: our VM in a sidecar and inline, the host's own bash, just-bash.

import { execFile } from "node:child_process";
import { AgentOs } from "@agentos/core";
import common from "@agentos/software-common";
import { Bash } from "just-bash";

export interface Subject {
  name: string;
  /** Runs a command line; its standard output. */
  exec(command: string): Promise<string>;
  close(): Promise<void>;
}

export const software = [common];

async function vmSubject(name: string, kind: "shared" | "inline", cwd: string): Promise<Subject> {
  const vm = await AgentOs.create({ software, sidecar: { kind }, limits: { maxOutputBytes: 64 << 20 } });
  return {
    name,
    exec: async (command) => (await vm.exec(command, { cwd })).stdout,
    close: () => vm.dispose(),
  };
}

export const sidecarSubject = (cwd = "/tmp") => vmSubject("sidecar", "shared", cwd);
export const inlineSubject = (cwd = "/tmp") => vmSubject("inline", "inline", cwd);

export function hostSubject(cwd = "/tmp"): Subject {
  return {
    name: "host",
    exec: (command) =>
      new Promise((resolve, reject) => {
        execFile("/bin/bash", ["-c", command], { cwd, maxBuffer: 64 << 20 }, (error, stdout) =>
          error ? reject(error) : resolve(stdout),
        );
      }),
    close: async () => {},
  };
}

export function justBashSubject(): Subject {
  const bash = new Bash();
  return {
    name: "just-bash",
    exec: async (command) => (await bash.exec(command)).stdout,
    close: async () => {},
  };
}
