// Guest processes must not outlive this one, however it dies: kill -9 leaves no time to end them, and a guest in a
// busy loop does not notice that its streams are closed. So a small shell reads from a pipe that only this process
// holds open; when the pipe closes, it kills the processes on its list and removes their directory.

import { type ChildProcess, spawn } from "node:child_process";
import { emptyDirectory } from "./empty-directory.ts";

const SCRIPT = `
trap '' HUP INT TERM
pids=" "
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
[ "$pids" = " " ] || kill -s KILL -- $pids
rmdir "$1"
`;

class Undertaker {
  #shell: ChildProcess | undefined;

  /** @param pid a process, or a process group as a negative number */
  watch(pid: number): void {
    this.#tell(`+ ${pid}\n`);
  }

  forget(pid: number): void {
    this.#tell(`- ${pid}\n`);
  }

  #tell(line: string): void {
    this.#shell ??= this.#start();
    this.#shell.stdin!.write(line);
  }

  #start(): ChildProcess {
    const shell = spawn("/bin/sh", ["-c", SCRIPT, "sh", emptyDirectory()], {
      stdio: ["pipe", "ignore", "ignore"],
      env: {},
      cwd: "/",
      detached: true,
    });
    shell.on("error", ignore);
    shell.stdin!.on("error", ignore);
    shell.unref();
    (shell.stdin as unknown as { unref(): void }).unref();
    return shell;
  }
}

/** Without a shell nobody watches; guests then only end when their streams do. */
const ignore = (): void => {};

export const undertaker = new Undertaker();
