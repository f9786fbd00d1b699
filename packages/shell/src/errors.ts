/**
 * A command cannot continue: a bad substitution, a readonly variable, an arithmetic error. Whoever runs the command
 * reports `message` after the shell's prefix and ends the command with `status`.
 */
export class ShellError {
  readonly message: string;
  readonly status: number;
  /**
   * How much it ends: only the command; everything up to the next top-level command ("discard"); or, if it is not
   * interactive, the shell ("exit").
   */
  readonly ends: "command" | "discard" | "exit";

  constructor(message: string, status = 1, ends: ShellError["ends"] = "discard") {
    this.message = message;
    this.status = status;
    this.ends = ends;
  }
}
