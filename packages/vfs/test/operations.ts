import { isSysError } from "@agentos/vfs/abi";
import fc from "fast-check";

// A file-system operation as data, and what runs it on any subject. Few names, so that sequences collide.

export type Operation =
  | { op: "mkdir" | "rmdir" | "unlink" | "readlink" | "readdir" | "read" | "stat" | "lstat"; path: string }
  | { op: "write"; path: string; text: string; mode: "truncate" | "append" | "exclusive" }
  | { op: "truncate"; path: string; size: number }
  | { op: "chmod"; path: string; mode: number }
  | { op: "rename" | "link"; from: string; to: string }
  | { op: "symlink"; target: string; path: string };

/** Type, link count, permissions and size (undefined for directories, whose size is the driver's own). */
export type Shape = [type: number, nlink: number, mode: number, size: number | undefined];

/** Something that has files. Failures are thrown with `code`. Paths are absolute in the subject. */
export interface Subject {
  mkdir(path: string): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  readlink(path: string): string;
  readdir(path: string): string[];
  read(path: string): string;
  write(path: string, text: string, mode: "truncate" | "append" | "exclusive"): void;
  truncate(path: string, size: number): void;
  chmod(path: string, mode: number): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  symlink(target: string, path: string): void;
  stat(path: string): Shape;
  lstat(path: string): Shape;
}

const name = fc.constantFrom("a", "b", "c");
const path = fc
  .tuple(fc.array(name, { minLength: 1, maxLength: 3 }), fc.constantFrom("", "", "", "", "/", "/.", "/.."))
  .map(([names, end]) => `/${names.join("/")}${end}`);
const target = fc.oneof(name, fc.constantFrom("../a", "a/b", ".", "missing", "c/", "../b/c"));
const text = fc.constantFrom("", "x", "hello", "y".repeat(5000));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    op: fc.constantFrom(
      ...(["mkdir", "mkdir", "rmdir", "unlink", "readlink", "readdir", "read", "stat", "lstat"] as const),
    ),
    path,
  }),
  fc.record({
    op: fc.constant("write" as const),
    path,
    text,
    mode: fc.constantFrom(...(["truncate", "append", "exclusive"] as const)),
  }),
  fc.record({ op: fc.constant("truncate" as const), path, size: fc.constantFrom(0, 1, 3, 6000) }),
  fc.record({ op: fc.constant("chmod" as const), path, mode: fc.constantFrom(0o600, 0o755, 0o7777) }),
  fc.record({ op: fc.constantFrom(...(["rename", "rename", "link"] as const)), from: path, to: path }),
  fc.record({ op: fc.constant("symlink" as const), target, path }),
);

export const operations = fc.array(operation, { minLength: 1, maxLength: 25 });

function apply(subject: Subject, operation: Operation): unknown {
  switch (operation.op) {
    case "write":
      return subject.write(operation.path, operation.text, operation.mode);
    case "truncate":
      return subject.truncate(operation.path, operation.size);
    case "chmod":
      return subject.chmod(operation.path, operation.mode);
    case "rename":
    case "link":
      return subject[operation.op](operation.from, operation.to);
    case "symlink":
      return subject.symlink(operation.target, operation.path);
    default:
      return subject[operation.op](operation.path);
  }
}

/** Runs one operation: its result, or its errno. */
function attempt(run: () => unknown): unknown {
  try {
    return run() ?? "done";
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (isSysError(error) || typeof code === "string") return code;
    throw error;
  }
}

/** Every operation with its outcome, then the whole tree. */
export function runAll(subject: Subject, list: readonly Operation[]): unknown[] {
  const outcomes = list.map((each) => [each, attempt(() => apply(subject, each))]);
  return [...outcomes, treeOf(subject)];
}

/** Path → shape and content of everything below the root. */
export function treeOf(subject: Subject, directory = ""): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const entry of subject.readdir(directory || "/")) {
    const path = `${directory}/${entry}`;
    const shape = subject.lstat(path);
    tree[path] = [
      shape,
      attempt(() => subject.readlink(path)),
      attempt(() => subject.read(path).slice(0, 20)),
    ];
    if (shape[0] === 0o040000) Object.assign(tree, treeOf(subject, path));
  }
  return tree;
}
