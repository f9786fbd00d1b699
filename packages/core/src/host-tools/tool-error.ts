/** Why a call failed: the `code` of the answer. */
export type ToolErrorCode =
  /** The arguments are not what the tool takes. */
  | "invalid-arguments"
  /** The tool threw. */
  | "failed"
  | "denied"
  | "timed-out"
  | "aborted"
  /** The result is too large, or no JSON. */
  | "unusable-result";

/** A failed call, as the calling program gets to see it. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: ToolErrorCode;

  constructor(code: ToolErrorCode, message: string, init?: ErrorOptions) {
    super(message, init);
    this.code = code;
  }
}
