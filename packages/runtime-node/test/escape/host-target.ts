// What attempts to escape are after: a file, a variable, a listening port and a process of the host.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

const VARIABLE = "AGENTOS_ESCAPE_SECRET";

export class HostTarget {
  readonly secret = `SECRET-${Math.random().toString(36).slice(2)}`;
  readonly #directory = mkdtempSync(join(tmpdir(), "agentos-escapes-"));
  readonly #file = join(this.#directory, "secret.js");
  readonly #server: Server;
  #victim: ChildProcess;
  #connections = 0;

  private constructor() {
    writeFileSync(this.#file, this.secret);
    process.env[VARIABLE] = this.secret;
    this.#victim = startVictim();
    this.#server = createServer((socket) => {
      this.#connections++;
      socket.on("error", () => {});
      socket.end(this.secret);
    });
  }

  static async create(): Promise<HostTarget> {
    const target = new HostTarget();
    await new Promise<void>((resolve) => target.#server.listen(0, "127.0.0.1", resolve));
    return target;
  }

  /** What a script that attacks it begins with. */
  get prelude(): string {
    const { port } = this.#server.address() as { port: number };
    return `const fs = require("fs"), path = require("path"), os = require("os");
      const HOST_FILE = ${JSON.stringify(this.#file)}, HOST_PORT = ${port}, HOST_PID = ${this.#victim.pid}, HOST_NAME = ${JSON.stringify(hostname())};
      process.on("uncaughtException", (e) => console.log("refused:", e && e.message)); process.on("unhandledRejection", (e) => console.log("refused:", e && e.message));
      setTimeout(() => process.exit(), 2000).unref();\n`;
  }

  /** What an attempt that printed this got hold of; the target is whole again after it. */
  async damage(output: string): Promise<string[]> {
    const damage: string[] = [];
    if (output.includes(this.secret)) damage.push("read a secret");
    if (this.#connections > 0) damage.push("reached a port");
    if (!isAsleep(this.#victim)) damage.push("reached a process");
    const files = readdirSync(this.#directory).filter((name) => join(this.#directory, name) !== this.#file);
    if (files.length > 0 || readFileSync(this.#file, "utf8") !== this.secret) damage.push("wrote a file");
    if (damage.length > 0) this.#restore(files);
    return damage;
  }

  #restore(files: readonly string[]): void {
    this.#connections = 0;
    for (const name of files) rmSync(join(this.#directory, name), { recursive: true });
    writeFileSync(this.#file, this.secret);
    this.#victim.kill("SIGKILL");
    this.#victim = startVictim();
  }

  dispose(): void {
    this.#victim.kill("SIGKILL");
    this.#server.close();
    rmSync(this.#directory, { recursive: true });
    Reflect.deleteProperty(process.env, VARIABLE);
  }
}

function startVictim(): ChildProcess {
  return spawn("sleep", ["300"], { stdio: "ignore" });
}

/** Alive, not stopped, with the priority that it was given. */
function isAsleep({ pid, exitCode, signalCode }: ChildProcess): boolean {
  if (exitCode !== null || signalCode !== null) return false;
  if (process.platform !== "linux") return true;
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state !== "T" && state !== "Z" && fields[15] === "0";
}
