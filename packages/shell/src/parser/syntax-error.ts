/** The source breaks bash's grammar. `message` is bash's, without the "name: line N: " before it. */
export class ShellSyntaxError extends Error {
  readonly line: number;
  /** The line of source that bash shows below the message, for errors at a token. */
  readonly sourceLine: string | undefined;
  /** A more exact message, shown as a line of its own before this one. */
  readonly detail: string | undefined;
  /** Only the rest of the line is lost: parsing goes on with the next. The status is then 1. */
  readonly recoverable: boolean;
  /** $? stays what it was: errors in [[ … ]]. */
  keepsStatus = false;

  constructor(message: string, line: number, sourceLine?: string, detail?: string, recoverable = false) {
    super(message);
    this.name = "ShellSyntaxError";
    this.line = line;
    this.sourceLine = sourceLine;
    this.detail = detail;
    this.recoverable = recoverable;
  }
}

/** Thrown inside the parser when the source ends within a command and more may come. */
export const INCOMPLETE: unique symbol = Symbol("incomplete");
