// Buffers with the host's native string conversions, which need no view object per call.
import { Buffer } from "node:buffer";

/** A byte array that can write and slice text natively. */
export interface TextBuffer extends Uint8Array<ArrayBuffer> {
  latin1Write(text: string, offset: number): number;
  utf8Write(text: string, offset: number): number;
  latin1Slice(start: number, end: number): string;
}

/** Uninitialised memory, which must be written before it is read. */
export function allocateTextBuffer(size: number): TextBuffer {
  return Buffer.allocUnsafeSlow(size) as unknown as TextBuffer;
}
