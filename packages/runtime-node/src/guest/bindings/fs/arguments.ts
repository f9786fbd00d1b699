// Checks of arguments that Node leaves to its C++ side. Source: Node's src/node_file.cc.

function refuse(kind: ErrorConstructor, code: string, message: string): never {
  throw Object.assign(new kind(message), { code });
}

/** A mode of access() or copyFile(). @throws ERR_INVALID_ARG_TYPE · ERR_OUT_OF_RANGE */
export function checkMode(mode: unknown): void {
  if (mode === undefined || mode === null) return;
  if (typeof mode !== "number" || (mode | 0) !== mode) {
    refuse(TypeError, "ERR_INVALID_ARG_TYPE", "mode must be int32 or null/undefined");
  }
  if (mode < 0 || mode > 7) {
    refuse(RangeError, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7");
  }
}
