// Source: POSIX.1-2024 basename(3), dirname(3).

function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

/** The last component; "/" for the root, "" for "". */
export function baseName(path: string): string {
  const trimmed = withoutTrailingSlashes(path);
  return trimmed === "/" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** All but the last component; "." without a slash. */
export function directoryName(path: string): string {
  const trimmed = withoutTrailingSlashes(path);
  const slash = trimmed.lastIndexOf("/");
  if (slash < 0) return ".";
  return withoutTrailingSlashes(trimmed.slice(0, slash + 1));
}
