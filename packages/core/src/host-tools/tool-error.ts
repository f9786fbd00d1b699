/** Why a call failed: the `code` of the answer. */
export type ToolErrorCode =
  /** The arguments do not fit the tool's schema. */
  | "invalid-arguments"
  /** The tool threw. */
  | "failed"
  | "denied"
  | "timed-out"
  | "aborted"
  /** The result is too large, or is not JSON. */
  | "unusable-result";

/** A failed call, as the calling program sees it. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: ToolErrorCode;

  constructor(code: ToolErrorCode, message: string, init?: ErrorOptions) {
    super(message, init);
    this.code = code;
  }
}
