/**
 * A command cannot continue: a bad substitution, a readonly variable, an arithmetic error. Whoever runs the command
 * reports `message` after the shell's prefix and ends the command with `status`.
 */
export class ShellError {
  readonly message: string;
  readonly status: number;
  /**
   * How much it ends: only the command; everything up to the next command of the text being run, be it a script or the
   * argument of `eval` ("discard"); everything up to the next command of the script or the user, which with -c is all
   * of the text ("toplevel"); or, if it is not interactive, the shell ("exit").
   */
  readonly ends: "command" | "discard" | "toplevel" | "exit";

  constructor(message: string, status = 1, ends: ShellError["ends"] = "discard") {
    this.message = message;
    this.status = status;
    this.ends = ends;
  }
}

/** Whether a command that meets the error reports it itself and is all that ends. */
export function endsCommand(error: unknown): error is ShellError {
  return error instanceof ShellError && (error.ends === "command" || error.ends === "discard");
}
