/**
 * A command that cannot go on: a bad substitution, a readonly variable, an arithmetic error. Whoever runs the command
 * reports `message` after the shell's prefix and ends it with `status`.
 */
export class ShellError {
  readonly message: string;
  readonly status: number;
  /**
   * What it ends: only the command; everything up to the next top-level command ("discard"); or a non-interactive
   * shell ("exit").
   */
  readonly ends: "command" | "discard" | "exit";

  constructor(message: string, status = 1, ends: ShellError["ends"] = "discard") {
    this.message = message;
    this.status = status;
    this.ends = ends;
  }
}
