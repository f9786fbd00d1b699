/** The source breaks bash's grammar. `message` is bash's, without the "name: line N: " before it. */
export class ShellSyntaxError extends Error {
  readonly line: number;
  /** The line of source that bash shows below the message, for errors at a token. */
  readonly sourceLine: string | undefined;
  /** A more exact message, shown as a line of its own before this one. */
  readonly detail: string | undefined;

  constructor(message: string, line: number, sourceLine?: string, detail?: string) {
    super(message);
    this.name = "ShellSyntaxError";
    this.line = line;
    this.sourceLine = sourceLine;
    this.detail = detail;
  }
}

/** Thrown inside the parser when the source ends within a command and more may come. */
export const INCOMPLETE: unique symbol = Symbol("incomplete");
