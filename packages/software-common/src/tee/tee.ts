import { isSysError, O_APPEND, O_CREAT, O_TRUNC, O_WRONLY, SIGNALS } from "@agentos/kernel/abi";
import { defineProgram, errorText, type Proc, Reader, warn } from "@agentos/kernel/program";
import { shownName } from "../shared/quote.ts";

interface Output {
  fd: number;
  name: string;
}

/** What becomes of an output that fails: -p and --output-error. */
interface ErrorPolicy {
  warnPipe: boolean;
  exit: boolean;
  exitPipe: boolean;
}

const POLICIES: Readonly<Record<string, ErrorPolicy>> = {
  default: { warnPipe: true, exit: false, exitPipe: false },
  warn: { warnPipe: true, exit: false, exitPipe: false },
  "warn-nopipe": { warnPipe: false, exit: false, exitPipe: false },
  exit: { warnPipe: true, exit: true, exitPipe: true },
  "exit-nopipe": { warnPipe: false, exit: true, exitPipe: false },
};

class Tee {
  status = 0;
  readonly #proc: Proc;
  readonly #policy: ErrorPolicy;
  #outputs: Output[] = [{ fd: 1, name: "standard output" }];

  constructor(proc: Proc, policy: ErrorPolicy) {
    this.#proc = proc;
    this.#policy = policy;
  }

  async open(name: string, append: boolean): Promise<void> {
    try {
      const flags = O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC);
      this.#outputs.push({ fd: await this.#proc.open(name, flags, 0o666), name });
    } catch (error) {
      await warn(this.#proc, `${shownName(name)}: ${errorText(error)}`);
      this.status = 1;
    }
  }

  /** False once there is nowhere left to write. */
  async write(chunk: Uint8Array): Promise<boolean> {
    for (const output of this.#outputs) {
      try {
        const written = this.#proc.write(output.fd, chunk);
        if (written instanceof Promise) await written;
      } catch (error) {
        if (!(await this.#survives(output, error))) return false;
      }
    }
    return this.#outputs.length > 0;
  }

  async #survives(output: Output, error: unknown): Promise<boolean> {
    const text = errorText(error);
    const brokenPipe = isSysError(error, "EPIPE");
    this.#outputs = this.#outputs.filter((other) => other !== output);
    if (!brokenPipe || this.#policy.warnPipe) {
      this.status = 1;
      await warn(this.#proc, `${shownName(output.name)}: ${text}`);
    }
    return brokenPipe ? !this.#policy.exitPipe : !this.#policy.exit;
  }
}

export default defineProgram({
  name: "tee",
  summary: "Copy standard input to each FILE, and also to standard output.",
  usage: "[OPTION]... [FILE]...",
  options: {
    append: { short: "a", long: "append", help: "append to the given FILEs, do not overwrite" },
    ignoreInterrupts: { short: "i", long: "ignore-interrupts", help: "ignore interrupt signals" },
    pipeErrors: { short: "p", help: "diagnose errors writing to non pipes" },
    outputError: {
      long: "output-error",
      value: "MODE",
      optional: true,
      help: "set behavior on write error: warn, warn-nopipe, exit, exit-nopipe",
    },
  },
  async run(proc, { options, operands }) {
    const given = options.outputError === true || options.pipeErrors ? "warn-nopipe" : options.outputError;
    const mode = typeof options.outputError === "string" ? options.outputError : (given ?? "default");
    const policy = POLICIES[mode as string] ?? POLICIES.default!;
    if (options.ignoreInterrupts) proc.sigaction(SIGNALS.SIGINT, "ignore");
    if (mode !== "default") proc.sigaction(SIGNALS.SIGPIPE, "ignore");
    const tee = new Tee(proc, policy);
    for (const name of operands) await tee.open(name, options.append);
    const reader = new Reader(proc, 0);
    for (;;) {
      const next = reader.read();
      const chunk = next instanceof Promise ? await next : next;
      if (chunk === undefined || !(await tee.write(chunk))) return tee.status;
      const pause = proc.yield();
      if (pause) await pause;
    }
  },
});
