// What the name of a database means. Source: sqlite.org/uri.html, Node's ValidateDatabasePath().

export interface DatabaseName {
  /** The path of a file in the VM; undefined: in memory. */
  path: string | undefined;
  isReadOnly: boolean;
}

export function invalidArgument(text: string): TypeError {
  return Object.assign(new TypeError(text), { code: "ERR_INVALID_ARG_TYPE" });
}

/** @throws ERR_INVALID_ARG_TYPE */
export function nameOf(name: unknown): DatabaseName {
  const text = textOf(name);
  if (text === undefined || text.includes("\0")) {
    throw invalidArgument('The "path" argument must be a string, Uint8Array, or URL without null bytes.');
  }
  if (text === "" || text === ":memory:") return { path: undefined, isReadOnly: false };
  if (!text.startsWith("file:")) return { path: absolute(text), isReadOnly: false };
  const [path = "", query = ""] = text.slice("file:".length).split(/[?#]/);
  const mode = new URLSearchParams(query).get("mode");
  const plain = decodeURIComponent(path.replace(/^\/\/(?:localhost)?(?=\/)/, ""));
  const isMemory = mode === "memory" || plain === "" || plain === ":memory:";
  return { path: isMemory ? undefined : absolute(plain), isReadOnly: mode === "ro" };
}

function textOf(name: unknown): string | undefined {
  if (typeof name === "string") return name;
  if (name instanceof Uint8Array) return Buffer.from(name).toString("utf8");
  return name instanceof URL && name.protocol === "file:" ? name.href : undefined;
}

const absolute = (path: string): string =>
  path.startsWith("/") ? path : `${process.cwd().replace(/\/$/, "")}/${path.replace(/^(?:\.\/+)+/, "")}`;
