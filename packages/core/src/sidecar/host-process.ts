// Starts the sidecar's process: a Node with a scrubbed environment, one socketpair, and a session of its own, so that the
// terminal's Ctrl-C does not reach it. It ends by itself when the app's end of the socketpair closes.

import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { REGEXP_FLAGS } from "./regexp-flags.ts";

/** The descriptor of the sidecar's end of the channel. */
export const CHANNEL_FD = 3;

const fromSource = import.meta.url.endsWith(".ts");
const entry = new URL(fromSource ? "./main.ts" : "./sidecar-main.js", import.meta.url);

export interface SidecarProcess {
  readonly pid: number;
  readonly socket: Socket;
  /** Resolves when the process is gone. */
  readonly ended: Promise<{ exitCode?: number; signal?: string; stderr?: string }>;
  /** Whether its running keeps this process's event loop alive. */
  hold(on: boolean): void;
  kill(): void;
}

/** The app's own export conditions, which decide what its packages resolve to. */
function conditions(): string[] {
  const flags: string[] = fromSource ? ["--conditions=@agentos/source"] : [];
  process.execArgv.forEach((arg, i) => {
    if (/^(--conditions=|-C=)/.test(arg)) flags.push(arg);
    else if (arg === "--conditions" || arg === "-C")
      flags.push(`--conditions=${process.execArgv[i + 1] ?? ""}`);
  });
  return [...new Set(flags)];
}

export function startSidecarProcess(): SidecarProcess {
  const child = spawn(process.execPath, [...REGEXP_FLAGS, ...conditions(), fileURLToPath(entry)], {
    cwd: "/",
    env: {},
    detached: true,
    windowsHide: true,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const socket = child.stdio[CHANNEL_FD] as Socket;
  const ended = endOf(child);
  child.unref();
  socket.unref();
  return {
    pid: child.pid ?? 0,
    socket,
    ended,
    hold: (on) => (on ? child.ref() : child.unref()),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Keeps the last part of its stderr, for the error message; the rest is dropped. */
function endOf(child: ChildProcess): SidecarProcess["ended"] {
  const errors = child.stderr as Socket;
  let tail = "";
  errors.unref();
  errors.setEncoding("latin1");
  errors.on("data", (text: string) => {
    tail = (tail + text).slice(-2000);
  });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ stderr: error.message }));
    child.once("exit", (code, signal) =>
      resolve({ exitCode: code ?? undefined, signal: signal ?? undefined, stderr: tail.trim() }),
    );
  });
}
